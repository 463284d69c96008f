from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest

from indexer.build import build
from indexer.report import Recipe, Report
from indexer.snapshot.snapshot import open_snapshot
from search_api.engine.searcher import Searcher

pytestmark = [pytest.mark.model, pytest.mark.shared]

NAMES = [
    "lle-briefing-2020-03-25-building-the-community.md",
    "metropolis-news-2020-07-03-active-learning.md",
    "metropolis-news-2020-09-22-cities-are-listening.md",
    "metropolis-news-2020-managing-the-crisis.md",
    "press-release-2020-09-cities-are-listening.md",
]

Built = tuple[Path, Report]


@pytest.fixture(scope="module")
def sources(shared: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The index of the five sources, and what its build reported."""
    index = tmp_path_factory.mktemp("sources") / "index"
    return index, build(Recipe(shared / "sources", index, cache))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def unmarked(markdown: str) -> str:
    """The visible text of Markdown, as far as these files use it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"<[^>]+>", " ", text)
    return html.unescape(re.sub(r"[*`#|\\]", "", text))


def test_five_sources_are_five_documents_without_a_warning(sources: Built) -> None:
    _, report = sources
    assert (report.documents, report.warnings, report.skipped) == (5, [], [])


def test_no_word_of_a_source_is_lost_or_out_of_its_order(shared: Path, sources: Built) -> None:
    found = {name: text for name, _, text, _ in open_snapshot(sources[0]).passages.texts()}
    assert sorted(found) == NAMES
    for name, text in found.items():
        source = (shared / "sources" / name).read_text(encoding="utf-8")
        assert words(text) == words(unmarked(source)), name


def test_every_word_of_a_source_is_in_a_passage(sources: Built) -> None:
    for name, _, text, passages in open_snapshot(sources[0]).passages.texts():
        covered = set[int]().union(*(range(start, end) for _, start, end, _ in passages))
        left = "".join(" " if place in covered else letter for place, letter in enumerate(text))
        assert words(left) == [], name


def test_durban_is_among_the_first_for_informal_settlements(sources: Built) -> None:
    answer = Searcher(open_snapshot(sources[0])).ask("how did cities handle informal settlements?")
    rows = [r for r in answer.results[:3] if r.text.startswith("Durban Puvendra Akkiah")]
    assert [row.document.id for row in rows] == NAMES[:1]
    assert "Informal settlements present a major challenge" in rows[0].text


def test_sources_and_thousands_of_records_are_one_index(
    shared: Path, cache: Path, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "measures").mkdir(parents=True)
    for name in NAMES:
        shutil.copyfile(shared / "sources" / name, corpus / name)
    measures = shared / "eval" / "city_measures" / "corpus.jsonl"
    shutil.copyfile(measures, corpus / "measures" / "corpus.jsonl")
    report = build(Recipe(corpus, tmp_path / "index", cache))
    assert (report.documents, report.skipped) == (4_161 + 5, [])
