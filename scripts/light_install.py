"""Prove that answering needs no torch, no network and no model: `python -m scripts.light_install`.

    python -m scripts.light_install --index index

A wheel is built from this checkout and installed without the extra [indexer] into a new virtual
environment, a copy of the index is put beside it, and there `citywise ask` and `citywise serve`
answer while every connection but to this machine fails. What is left in use: pip's own index, for
the packages that the wheel names. Prints seconds, and the sizes of both installs; that of the extra
is what its packages take up in the environment that runs this script, which must have them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
QUESTION = "how did cities handle informal settlements?"
PATIENCE = 60
"""Seconds after which a server that does not answer is given up."""

ALONE = """
import sys
HERE = (None, "127.0.0.1", "::1", "localhost")
def only_here(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        if arguments[1][0] not in HERE:
            raise PermissionError(f"a connection to {arguments[1]}")
    if event == "socket.getaddrinfo" and arguments[0] not in HERE:
        raise PermissionError(f"a look-up of {arguments[0]}")
sys.addaudithook(only_here)
"""
"""Run by every Python of the new environment before anything else."""


OUTSIDE = "import socket; socket.socket().connect(('192.0.2.1', 80))"
"""Must fail there; the address is one that nobody has (RFC 5737)."""


class LightInstallError(Exception):
    """What did not work, in one sentence."""


def main() -> int:
    """Install, ask, serve and print; 1 if something of it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            _prove(Path(folder), options.index)
    except LightInstallError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _prove(folder: Path, index: Path) -> None:
    if not (index / "current").exists():
        raise LightInstallError(f"{index}: no index here; build one with `make index`")
    shutil.copytree(index, folder / "index", symlinks=True)
    python = _install(folder)
    _tell("base install", f"{_size(folder / 'venv') / 1e6:.0f} MB")
    _tell("what the extra [indexer] adds", f"{_extra() / 1e6:.0f} MB")
    for module in ("torch", "transformers", "sentence_transformers"):
        if _run([python, "-c", f"import {module}"], folder).returncode == 0:
            raise LightInstallError(f"{module} is installed without the extra [indexer]")
    tried = _run([python, "-c", OUTSIDE], folder)
    if "PermissionError: a connection to" not in tried.stderr:
        raise LightInstallError("the new environment is not cut off from the network")
    _ask(python, folder)
    _serve(python, folder)


def _install(folder: Path) -> str:
    """Build the wheel and install it; returns the new environment's Python."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    _must(subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False))  # noqa: S603
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    (wheel,) = folder.glob("*.whl")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = [*pip, "-c", str(ROOT / "constraints.txt"), str(wheel)]
    _must(subprocess.run(wanted, capture_output=True, text=True, check=False))  # noqa: S603
    (site,) = (folder / "venv" / "lib").glob("*/site-packages")
    (site / "sitecustomize.py").write_text(ALONE, encoding="utf-8")
    return python


def _ask(python: str, folder: Path) -> None:
    ask = [python, "-m", "search_api", "ask", QUESTION, "--json"]
    for name in ("first", "second"):
        began = time.perf_counter()
        answer = json.loads(_must(_run(ask, folder)).stdout)
        _tell(f"{name} `citywise ask`", f"{time.perf_counter() - began:.2f} s")
    if not answer["results"]:
        raise LightInstallError("`citywise ask` found nothing")


def _serve(python: str, folder: Path) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    command = [python, "-m", "search_api", "serve", "--port", port]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=folder, env=_environment(), stdout=log, stderr=log
        )
    try:
        began = time.perf_counter()
        answer = _answer(f"http://127.0.0.1:{port}/v1/search?q=informal+settlements", server)
        _tell("`citywise serve` from start to answer", f"{time.perf_counter() - began:.2f} s")
        if not answer["results"]:
            raise LightInstallError("`citywise serve` found nothing")
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _answer(address: str, server: subprocess.Popen[bytes]) -> dict[str, list[object]]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(urllib.error.URLError), urllib.request.urlopen(address, timeout=5) as reply:  # noqa: S310 - http, on this machine
            answer: dict[str, list[object]] = json.load(reply)
            return answer
        time.sleep(0.05)
    raise LightInstallError("`citywise serve` gave no answer")


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False
    )


def _environment() -> dict[str, str]:
    """That of this process without a proxy, a setting or a path of Python's in it."""
    left_out = ("PROXY", "CITYWISE", "PYTHON")
    kept = {k: v for k, v in os.environ.items() if not any(w in k.upper() for w in left_out)}
    return kept | {"HF_HUB_OFFLINE": "1"}


def _must(done: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise LightInstallError(f"{' '.join(map(str, done.args[:6]))} … failed: {said}")
    return done


def _size(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files if path.suffix != ".pyc")


def _extra() -> int:
    """Bytes of the packages that only the extra [indexer] brings."""
    return sum(_taken(name) for name in _needed("indexer") - _needed(""))


def _needed(extra: str) -> set[str]:
    """Every package that an install of citywise needs, by name."""
    found: set[str] = set()
    left = [("citywise", extra)]
    while left:
        name, wanted = left.pop()
        with suppress(PackageNotFoundError):  # one that another system needs
            for line in distribution(name).requires or ():
                requirement = Requirement(line)
                marker, key = requirement.marker, requirement.name.lower().replace("_", "-")
                if (marker is None or marker.evaluate({"extra": wanted})) and key not in found:
                    found.add(key)
                    left += [(key, each) for each in ("", *requirement.extras)]
    return found


def _taken(name: str) -> int:
    with suppress(PackageNotFoundError):
        places = (Path(str(file.locate())) for file in distribution(name).files or ())
        return sum(p.stat().st_size for p in places if p.suffix != ".pyc" and p.is_file())
    return 0


def _tell(name: str, value: str) -> None:
    sys.stdout.write(f"{name}: {value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
