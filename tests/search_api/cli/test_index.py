from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.report import notes_on
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import VectorsInfo
from search_api.cli import run
from search_api.cli.console import list_lines

Build = Callable[..., tuple[int, str, str]]


@pytest.fixture
def build(
    tmp_path: Path,
    cache: Path,
    tiny_model: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Build:
    """Run `citywise index` with the tiny model: exit status, stdout and stderr."""
    monkeypatch.setenv("CITYWISE_CACHE", str(cache))
    monkeypatch.delenv("CITYWISE_INDEX", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(tmp_path)

    def built(*arguments: str) -> tuple[int, str, str]:
        status = run(["index", "--model", str(tiny_model), *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return built


def test_the_folder_corpus_is_indexed_into_the_folder_index(corpus: Path, build: Build) -> None:
    status, out, err = build()
    identity = IndexFolder(Path("index")).published().manifest.id
    assert (status, err) == (0, "")
    first, second = out.splitlines()
    assert first == f"Published index {identity} in index."
    counts = r"3 documents, 7 passages, \d newly embedded, 0 skipped, \d+\.\d s"
    assert re.fullmatch(counts, second)


def test_what_has_not_changed_is_not_built_again(corpus: Path, build: Build) -> None:
    build()
    pointer = IndexFolder(Path("index")).published()
    status, out, err = build()
    assert (status, err) == (0, "")
    assert out.startswith(f"Nothing has changed: index {pointer.manifest.id} is up to date.\n")
    assert "7 passages, 0 newly embedded, 0 skipped" in out
    assert IndexFolder(Path("index")).published() == pointer


def test_json_is_the_report_alone(corpus: Path, build: Build) -> None:
    status, out, err = build("corpus", "--index", "elsewhere", "--json")
    assert (status, err) == (0, "")
    report = json.loads(out)
    assert report.pop("seconds") > 0
    assert report.pop("embedded") in range(8)  # the cache may know some of them
    read = report.pop("read")
    assert report == {
        "snapshot": IndexFolder(Path("elsewhere")).published().manifest.id,
        "unchanged": False,
        "documents": 3,
        "passages": 7,
        "skipped": [],
        "notes": [],
        "copies": 0,
        "warnings": [],
    }
    assert read[2] == {
        "id": "durban-note",
        "origin": "sessions/durban.md",
        "characters": 281,
        "kept": 281,
        "passages": 4,
        "tables": 1,
        "warnings": [],
    }


def test_the_kind_of_vectors_can_be_said_and_its_recall_is_told(corpus: Path, build: Build) -> None:
    before = build()[1].split()[2]
    status, out, err = build("--vectors", "rabitq")
    published = IndexFolder(Path("index")).published()
    assert published.manifest.vectors == VectorsInfo("rabitq", 400, 1.0, 400, 1.0)
    assert published.manifest.id != before
    assert (status, out.split()[2]) == (0, published.manifest.id)
    assert err == "Note: vectors: the nearest 400 by their codes are compared, recall@10 1.000\n"


def test_a_recall_that_is_too_low_is_told() -> None:
    raised = notes_on(VectorsInfo("rabitq", 1600, 0.9815, 400, 0.9204))
    assert raised == [
        "vectors: the nearest 1,600 by their codes are compared, recall@10 0.982; "
        "with 400 it was 0.920, below 0.98"
    ]
    assert notes_on(VectorsInfo("rabitq", 6400, 0.9704, 400, 0.4)) == [
        "vectors: the nearest 6,400 by their codes are compared, recall@10 0.970; with 400 it was "
        "0.400, below 0.98; "
        "`--vectors exact` finds all"
    ]
    assert notes_on(VectorsInfo()) == []


def test_a_text_is_embedded_once_and_a_change_alone_anew(corpus: Path, build: Build) -> None:
    build()
    (corpus / "news.txt").write_text("Never seen before: seven storks.", encoding="utf-8")
    assert json.loads(build("--json")[1])["embedded"] == 1


def test_one_file_can_be_indexed(corpus: Path, build: Build) -> None:
    _, out, _ = build("corpus/initiatives/records.jsonl", "--json")
    report = json.loads(out)
    assert (report["documents"], report["passages"]) == (2, 3)


def test_what_cannot_be_read_is_named_and_nothing_is_published(corpus: Path, build: Build) -> None:
    (corpus / "plan [old].pages").write_bytes(b"PK")
    (corpus / "empty.md").write_text("\n", encoding="utf-8")
    status, out, err = build()
    assert (status, out) == (2, "")
    head, *lines = err.splitlines()
    assert head == (
        "citywise: 2 documents cannot be read; mend or remove them, "
        "or leave them out with --keep-going:"
    )
    assert lines[0] == "  empty.md: yields no text: the file is empty"
    assert lines[1].startswith("  plan [old].pages: no reader for this format; readable are .csv,")
    assert len(lines) == 2
    assert not IndexFolder(Path("index")).pointer.exists()


def test_keep_going_leaves_out_what_cannot_be_read_and_says_so(corpus: Path, build: Build) -> None:
    (corpus / "empty.md").write_text("\n", encoding="utf-8")
    status, out, err = build("--keep-going")
    assert status == 0
    assert "3 documents, 7 passages, " in out
    assert "1 skipped" in out
    assert err == "Skipped: empty.md: yields no text: the file is empty\n"
    status, out, err = build("--keep-going", "--json")
    assert err == ""
    assert json.loads(out)["skipped"] == ["empty.md: yields no text: the file is empty"]


def test_twenty_of_many_skipped_files_are_spelled_out(corpus: Path, build: Build) -> None:
    for number in range(23):
        (corpus / f"empty-{number:02}.md").write_text("\n", encoding="utf-8")
    _, _, err = build("--keep-going")
    lines = err.splitlines()
    assert len(lines) == 21
    assert lines[19] == "Skipped: empty-19.md: yields no text: the file is empty"
    assert lines[20] == "Skipped: and 3 more; --json lists them all"


def test_a_value_that_cannot_be_used_is_a_warning(corpus: Path, build: Build) -> None:
    (corpus / "note.md").write_text("---\ndate: soon\n---\nWater came.\n", encoding="utf-8")
    status, _, err = build()
    warning = "note.md: date 'soon' is not YYYY, YYYY-MM or YYYY-MM-DD; left out"
    assert (status, err) == (0, f"Warning: {warning}\n")
    assert json.loads(build("--json", "--index", "other")[1])["warnings"] == [warning]


def test_a_record_with_half_a_character_meets_no_traceback(corpus: Path, build: Build) -> None:
    # JSON may name one half of a surrogate pair; no text in UTF-8 can hold it
    (corpus / "half.jsonl").write_text('{"text": "Water \\ud83d came."}\n', encoding="utf-8")
    status, _, err = build("--keep-going")
    assert status == 0
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere: no such folder; name the folder that holds the documents"),
        (["none"], "none: no documents in this folder; put files in it and try again"),
    ],
)
def test_a_corpus_without_documents_is_named(
    arguments: list[str], message: str, tmp_path: Path, build: Build
) -> None:
    (tmp_path / "none").mkdir()
    assert build(*arguments) == (2, "", f"citywise: {message}\n")
    assert not Path("index").exists()


def test_a_model_that_is_nowhere_is_named(corpus: Path, build: Build) -> None:
    status, out, err = build("--model", "no-such/model")
    assert (status, out) == (2, "")
    assert err.startswith(
        "citywise: model 'no-such/model': no folder of this name, and no hub gave it ("
    )
    assert err.endswith("); check the name, or give the path of a model on disk\n")


def test_an_index_folder_that_cannot_be_written_is_named(corpus: Path, build: Build) -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    status, out, err = build("--index", "taken")
    assert (status, out) == (2, "")
    assert err.startswith("citywise: taken")
    assert ": cannot be read or written (" in err
    assert err.endswith("; mend that and build again; what was published before is whole\n")


def test_a_cache_that_cannot_be_written_is_named(
    corpus: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("CITYWISE_CACHE", "taken")
    status, out, err = build()
    assert (status, out) == (2, "")
    assert re.match(r"citywise: [^(]*\btaken\b[^(]*: cannot be read or written \(", err)


def test_a_build_while_another_one_writes_says_so(corpus: Path, build: Build) -> None:
    with IndexFolder(Path("index")).lock():
        assert build() == (
            2,
            "",
            "citywise: index: another build is writing this index; wait until it is done\n",
        )


def test_a_file_s_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    list_lines("Skipped", ["a\x1b[31m.odt: an OpenDocument text", *"b" * 20])
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Skipped: a\ufffd[31m.odt: an OpenDocument text"
    assert (len(lines), lines[-1]) == (21, "Skipped: and 1 more; --json lists them all")
