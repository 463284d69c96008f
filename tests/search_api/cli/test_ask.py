from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from indexer.document import Metadata
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import LEXICAL, MANIFEST, VECTORS
from search_api.cli import run
from search_api.cli.ask import AROUND, show
from search_api.engine.answer import (
    Answer,
    DocumentRef,
    IndexRef,
    Result,
    Segment,
    Span,
    Timings,
)
from search_api.engine.searcher import Searcher
from search_api.exports import EXPORTS, ExportFormat, export

QUITO = "Food baskets Quito carried food baskets to families in quarantine."
"""What is embedded of one passage: best on both sides, whatever the model's weights are."""


@pytest.fixture(autouse=True)
def no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def asked(
    index: Path, question: str, capsys: pytest.CaptureFixture[str], *form: str
) -> tuple[int, str, str]:
    status = run(["ask", question, "--index", str(index), *form])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def answer(*segments: tuple[str, bool], title: str = "Notes", **changed: Any) -> Answer:
    text = "".join(piece for piece, _ in segments)
    about = Metadata(title=title)
    result = Result(
        rank=1,
        score=1.0,
        confidence=0.9,
        passage_id="p",
        text=text,
        segments=[Segment(text=piece, mark=mark) for piece, mark in segments],
        span=Span(start=0, end=len(text)),
        page=None,
        section=[],
        cities=[],
        aspect=None,
        noise=None,
        quotes=[],
        copies=0,
        document=DocumentRef(
            id="notes.md", title=about.title, kind="news", date=None, publisher=None, url=None,
            language="en", sha256="0" * 64, sources=[],
        ),
        link=None,
        citation="“Notes”.",
    ).model_copy(update=changed)  # fmt: skip
    return Answer(
        question="?",
        verdict="strong",
        confidence=0.9,
        explanation=None,
        results=[result],
        cities=[],
        facets={},
        index=IndexRef(id="i", built="2026-01-01", model="m", passages=1, documents=1234),
        timings_ms=Timings(encode=1, retrieve=1, rank=1, total=3.4),
    )


def shown(found: Answer, **terminal: Any) -> str:
    file = io.StringIO()
    show(found, Console(file=file, highlight=False, emoji=False, **{"width": 10_000, **terminal}))
    return file.getvalue()


def test_an_answer_is_printed_ranked_quoted_and_cited(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = asked(built, QUITO, capsys, "-k", "1")
    assert (status, err) == (0, "")
    *lines, last = out.split("\n")[:-1]
    assert lines == [
        "",
        "Quito, Ecuador",
        " 1. Food baskets  (initiative, 2020)",
        "    Quito carried food baskets to families in quarantine.",
        "    “Food baskets”, 2020, characters 0–53.",
        "",
    ]
    identity = IndexFolder(built).published().manifest.id
    assert re.fullmatch(rf"1 excerpts? from 3 documents in \d+ ms; index {identity}", last)


def test_five_excerpts_are_shown_unless_more_are_wanted(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form, count in (((), 5), (("-k", "2"), 2), (("-k", "100"), 7)):
        _, out, _ = asked(built, "water", capsys, *form)
        ranks = re.findall(r"^ ?(\d+)\. ", out, re.MULTILINE)
        assert sorted(map(int, ranks)) == list(range(1, count + 1))


def test_what_is_piped_keeps_whole_lines_without_trailing_space_or_codes(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = asked(built, "water tanks [bold]or[/bold] :smile:", capsys, "-k", "7")
    lines = out.split("\n")
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\x1b" not in out
    assert "    Informal settlements" in lines
    assert (
        "    Durban · Public buildings were closed. · "
        "Informal settlements present a major challenge." in lines
    )
    longest = (
        "    Network of Cities, “Notes from Durban”, 2020-03-25, section “Informal settlements”, "
        "row “Durban”, characters 166–280, https://example.org/durban."
    )
    assert longest in lines


def test_json_is_one_object_with_the_promised_names_alone_on_stdout(
    built: Path, searcher: Searcher, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = asked(built, "informal settlements", capsys, "--json", "-k", "3")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert list(found) == [
        "question", "verdict", "confidence", "explanation", "reasons", "results", "cities",
        "facets", "related", "index", "timings_ms",
    ]  # fmt: skip
    assert list(found["results"][0]) == [
        "rank", "score", "confidence", "passage_id", "text", "segments", "span", "page", "section",
        "cities", "aspect", "noise", "quotes", "copies", "document", "link", "citation",
    ]  # fmt: skip
    assert list(found["results"][0]["document"]) == [
        "id", "title", "kind", "date", "publisher", "url", "language", "sha256", "sources",
    ]  # fmt: skip
    assert list(found["index"]) == ["id", "built", "model", "passages", "documents"]
    assert list(found["timings_ms"]) == ["encode", "retrieve", "rerank", "rank", "total"]
    del found["timings_ms"]
    expected = searcher.ask("informal settlements", 3)
    assert found == expected.model_dump(mode="json", exclude={"timings_ms"})


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "the question is empty; ask in a few words or a sentence"),
        ("  \t", "the question is empty; ask in a few words or a sentence"),
        ("water " * 60, "the question has 62 tokens, the model reads 48; ask it in fewer words"),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_question_that_cannot_be_asked_is_wrong_use(
    question: str, message: str, form: list[str], built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(built, question, capsys, *form) == (2, "", f"citywise: {message}\n")


def test_a_question_in_another_encoding_meets_no_traceback(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # how Python hands over the Latin-1 bytes of "café" under a UTF-8 locale
    status, out, err = asked(built, "caf\udce9 settlements", capsys, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["question"] == "caf? settlements"


def test_a_damaged_index_is_named_with_the_way_out(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = index_copy.published().path / VECTORS
    size = vectors.stat().st_size
    vectors.write_bytes(b"short")
    assert asked(index_copy.root, "water", capsys) == (
        2,
        "",
        f"citywise: {vectors}: 5 bytes instead of {size}; rebuild with `citywise index`\n",
    )
    vectors.unlink()
    assert asked(index_copy.root, "water", capsys, "--json") == (
        2,
        "",
        f"citywise: {vectors}: missing; rebuild with `citywise index`\n",
    )


@pytest.mark.parametrize("name", ["postings.npy", "offsets.npy", "analysis.json", "terms.npy"])
def test_a_file_overwritten_in_its_own_size_is_damage_too(
    name: str, index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = index_copy.published().path / LEXICAL / name
    whole = path.read_bytes()
    if path.suffix == ".npy":  # behind the header, which numpy checks
        path.write_bytes(whole[:128] + b"\x7f" * (len(whole) - 128))
    else:
        path.write_bytes(b"[" + b" " * (len(whole) - 2) + b"]")
    status, out, err = asked(index_copy.root, "water tanks", capsys)
    assert (status, out) == (2, "")
    assert re.fullmatch(r"citywise: .*lexical.*; rebuild .*\n", err)


def test_an_index_of_another_format_is_refused(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = index_copy.published().path / MANIFEST
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**raw, "format": 1}), encoding="utf-8")
    index_copy.point_to(manifest.parent)
    assert asked(index_copy.root, "water", capsys) == (
        2,
        "",
        f"citywise: {manifest}: index of format 1, this program reads format 8; "
        "rebuild with `citywise index`\n",
    )


def test_an_answer_without_excerpts_says_how_much_was_searched() -> None:
    empty = answer(("Water came.", True)).model_copy(update={"results": []})
    assert shown(empty) == "\n0 excerpts from 1,234 documents in 3 ms; index i\n"


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (
            "partial",
            "\nNo exact match, these are the closest: x.\n\nNo city in particular\n 1. Notes",
        ),
        ("none", "\nNo good evidence in this index: x.\n\nNo city in particular\n 1. Notes"),
    ],
)
def test_what_came_nearest_is_shown_as_such(verdict: str, said: str) -> None:
    found = answer(("Water came.", True))
    assert shown(found.model_copy(update={"verdict": verdict, "explanation": "x"})).startswith(said)


def test_a_document_without_title_or_date_is_headed_by_its_id() -> None:
    untitled = shown(answer(("Water came.", True), title="")).split("\n")
    assert untitled[1:3] == ["No city in particular", " 1. notes.md  (news)"]


def test_headings_stand_behind_the_title() -> None:
    under = shown(answer(("Water came.", True), section=["Answers", "Water"])).split("\n")
    assert under[2] == " 1. Notes › Answers › Water  (news)"


def test_markup_in_a_document_is_printed_as_it_stands() -> None:
    printed = shown(answer(("[bold]Water[/] :smile: came.", True), title="[red]Notes"))
    assert " 1. [red]Notes  (news)\n    [bold]Water[/] :smile: came.\n" in printed


def test_a_pipe_gets_the_whole_excerpt_and_a_terminal_what_is_around_the_mark() -> None:
    before, behind = "over " * 100, " under" * 100
    found = answer((before, False), ("Water came.", True), (behind, False))
    assert f"    {before}Water came.{behind}\n" in shown(found)
    cut = shown(found, force_terminal=True, color_system=None)
    assert f"    […] {'over ' * 59}Water came.{' under' * 49} […]\n" in cut
    assert len("over " * 60) == len(" under" * 50) == AROUND


def test_an_excerpt_of_wide_gaps_and_words_without_end_is_cut_too() -> None:
    wide, endless = " " * 400, "x" * 400
    found = answer((f"a{wide}", False), ("Water came.", True), (f"{wide}b", False))
    cut = shown(found, force_terminal=True, color_system=None)
    assert "Water came." in cut
    assert len(cut) < 900
    found = answer((endless, False), ("Water came.", True), (endless, False))
    cut = shown(found, force_terminal=True, color_system=None)
    assert f"[…] {'x' * AROUND}Water came.{'x' * AROUND} […]\n" in cut


def test_a_terminal_shows_the_marked_sentence_in_bold_and_wraps_under_the_indent() -> None:
    found = answer(("Before. ", False), ("Water came.", True), (" Behind.", False))
    printed = shown(found, force_terminal=True, color_system="standard", width=20)
    assert "    Before. \x1b[1mWater \x1b[0m" in printed
    assert "    \x1b[1mcame.\x1b[0m Behind." in printed


@pytest.mark.parametrize("terminal", [{}, {"force_terminal": True, "color_system": None}])
def test_a_document_cannot_send_codes_to_the_terminal(terminal: dict[str, Any]) -> None:
    hostile = "Wa\x1b[2Jter\x1b]0;owned\x07 \x9b31mcame."
    printed = shown(answer((hostile, True), title=hostile, citation=hostile), **terminal)
    assert [code for code in "\x1b\x07\x9b" if code in printed] == []


@pytest.mark.parametrize("form", EXPORTS)
def test_an_answer_is_printed_as_the_file_that_is_asked_for(
    form: ExportFormat, built: Path, searcher: Searcher, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("CITYWISE_PUBLIC_URL", "https://search.example.org")
    status, out, err = asked(built, QUITO, capsys, "-k", "2", "--format", form)
    expected = export(searcher.ask(QUITO, 2), form, base="https://search.example.org")[1]
    assert (status, out, err) == (0, expected, "")
    assert "https://search.example.org/documents/" in out


def test_json_is_a_format_too(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in (("--json",), ("--format", "json")):
        assert json.loads(asked(built, QUITO, capsys, *form)[1])["question"] == QUITO


@pytest.mark.slow
def test_a_cross_encoder_is_taken_where_one_is_asked_for(
    built: Path,
    tiny_crossing: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = asked(built, "water", capsys, "--reranker", str(tiny_crossing), "--json")
    assert status in (0, 1)
    assert json.loads(out)["timings_ms"]["rerank"] > 0
    monkeypatch.setenv("CITYWISE_RERANKER", "lost/model")
    status, out, said = asked(built, "water", capsys)
    assert (status, out) == (2, "")
    assert "model 'lost/model': no folder of this name, and no hub gave it" in said
    status, out, _ = asked(built, "water", capsys, "--reranker", "", "--json")
    assert json.loads(out)["timings_ms"]["rerank"] == 0


def test_related_questions_follow_the_excerpts() -> None:
    paper = io.StringIO()
    told = answer(("Water.", True)).model_copy(update={"related": ["Who came?", "How\x1b[2J?"]})
    show(told, Console(file=paper, width=80))
    assert "\nRelated questions\n    Who came?\n    How" in paper.getvalue()
    assert "\x1b" not in paper.getvalue()
