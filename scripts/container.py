"""Build the images of the Containerfile with buildah, and see that they do what they are for.

    python -m scripts.container [--base IMAGE] [--option=--volume=/etc/pip.conf:/etc/pip.conf:ro]

The image `build` indexes a small corpus. The image `serve` serves that index, which it cannot
write, to its own health check and to a question, as a user who is not root and without torch, and
ends on its signal. Without `--base`, as where no registry of images can be reached, a base is made
of Debian's packages. Takes root, buildah, debootstrap, port 8000, and some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent
QUESTION = "http://127.0.0.1:8000/v1/search?q=water+tanks"
USER = 10001
NOTES = {
    "durban.md": "---\ntitle: Durban\n---\nDurban brought water tanks by truck.\n",
    "quito.md": "---\ntitle: Quito\n---\nQuito carried food baskets to families.\n",
}
PATIENCE, DRAIN = 120, 12
"""Seconds after which a server that is not ready is given up, and one that does not end."""

ENDED = "exited on terminated"
"""What buildah says of a process that was told to end and, having done its work, did."""

BASE = """\
FROM scratch
ADD root.tar /
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin
RUN python3 -m venv /usr/local
"""
"""Python as `python`, and a pip that may install: as in the image that is the base otherwise."""


class ContainerError(Exception):
    """What did not work, in one sentence."""


class Buildah:
    """Images and containers in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._command = ["buildah", "--root", f"{folder}/storage", "--runroot", f"{folder}/run"]

    def __call__(self, *told: str | Path) -> str:
        """Run one of buildah's commands; what it printed."""
        return must([*self._command, *map(str, told)])

    def build(self, name: str, folder: Path, *options: str) -> None:
        """Build an image, with its health check, which only Docker's format knows."""
        told = ("--isolation", "chroot", "--format", "docker", "--tag", name, *options)
        self("build", *told, "--file", folder / "Containerfile", folder)
        (image,) = json.loads(self("images", "--json", name))
        tell(f"image {name}", image["size"])

    def config(self, image: str) -> dict[str, Any]:
        """What an image says of itself."""
        config: dict[str, Any] = json.loads(self("inspect", "--type", "image", image))["Docker"]
        return dict(config["config"])

    def container(self, image: str) -> str:
        """Make a container of an image."""
        container = self("from", "--pull-never", image).strip()
        for volume in self.config(image)["Volumes"]:  # buildah lays them over what is mounted
            self("config", "--volume", f"{volume}-", container)
        return container

    def command(self, container: str, mounts: Sequence[str], told: Sequence[str]) -> list[str]:
        """What runs a command in a container as the image's own user."""
        volumes = [f"--volume={mount}" for mount in mounts]
        return [*self._command, "run", "--isolation", "chroot", *volumes, container, "--", *told]


def main() -> int:
    """Build, index, serve and print; 1 if something of it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", help="image with Python and pip")
    parser.add_argument("--suite", default="bookworm", help="of Debian, for a base")
    parser.add_argument("--option", action="append", default=[], help="for `buildah build`")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, buildah = Path(name), Buildah(Path(name))
        folder.chmod(0o755)
        try:
            base = given.base or made_base(buildah, folder, given.suite, given.option)
            for target in ("build", "serve"):
                told = ("--target", target, "--build-arg", f"BASE={base}", *given.option)
                buildah.build(f"citywise-{target}", ROOT, *told)
            serve(buildah, index(buildah, folder))
        except ContainerError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            with suppress(ContainerError):
                buildah("rm", "--all")
                buildah("rmi", "--all", "--force")
    return 0


def made_base(buildah: Buildah, folder: Path, suite: str, options: Sequence[str]) -> str:
    """Make an image of Debian with its Python."""
    root, context = folder / "root", folder / "base"
    packages = "--include=python3-venv,ca-certificates"
    must(["debootstrap", "--variant=minbase", packages, suite, str(root)])
    context.mkdir()
    must(["tar", "-C", str(root), "-cf", str(context / "root.tar"), "."])
    (context / "Containerfile").write_text(BASE, encoding="utf-8")
    buildah.build("citywise-base", context, *options)
    return "localhost/citywise-base"


def index(buildah: Buildah, folder: Path) -> Path:
    """Build the index of a small corpus with the image for that."""
    corpus, made = folder / "corpus", folder / "index"
    corpus.mkdir()
    made.mkdir()
    os.chown(made, USER, USER)  # as podman's `:U` does
    for name, text in NOTES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    config, container = buildah.config("citywise-build"), buildah.container("citywise-build")
    mounts, began = [f"{corpus}:/corpus:ro", f"{made}:/index"], time.perf_counter()
    must(buildah.command(container, mounts, [*config["Entrypoint"], *config["Cmd"]]))
    tell("an index of two documents", f"{time.perf_counter() - began:.0f} s")
    return made


def serve(buildah: Buildah, made: Path) -> None:
    """Serve an index that cannot be written, ask, look around, and end."""
    config, container = buildah.config("citywise-serve"), buildah.container("citywise-serve")
    mounts = [f"{made}:/index:ro"]

    def run(*told: str) -> bool:
        command = buildah.command(container, mounts, told)
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603

    command = buildah.command(container, mounts, [*config["Entrypoint"], *config["Cmd"]])
    log = made.parent / "server.log"
    with started(command, log) as running:
        began = time.perf_counter()
        while not run(*config["Healthcheck"]["Test"][1:]):
            if running.poll() is not None or time.perf_counter() > began + PATIENCE:
                raise ContainerError("the server's own health check did not become well")
        tell("health check well", f"{time.perf_counter() - began:.0f} s")
        with urllib.request.urlopen(QUESTION, timeout=10) as reply:
            best = json.load(reply)["results"][0]["text"]
        if best != "Durban brought water tanks by truck.":
            raise ContainerError(f"another excerpt was expected to be the best: {best}")
        if run("touch", "/index/new") or run("python", "-c", "import torch"):
            raise ContainerError("the index can be written, or torch is in the image")
        server = server_of(running.pid)
        began = time.perf_counter()
        server.send_signal(getattr(signal, config["StopSignal"]))
        status = running.wait(DRAIN)
    tell(f"ended by {config['StopSignal']}", f"{time.perf_counter() - began:.1f} s")
    if status and ENDED not in (said := log.read_text(encoding="utf-8", errors="replace")):
        raise ContainerError(f"the server did not end well: {said[-500:]}")


@contextmanager
def started(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends, and its children no longer."""
    with socket.socket() as found:
        if found.connect_ex(("127.0.0.1", 8000)) == 0:
            raise ContainerError("something listens on port 8000; end it and try again")
    with log.open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as running:  # noqa: S603
        ours = psutil.Process(running.pid)
        try:
            yield running
        finally:
            if running.poll() is None:
                for each in (*ours.children(recursive=True), ours):
                    each.kill()


def server_of(process: int) -> psutil.Process:
    """The server itself, below what runs it."""
    below = psutil.Process(process).children(recursive=True)
    found = [each for each in below if "python" in Path(each.exe()).name]
    if not found or {each.uids().real for each in found} != {USER}:
        raise ContainerError(f"no server that runs as user {USER}")
    return found[0]


def must(command: Sequence[str]) -> str:
    """Run a command that must succeed; what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-4:])
        raise ContainerError(f"{' '.join(command[:7])} ... failed: {said}")
    return done.stdout


def tell(name: str, value: object) -> None:
    """Say what was found."""
    sys.stdout.write(f"{name}: {value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
