from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from indexer.report import Recipe
from indexer.snapshot.folder import IndexFolder
from tests.bounds import program
from tests.conftest import FEWEST_PLACES, ROOT, write_corpus
from tests.load.readers import Publisher, Readers, wait_until_served
from tests.served import PATIENCE, Served, free_port, serving, wait_until_ready

CLIENTS = 8

pytestmark = pytest.mark.load


@pytest.fixture
def nginx() -> str:
    return program("nginx", "nginx-light")


@contextmanager
def proxied(nginx: str, folder: Path, replicas: list[Served]) -> Iterator[Served]:
    """Run nginx with the configuration that is delivered, but for the ports."""
    port = free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    ports = iter([*(each.url.rpartition(":")[2] for each in replicas), str(port)])
    text, changed = re.subn(r"(127\.0\.0\.1:|listen )\d+", lambda at: at[1] + next(ports), text)
    assert changed == len(replicas) + 1
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{places}{text}}}\n"
    )
    process = subprocess.Popen([nginx, "-e", f"{folder}/error.log", "-c", str(file)])
    served = Served(process, f"http://127.0.0.1:{port}", folder / "error.log")
    try:
        wait_until_served(served, httpx2.get(f"{replicas[0].url}/readyz").json()["index"])
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def test_a_replica_killed_under_load_costs_nobody_an_answer_and_all_follow_the_source(
    nginx: str, tiny_model: Path, cache: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    recipe = Recipe(
        write_corpus(tmp_path / "corpus"), source, cache, str(tiny_model), False, FEWEST_PLACES
    )
    publisher = Publisher(recipe)
    first = publisher.publish(0)
    with ExitStack() as running:
        replicas = []
        for number in range(3):
            folder = tmp_path / str(number)
            folder.mkdir()
            replicas.append(
                running.enter_context(
                    serving(folder / "index", folder, workers=2 - bool(number), ready=False,
                            source=source.as_uri(), source_seconds="0.2")
                )
            )  # fmt: skip
        for replica in replicas:
            wait_until_ready(replica)
        proxy = running.enter_context(proxied(nginx, tmp_path, replicas))
        readers = Readers(proxy, CLIENTS)
        time.sleep(1)
        replicas[1].process.kill()
        time.sleep(1.5)
        second = publisher.publish(1)
        for replica in (replicas[0], replicas[2]):
            wait_until_served(replica, second)
        time.sleep(0.5)
        heard = readers.stopped()
    assert heard.wrong == []
    assert all(publisher.known[identity] == told for identity, told in heard.answers)
    assert {identity for identity, _ in heard.answers} == {first, second}
    assert heard.answers.total() > 50
    assert replicas[1].process.returncode == -signal.SIGKILL
    kept = [IndexFolder(tmp_path / str(number) / "index").ids() for number in range(3)]
    assert kept == [[second, first], [first], [second, first]]
