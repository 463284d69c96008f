"""Builds on a real cluster of two nodes, of which processes are killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from indexer.build import build
from indexer.distributed.shards import shard_name
from indexer.errors import MissingExtraError
from indexer.report import Recipe
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import MANIFEST
from search_api.cli import run
from tests.conftest import FEWEST_PLACES, ROOT
from tests.served import free_port

FILES, PASSAGES = 60, 60
ATTEMPTS = 3

PATIENCE = 120
"""Seconds after which a build is given up."""

pytestmark = pytest.mark.ray

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": "of-these-tests-" + "0" * 32,
}


class Node:
    """A node of a cluster, with a processor of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        """Start it as an operator would."""
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", *arguments]
        common = ["--num-cpus=1", "--disable-usage-stats", "--include-log-monitor=false",
                  "--object-store-memory=100000000"]  # fmt: skip
        self.log = folder / f"node-{len(list(folder.iterdir()))}.log"
        with self.log.open("wb") as said:
            self.process = subprocess.Popen(
                [*command, *common], stdout=said, stderr=said, env=ENVIRONMENT, cwd=folder,
                start_new_session=True,
            )  # fmt: skip

    def is_up(self) -> bool:
        return "Ray runtime started" in self.log.read_text()

    def has_decided(self) -> bool:
        return self.is_up() or self.process.poll() is not None

    def descendants(self) -> dict[int, str]:
        """All processes that it started, however indirectly, by id, with their titles."""
        stats = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
                title = stat.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            stats[int(stat.parent.name)] = int(text.rpartition(")")[2].split()[1]), title
        ours, found = {self.process.pid}, dict[int, str]()
        while more := {each for each, (above, _) in stats.items() if above in ours} - ours:
            ours |= more
            found |= {each: stats[each][1] for each in more}
        return found

    def kill(self) -> None:
        """End it and all that is its own, at once."""
        processes = [self.process.pid, *self.descendants()]
        for each in processes:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(10)


class Machines:
    """A head and one more node."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        port = free_port()
        self.engine = f"ray://127.0.0.1:{port}"
        self.sockets = tempfile.mkdtemp(prefix="ray-")  # whose names must be short
        self.nodes: list[Node] = []
        try:
            self._start(folder, port)
        except BaseException:
            self.close()
            raise

    def _start(self, folder: Path, port: int) -> None:
        self.head = self._node(folder, "--head", f"--port={port}", "--include-dashboard=false",
                         f"--temp-dir={self.sockets}")  # fmt: skip
        self.other = self._node(folder, f"--address=127.0.0.1:{port}")

    def _node(self, *arguments: Any) -> Node:
        """Start a node; Ray gives up after 30 seconds where a machine is busy."""
        for _ in range(ATTEMPTS):
            node = Node(*arguments)
            self.nodes.append(node)
            wait_for(node.has_decided)
            if node.is_up():
                return node
        pytest.fail(node.log.read_text())

    def close(self) -> None:
        for node in self.nodes:
            node.kill()
        shutil.rmtree(self.sockets, ignore_errors=True)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    pytest.importorskip("ray", reason="did not run: no ray here (pip install 'citywise[ray]')")
    made = Machines(tmp_path / "nodes")
    yield made
    made.close()


def wait_for(seen: Callable[[], Any], pause: float = 0.05) -> Any:
    """Wait for something, and return it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := seen()):
        assert time.monotonic() < deadline
        time.sleep(pause)
    return found


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("many")
    for number in range(FILES):
        lines = (
            f"Tank {n} of {number} brought water to Lima and Quito.\n\n" for n in range(PASSAGES)
        )
        (corpus / f"note-{number}.txt").write_text("".join(lines), encoding="utf-8")
    (corpus / "empty.txt").write_text("", encoding="utf-8")
    (corpus / "cities.yaml").write_text("ignore: [{name: Quito}]\n", encoding="utf-8")
    return corpus


@pytest.fixture(scope="module")
def expected(many: Path, tiny_model: Path, cache: Path, tmp_path_factory: Any) -> dict[str, bytes]:
    index = tmp_path_factory.mktemp("expected")
    build(Recipe(many, index, cache, str(tiny_model), True, FEWEST_PLACES))
    return files(index)


def files(index: Path) -> dict[str, bytes]:
    """The published snapshot, but for the time at which it was built."""
    published = IndexFolder(index).published()
    found = {
        path.relative_to(published.path.parent).as_posix(): path.read_bytes()
        for path in sorted(published.path.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    manifest = json.loads(published.manifest.to_json()) | {"built": None}
    return found | {MANIFEST: json.dumps(manifest).encode()}


class Builder:
    """Builds as a user does, in a process of its own."""

    def __init__(self, corpus: Path, model: Path, cache: Path, folder: Path) -> None:
        self.index, self.shards = folder / "index", folder / "shards"
        self._command = [
            sys.executable, "-m", "search_api", "index", str(corpus), "--model", str(model),
            "--index", str(self.index), "--shards", self.shards.as_uri(), "--keep-going", "--json",
        ]  # fmt: skip
        self._environment = {**ENVIRONMENT, "CITYWISE_CACHE": str(cache)}

    def started(self, engine: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self._command, "--engine", engine], cwd=ROOT, env=self._environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def report(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        out, err = process.communicate(timeout=PATIENCE)
        return self._read(process, out, err)

    def alone(self) -> dict[str, Any]:
        """Build on a cluster of this machine's own, which too starts within 30 seconds or never."""
        for _ in range(ATTEMPTS):
            process = self.started("ray")
            out, err = process.communicate(timeout=PATIENCE)
            if "try again when this machine has less to do" not in err:
                break
        return self._read(process, out, err)

    def _read(self, process: subprocess.Popen[str], out: str, err: str) -> dict[str, Any]:
        assert process.returncode == 0, err
        report: dict[str, Any] = json.loads(out)
        assert len(report["skipped"]) == 1
        return report

    def has_begun_or_ended(self, driver: subprocess.Popen[str]) -> bool:
        return bool(self.embedded()) or driver.poll() is not None

    def embedded(self) -> list[Path]:
        return sorted(self.shards.glob("embedded/??/" + "[0-9a-f]" * 64))


@pytest.fixture
def builder(many: Path, tiny_model: Path, cache: Path, tmp_path: Path) -> Builder:
    return Builder(many, tiny_model, cache, tmp_path)


def at_work(nodes: list[Node]) -> list[int]:
    """Processes that do a task at this moment."""
    return [
        each
        for node in nodes
        for each, title in node.descendants().items()
        if title.startswith(("ray::prepare_files", "ray::embed_texts"))
    ]


def test_a_worker_a_driver_a_machine_and_the_head_die_and_nothing_is_lost(
    machines: Machines, builder: Builder, expected: dict[str, bytes]
) -> None:
    driver = builder.started(machines.engine)
    os.kill(wait_for(lambda: at_work(machines.nodes), 0.01)[0], signal.SIGKILL)
    wait_for(builder.embedded, 0.005)
    driver.kill()
    driver.communicate()
    assert driver.returncode == -signal.SIGKILL
    assert IndexFolder(builder.index).ids() == []
    finished = builder.embedded()

    driver = builder.started(machines.engine)
    wait_for(lambda: set(builder.embedded()) - set(finished), 0.005)
    machines.other.kill()
    again = builder.report(driver)["embedded"]
    assert 0 < again < FILES * PASSAGES
    assert files(builder.index) == expected

    shutil.rmtree(builder.index)
    for shard in builder.embedded()[1:]:
        shard.unlink()
    driver = builder.started(machines.engine)
    wait_for(lambda: len(builder.embedded()) > 1, 0.005)
    machines.close()
    out, err = driver.communicate(timeout=PATIENCE)
    assert (driver.returncode, out) == (2, "")
    assert f"citywise: {machines.engine}: the cluster's head is gone ([Errno 111] Conn" in err
    assert "Traceback" not in err

    damaged = builder.embedded()[0]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    outdated = builder.shards / shard_name("embedded", bytes(32))
    outdated.parent.mkdir(exist_ok=True)
    outdated.write_bytes(b"of a corpus that is gone")
    os.utime(outdated, (0, 0))
    assert 0 < builder.alone()["embedded"] < FILES * PASSAGES
    assert files(builder.index) == expected
    (noted, *_) = sorted(builder.shards.glob("builds/*/*"), reverse=True)
    used = noted.read_text().split()
    held = (path.relative_to(builder.shards).as_posix() for path in builder.embedded())
    assert set(held) == {name for name in used if name.startswith("embedded/")}


def test_a_full_disk_of_a_machine_is_one_sentence(builder: Builder) -> None:
    builder.shards.mkdir()
    disk = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(builder.shards)]
    if subprocess.run(disk, capture_output=True, check=False).returncode:
        pytest.skip("did not run: this user may mount no file system")
    try:
        for _ in range(ATTEMPTS):
            driver = builder.started("ray")
            wait_for(partial(builder.has_begun_or_ended, driver), 0.005)
            if builder.embedded():
                break
        used = subprocess.check_output(["du", "-sk", str(builder.shards)], text=True).split()[0]
        options = f"remount,size={used}k"
        subprocess.run(["mount", "-o", options, str(builder.shards)], check=True)
        out, err = driver.communicate(timeout=PATIENCE)
    finally:
        subprocess.run(["umount", "--lazy", str(builder.shards)], check=True)
    assert (driver.returncode, out) == (2, "")
    said = [line for line in err.splitlines() if line.startswith("citywise: ")]
    assert re.fullmatch(
        r"citywise: file://.*/embedded/[0-9a-f/]+: cannot be written \(No space left on device\); "
        "check the address and what this machine may do there",
        said[-1],
    )
    assert "Traceback" not in err
    assert IndexFolder(builder.index).ids() == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "rays"], "rays: no such engine; name ray, or ray://HOST:PORT"),
        (
            ["--engine", "ray://127.0.0.1:1"],
            "ray://127.0.0.1:1: no cluster answers there ([Errno 111] Connection refused); start "
            "one with `ray start --head`, and give the address that it says",
        ),
        (
            ["--engine", "ray", "--shards", "/proc/shards"],
            "/proc/shards/written: cannot be written (No such file or directory); check the "
            "address and what this machine may do there",
        ),
        (
            ["--engine", "ray", "--device", "cuda"],
            "ray: its machines embed on processors; leave out --device",
        ),
    ],
)
def test_an_engine_that_cannot_be_used_is_one_sentence(
    options: list[str], said: str, corpus: Path, tiny_model: Path, cache: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("CITYWISE_CACHE", str(cache))
    line = ["index", str(corpus), "--model", str(tiny_model), "--index", str(tmp_path / "index")]
    assert run([*line, *options]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"citywise: {said}\n")
    assert IndexFolder(tmp_path / "index").ids() == []


def test_without_ray_its_install_command_is_named(
    corpus: Path, tiny_model: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    recipe = Recipe(
        corpus, tmp_path / "index", cache, str(tiny_model), False, FEWEST_PLACES, engine="ray"
    )
    with pytest.raises(MissingExtraError, match=r"^The engine ray needs .*'citywise\[ray\]'$"):
        build(recipe)
