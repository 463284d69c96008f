"""Where each side runs: an environment with what it needs, made once, and processes in it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

NEEDED = {
    "txtai": ("txtai[api]==9.14.0", "torch==2.13.0"),
    "plain": ("sentence-transformers==6.2.0", "faiss-cpu==1.15.1", "torch==2.13.0"),
}
"""What is installed for each peer. citywise runs in the environment that runs this."""

Told = tuple[dict[str, Any], float]

READY = 120
"""Seconds in which a server must answer."""


class Environment:
    """The processes of one side."""

    def __init__(self, name: str, folder: Path) -> None:
        """Take the side's name and the folder in which environments are kept; made if it is new."""
        self.name = name
        self._python = Path(sys.executable)
        if name in NEEDED:
            self._python = folder / name / "bin" / "python"
            if not (folder / name / "made").is_file():
                _make(folder / name, NEEDED[name])

    def run(self, command: str, told: dict[str, Any], cache: Path | None = None) -> Told:
        """Have the side do something; return what it says and the seconds of the whole process.

        Args:
            command: one of `sides.COMMANDS`.
            told: what it needs to know.
            cache: where citywise keeps vectors, if not where it always does.
        """
        arguments = [self.name, command, json.dumps(told)]
        held = {"CITYWISE_CACHE": str(cache)} if cache else {}
        began = time.perf_counter()
        done = subprocess.run(
            [str(self._python), "-m", "benchmarks.beside.sides", *arguments],
            cwd=ROOT, env=_environment(held), check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1]), time.perf_counter() - began

    @contextmanager
    def serving(self, folder: Path, model: str, workers: int) -> Iterator[int]:
        """Serve an index as the side itself does it; gives the port."""
        port = _free_port()
        configured = {}
        if self.name == "citywise":
            command = ["-m", "search_api", "serve", "--index", str(folder), "--port", str(port),
                       "--workers", str(workers)]  # fmt: skip
        else:
            config = folder.with_name("txtai.yml")
            settings = {"path": model, "content": True, "hybrid": True}
            config.write_text(json.dumps({"path": str(folder), "embeddings": settings}))
            configured = {"CONFIG": str(config)}
            command = ["-m", "uvicorn", "txtai.api:app", "--port", str(port), "--workers",
                       str(workers), "--log-level", "warning"]  # fmt: skip
        server = subprocess.Popen(
            [str(self._python), *command], cwd=ROOT, env=_environment(configured)
        )
        try:
            _await(server, ("127.0.0.1", port))
            yield port
        finally:
            server.terminate()
            server.wait(timeout=READY)


def _environment(more: dict[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT), **(more or {})}


def _make(folder: Path, needed: tuple[str, ...]) -> None:
    print(f"Installing {', '.join(needed)} into {folder} ...", file=sys.stderr)
    venv.create(folder, clear=True, with_pip=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *needed]
    subprocess.run(install, check=True, stdout=sys.stderr)
    (folder / "made").touch()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def _await(server: subprocess.Popen[bytes], address: tuple[str, int]) -> None:
    until = time.monotonic() + READY
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(
        f"port {address[1]}: no server there in {READY} s; see what it printed above"
    )
