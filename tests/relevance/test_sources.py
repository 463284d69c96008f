from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.build import build
from indexer.corpus import read_corpus
from indexer.document import Document
from indexer.embedding.compiled import compile_model
from indexer.embedding.models import find_model
from indexer.embedding.reference import Reference
from indexer.lengths import chunker_of
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


DATES = ["2020-03-25", "2020-07-03", "2020-09-22", "2020", "2020-09"]


def test_each_source_has_its_date_and_the_title_that_a_reader_would_give(sources: Built) -> None:
    answer = Searcher(open_snapshot(sources[0])).ask("cities", k=100)
    documents = {result.document.id: result.document for result in answer.results}
    assert [documents[name].date for name in NAMES] == DATES
    assert [documents[name].title for name in NAMES] == [
        "Building the Community",
        "Active learning and city-to-city communication: Pillars of our crisis management response",
        "The new #CitiesAreListening space moves from exchanging ideas and recommendations to "
        "action",
        "Managing the crisis on a urban scale: the Live Learning Experience",
        "From Social Distancing to a World that is driven by communities",
    ]
    kinds = ["other", "news", "news", "news", "press-release"]
    assert [documents[name].kind for name in NAMES] == kinds


ROWS = {
    "Guangzhou": ("society-wide efforts have proven essential", "early reporting, early isolation"),
    "Bogotá": ("puts human care at the center", "flatten the curve of infections"),
    "Buenos Aires": ("establishment of a WhatsApp channel", "High degree of informality"),
    "Montevideo": ("central market that provides 70%", "while reducing the rate of infection"),
    "Madrid": ("temporary field hospitals", "sufficient medical products"),
    "Xian": ("strict quarantine and testing", "raise sufficient awareness among citizens"),
    "Rome": ("strong reliance of the city on tourism", "shortages of medical supplies"),
    "Barcelona": ("Mortgage and rental moratorium", "Transport use has fallen to 10%"),
    "Durban": ("Closure of all public institutions", "Informal settlements present a major"),
    "Lampedusa": ("Communication and information to calm", "only has 1 medical center"),
}


def test_each_row_of_the_briefing_is_a_response_and_a_challenge_of_its_city(sources: Built) -> None:
    rows = [p for p in open_snapshot(sources[0]).passages.all() if p.place]
    assert [(p.place and p.place.name, p.aspect) for p in rows] == [
        (city, aspect) for city in ROWS for aspect in ("response", "challenge")
    ]
    for city, words in ROWS.items():
        own = [p for p in rows if p.place and p.place.name == city]
        for passage, said in zip(own, words, strict=True):
            assert said in passage.text
            assert city in passage.embedded, "the city is embedded where its cell is not shown"


def test_who_is_quoted_is_known(sources: Built) -> None:
    passages = list(open_snapshot(sources[0]).passages.all())
    quoted = {(quote.speaker, quote.office) for passage in passages for quote in passage.quotes}
    assert {
        ("Maimunah Sharif", "Executive Director of UN-Habitat"),
        ("Octavi de la Varga", "Metropolis Secretary General"),
        ("Luis Ernesto Gómez", "Secretary of Interior of Bogotá"),
        ("William Cobbett", "Director of Cities Alliance"),
    } <= quoted
    assert len(quoted) == 14


def test_the_press_contact_is_found_when_it_is_asked_for_and_not_before(sources: Built) -> None:
    searcher = Searcher(open_snapshot(sources[0]))
    asked = searcher.ask("Whom can the press contact at UN-Habitat?", k=3)
    assert any("susannah.price@un.org" in result.text for result in asked.results)
    (contact,) = [result for result in asked.results if "susannah.price@un.org" in result.text]
    assert contact.noise == "contact"
    other = searcher.ask("What do UCLG and UN-Habitat do about the pandemic?", k=3)
    assert [result.noise for result in other.results] == [None, None, None]


def test_answers_lie_whole_within_one_passage(
    shared: Path, cache: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = shared / "eval" / "covidqa_early"
    files = find_model()
    chunker = chunker_of(compile_model(files, Reference(files), cache))
    texts = {
        document.id: ["".join(passage.text.split()) for passage in chunker.split(document)]
        for document in read_corpus(folder / "corpus.jsonl")
        if isinstance(document, Document)
    }
    lines = (folder / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    answers = list(map(json.loads, lines))
    whole = sum(
        any("".join(answer["text"].split()) in text for text in texts[answer["corpus-id"]])
        for answer in answers
    )
    share = whole / len(answers)
    record_property("share", share)
    assert share >= 0.98, f"{whole} of {len(answers)} answers lie within one passage"


def test_durban_is_among_the_first_for_informal_settlements(sources: Built) -> None:
    answer = Searcher(open_snapshot(sources[0])).ask("how did cities handle informal settlements?")
    rows = [r for r in answer.results[:3] if r.text.startswith("Informal settlements present a")]
    assert [row.document.id for row in rows] == NAMES[:1]
    assert "row “Durban”" in rows[0].citation


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
