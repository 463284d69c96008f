"""Ray, and nothing of it beyond this module: connecting, running tasks, saying what went wrong."""

from __future__ import annotations

import atexit
import os
import re
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack, redirect_stdout
from typing import Any

from indexer.errors import CitywiseError, EngineError, MissingExtraError, first_line

ADDRESS = re.compile(r"ray(?:://(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5}))?")
"""`ray` is a cluster of this machine's own, `ray://HOST:PORT` one that runs."""

OBJECTS = 200 << 20
"""Bytes that a cluster of this machine's own takes for what tasks hand to each other."""

_JOINING = (
    "this machine must be one of the cluster's (`ray start --address=HOST:PORT`), with the same "
    "Ray and Python"
)

RETRIES = 5
"""How often a task is tried again after its process or machine died."""

PATIENCE = 5.0
"""Seconds in which a cluster's address must answer, and after which it is asked again."""

FAILED = 2
"""Exit status of a process whose cluster has lost its head."""


class Cluster:
    """Machines that do tasks.

    Attributes:
        processors: how many tasks they do at once.
    """

    def __init__(self, engine: str) -> None:
        """Connect to a running cluster, or start one on this machine.

        Raises:
            MissingExtraError: Ray is not installed.
            EngineError: there is no cluster at that address, or it cannot be used.
        """
        self._name, self._is_headless = engine, False
        address = _address(engine)
        _prepare(is_own=address is None)
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError("The engine ray", "ray") from error
        self._ray: Any = ray
        self._said = ExitStack()  # Ray tells of machines that died, where answers belong
        self._said.enter_context(redirect_stdout(sys.stderr))
        self._remote: dict[Callable[..., Any], Any] = {}
        options = {"address": address} if address else _own_cluster()
        try:
            ray.init(**options, log_to_driver=False, configure_logging=False)
            self.processors = max(1, int(self._ray.cluster_resources().get("CPU", 0)))
            self._head = ray.get_runtime_context().gcs_address
        except Exception as error:  # of many kinds, by what is missing
            self._said.close()
            advice = _JOINING if address else "try again when this machine has less to do"
            raise EngineError(
                f"{engine}: cannot be used ({first_line(error)}); {advice}"
            ) from error

    def submit(self, work: Callable[..., Any], *given: object) -> object:
        """Have a function of a module done by some machine; returns what `result` takes."""
        if work not in self._remote:
            self._remote[work] = self._ray.remote(num_cpus=1, max_retries=RETRIES)(work)
        return self._remote[work].remote(*given)

    def result(self, task: object) -> Any:
        """Wait for a task, and return what it returned.

        Raises:
            CitywiseError: what the task raised, if it is one of ours.
            EngineError: its machines died, again and again, or the cluster's head.
        """
        try:
            return self._waited_for(task)
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, CitywiseError):
                raise error.cause from None
            raise EngineError(
                f"{self._name}: a task failed ({_last_line(error)}); what is finished is kept"
            ) from error
        except self._ray.exceptions.RayError as error:
            raise EngineError(
                f"{self._name}: a task was lost ({first_line(error)}); what is finished is kept, "
                "so build again once the machines are well"
            ) from error

    def _waited_for(self, task: object) -> Any:
        while True:
            try:
                return self._ray.get(task, timeout=PATIENCE)
            except self._ray.exceptions.GetTimeoutError:
                self._check_head()

    def _check_head(self) -> None:
        """See that the head lives: without one, Ray ends this process within a minute, unheard."""
        host, _, port = self._head.rpartition(":")
        try:
            _connect(host, int(port))
        except OSError as error:
            atexit.register(_leave)
            self._is_headless = True
            raise EngineError(
                f"{self._name}: the cluster's head is gone ({first_line(error)}); what is finished "
                "is kept, so build again once there is one"
            ) from error

    def close(self) -> None:
        """Let go of the cluster; one of this machine's own ends."""
        if not self._is_headless:
            self._ray.shutdown()
            self._said.close()


def _address(engine: str) -> str | None:
    found = ADDRESS.fullmatch(engine)
    if found is None:
        raise EngineError(f"{engine}: no such engine; name ray, or ray://HOST:PORT")
    if found["host"] is None:
        return None
    host, port = found["host"], int(found["port"])
    try:
        _connect(host, port)
    except (OSError, OverflowError) as error:
        raise EngineError(
            f"{engine}: no cluster answers there ({first_line(error)}); start one with `ray start "
            "--head`, and give the address that it says"
        ) from error
    return f"{host}:{port}"


def _connect(host: str, port: int) -> None:
    with socket.create_connection((host.strip("[]"), port), PATIENCE):
        pass


def _leave() -> None:
    """End this process, which has failed, without what Ray does then: headless, it crashes."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(FAILED)


def _prepare(*, is_own: bool) -> None:
    """Say to Ray what it takes from the environment alone."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is told to anybody
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"  # as it is going to be; else it warns
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    if is_own:  # by any other way 127.0.0.1 becomes an address that others reach
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"


def _own_cluster() -> dict[str, Any]:
    return {"address": "local", "include_dashboard": False, "object_store_memory": OBJECTS}


def _last_line(error: Exception) -> str:
    """Ray's texts end with what the task itself raised."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
