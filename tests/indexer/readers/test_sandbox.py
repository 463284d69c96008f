from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.readers.sandbox import Limits, Sandbox

pytestmark = pytest.mark.faults

MB = 1 << 20
DIED = (
    "cannot be read: its reader ended, out of memory or by a fault in a library; "
    "split the file or save it anew"
)
RAIN = "Rain barrels\n\nEach school in Tanga got two rain barrels."
LONG = json.dumps({"text": "Rain barrels stand by the school. " * 1200})

Results = list[Document | DocumentError]


def children() -> set[int]:
    """Processes that this one started and that are still there, zombies too."""
    table = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,comm="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(None, 2) for line in table.splitlines())
    return {int(pid) for pid, parent, name in rows if int(parent) == os.getpid() and name != "ps"}


@pytest.fixture
def sandboxed() -> Iterator[Callable[[Limits], Sandbox]]:
    """Makes a sandbox, and sees to it that nothing of it is left."""
    before = children()
    made: list[Sandbox] = []

    def make(limits: Limits) -> Sandbox:
        made.append(Sandbox(limits))
        return made[-1]

    yield make
    for sandbox in made:
        sandbox.close()
        sandbox.close()
    assert children() == before


MakeSandbox = Callable[[Limits], Sandbox]


def read(sandbox: Sandbox, path: Path) -> Results:
    return list(sandbox.read(path, f"notes/{path.name}", {"publisher": "Harbour Towns"}))


def reads_well(sandbox: Sandbox, folder: Path) -> bool:
    """Whether the next file is read as ever."""
    path = folder / "rain.txt"
    path.write_text(RAIN, encoding="utf-8")
    (document,) = read(sandbox, path)
    assert isinstance(document, Document)
    return (document.path, document.text, document.metadata.publisher) == (
        "notes/rain.txt",
        RAIN,
        "Harbour Towns",
    )


def test_a_reader_that_hangs_is_ended_in_time(sandboxed: MakeSandbox, tmp_path: Path) -> None:
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)  # nobody ever writes to it
    sandbox = sandboxed(Limits(seconds=2.5))
    began = time.monotonic()
    (error,) = read(sandbox, path)
    assert 2.5 <= time.monotonic() - began < 20
    assert str(error) == "notes/pipe.txt: takes more than 2.5 s to read; split it"
    assert reads_well(sandbox, tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_a_reader_that_eats_memory_is_refused_it(sandboxed: MakeSandbox, tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    path.write_text("[" + '{"n":1},' * 2_000_000 + "{}]", encoding="utf-8")
    sandbox = sandboxed(Limits(memory=512 * MB))
    (error,) = read(sandbox, path)
    assert str(error) == "notes/huge.json: needs more than 512 MB of memory to read; split it"
    assert reads_well(sandbox, tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_a_child_without_memory_to_begin_is_an_error(
    sandboxed: MakeSandbox, tmp_path: Path
) -> None:
    path = tmp_path / "rain.txt"
    path.write_text(RAIN, encoding="utf-8")
    sandbox = sandboxed(Limits(memory=MB))
    for _ in range(2):
        (error,) = read(sandbox, path)
        too_much = "needs more than 1 MB of memory to read; split it"
        assert str(error) in {f"notes/rain.txt: {reason}" for reason in (DIED, too_much)}


def test_what_is_read_may_not_outgrow_the_file(sandboxed: MakeSandbox, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join([LONG] * 40), encoding="utf-8")
    sandbox = sandboxed(Limits(output=MB, expansion=0))
    *documents, error = read(sandbox, path)
    assert [document.place for document in documents if isinstance(document, Document)] == [
        f"line {number}" for number in range(1, len(documents) + 1)
    ]
    assert 20 <= len(documents) <= MB // len(LONG)
    assert str(error) == "notes/many.jsonl: unpacks to more than 1 MB of text; split it"
    assert reads_well(sandbox, tmp_path)
    assert len(read(sandboxed(Limits(output=MB, expansion=2)), path)) == 40


def test_a_reader_that_dies_costs_one_file(sandboxed: MakeSandbox, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join([LONG] * 200), encoding="utf-8")
    sandbox = sandboxed(Limits())
    before = children()
    results = sandbox.read(path, "notes/many.jsonl", {})
    assert isinstance(next(results), Document)
    (child,) = children() - before
    os.kill(child, signal.SIGKILL)
    *documents, error = results
    assert len(documents) < 199
    assert all(isinstance(document, Document) for document in documents)
    assert str(error) == f"notes/many.jsonl: {DIED}"
    assert children() == before
    assert reads_well(sandbox, tmp_path)


def test_a_child_that_died_between_files_is_replaced(
    sandboxed: MakeSandbox, tmp_path: Path
) -> None:
    sandbox = sandboxed(Limits())
    before = children()
    assert reads_well(sandbox, tmp_path)
    (child,) = children() - before
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert reads_well(sandbox, tmp_path)


def test_one_child_reads_many_files_and_is_ended_with_one_left_half_read(
    sandboxed: MakeSandbox, tmp_path: Path
) -> None:
    sandbox = sandboxed(Limits())
    before = children()
    assert reads_well(sandbox, tmp_path)
    first = children() - before
    path = tmp_path / "broken.json"
    path.write_text('{"text": "Pumps."}\n{', encoding="utf-8")
    document, error = read(sandbox, path)
    assert isinstance(document, Document)
    assert str(error).startswith("notes/broken.json, line 2: no valid JSON: ")
    assert children() - before == first
    results = sandbox.read(path, "notes/broken.json", {})
    assert isinstance(next(results), Document)
    del results
    assert children() == before
    assert reads_well(sandbox, tmp_path)
    assert len(children() - before) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("deep.json", b'{"text": ' + b"[" * 200_000, r", line 1: no valid JSON: nested too deeply"),
        ("deep.yaml", b"[" * 5_000, r", line 1: no valid YAML: nested more than 100 levels deep"),
        ("half.json", rb'{"text": "\ud800 and pumps"}', r", line 1: holds half of a character "
         r"\(a lone surrogate\); mend the text"),
        ("torn.docx", b"PK\x03\x04 torn", r": .+"),
        ("torn.pdf", b"%PDF-1.7 torn", r": .+"),
        ("gone.txt", None, r": cannot be opened: No such file or directory"),
    ],
)  # fmt: skip
def test_hostile_files_are_errors_and_the_next_is_read(
    name: str, content: bytes | None, message: str, sandboxed: MakeSandbox, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    sandbox = sandboxed(Limits())
    (error,) = read(sandbox, path)
    assert re.fullmatch(f"notes/{re.escape(name)}{message}", str(error))
    assert reads_well(sandbox, tmp_path)


def test_no_module_is_taken_from_the_folder_one_stands_in(
    tmp_path: Path, sandboxed: MakeSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "markdown_it.py").write_text("raise SystemExit('run')\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text(RAIN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (document,) = read(sandboxed(Limits()), tmp_path / "a.txt")
    assert isinstance(document, Document)
    assert document.metadata.title == "Rain barrels"
