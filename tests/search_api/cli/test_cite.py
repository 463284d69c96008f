from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import Snapshot
from search_api.citations.dates import in_words
from search_api.citations.formats import FORMATS, TYPES
from search_api.citations.record import Reading, cite_hit
from search_api.cli import run
from tests.conftest import DURBAN, BuildTiny, write_corpus

BASE = "https://search.example.org"


@pytest.fixture(autouse=True)
def public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYWISE_PUBLIC_URL", BASE)


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = run([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def ids(snapshot: Snapshot) -> list[str]:
    return [passage.id for passage in snapshot.passages.all()]


@pytest.mark.parametrize("form", FORMATS)
def test_passages_are_cited_in_each_format(
    form: str, built: Path, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = ids(snapshot)[:2]
    reading = Reading(snapshot.manifest.id, datetime.now(UTC).date(), BASE)
    hits = snapshot.passages.hits([0, 1])
    (write,) = (TYPES[each].write for each in FORMATS if each == form)
    expected = write([cite_hit(hit, snapshot.passages, reading) for hit in hits])
    found = said(capsys, "cite", first, second, first, "--format", form, "--index", built)
    assert found == (0, expected, "")
    assert BASE in expected


def test_apa_is_what_is_printed_unless_asked_otherwise(
    built: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.delenv("CITYWISE_PUBLIC_URL")
    (quito,) = (p.id for p in snapshot.passages.all() if "Quito carried" in p.text)
    day = in_words(datetime.now(UTC).date())
    assert said(capsys, "cite", quito, "--index", built) == (
        0,
        f"Food baskets. (2020). Retrieved {day}, from citywise index {snapshot.manifest.id}.\n"
        "(“Food baskets”, 2020, para. 1)\n",
        "",
    )


def test_a_passage_that_is_not_there_is_named_and_the_others_are_cited(
    built: Path, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ids(snapshot)[0]
    status, out, err = said(capsys, "cite", "nobody", first, "--format", "ris", "--index", built)
    assert (status, out.count("TY  - "), out.count(f"ID  - citywise-{first}\n")) == (1, 1, 1)
    assert err == (
        f"citywise: passage nobody is not in index {snapshot.manifest.id}; take ids from an "
        "answer's `passage_id`, and look for an older citation with "
        "`citywise verify --citation FILE`\n"
    )


@pytest.mark.parametrize("form", [("--format", "csl-json"), ("--json",)])
def test_what_was_cited_is_found_unchanged_moved_or_gone_after_the_corpus_changed(
    form: tuple[str, ...], tmp_path: Path, build_tiny: BuildTiny,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    corpus, index = write_corpus(tmp_path / "corpus"), tmp_path / "index"
    build_tiny(corpus, index)
    old = IndexFolder(index).published().manifest.id
    status, answer, _ = said(capsys, "ask", "water", "-k", "7", "--json", "--index", index)
    found = {result["text"]: result["passage_id"] for result in json.loads(answer)["results"]}
    named = [next(i for text, i in found.items() if word in text)
             for word in ("Dr. Tang", "Water tanks", "Quito carried")]  # fmt: skip
    status, cited, _ = said(capsys, "cite", *named, *form, "--index", index)
    (tmp_path / "old.json").write_text(cited, encoding="utf-8")

    note = DURBAN.replace("Water tanks came by truck", "Nothing came").replace(
        "\n# Notes", "\nIt was long ago.\n\n# Notes"
    )
    (corpus / "sessions" / "durban.md").write_text(note, encoding="utf-8")
    build_tiny(corpus, index)
    new = IndexFolder(index).published().manifest.id
    check = ("verify", "--citation", tmp_path / "old.json", "--index", index)
    status, out, err = said(capsys, *check)
    lines = out.splitlines()
    assert (status, err, len(lines)) == (1, "", 4)
    assert lines == [
        f"1. moved: {named[0]}: the passage now begins at character 18 "
        f"({BASE}/documents/durban-note#p-{named[0]})",
        f"2. gone: {named[1]}: the words are not in this index; document durban-note is still "
        "there",
        f"3. unchanged: {named[2]}: the passage stands as it was cited "
        f"({BASE}/documents/quito-food#p-{named[2]})",
        f"1 unchanged, 1 moved, 1 gone; index {new}",
    ]
    status, out, _ = said(capsys, *check, "--json")
    report = json.loads(out)
    assert (status, report["snapshot"], report["gone"]) == (1, new, 1)
    assert [each["status"] for each in report["citations"]] == ["moved", "gone", "unchanged"]
    status, out, _ = said(capsys, *check, "--snapshot", old)
    assert (status, out.splitlines()[-1]) == (0, f"3 unchanged, 0 moved, 0 gone; index {old}")
    status, again, _ = said(capsys, "cite", *named, *form, "--snapshot", old, "--index", index)
    assert (status, again) == (0, cited)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"@misc{a}", "no JSON; give what `citywise cite --format csl-json` writes"),
        (b"\xff", "not in UTF-8; save it so"),
        (b"[]", "holds no citation"),
        (None, "No such file or directory"),
    ],
)
def test_a_file_that_holds_no_citation_is_named(
    content: bytes | None, message: str, built: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file = tmp_path / "old.json"
    if content is not None:
        file.write_bytes(content)
    found = said(capsys, "verify", "--citation", file, "--index", built)
    assert found == (2, "", f"citywise: {file}: {message}\n")


def test_a_snapshot_that_is_not_kept_is_named_with_those_that_are(
    built: Path, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "cite", "p", "--snapshot", "old", "--index", built) == (
        2,
        "",
        f"citywise: snapshot old is not kept; kept are: {snapshot.manifest.id}\n",
    )
