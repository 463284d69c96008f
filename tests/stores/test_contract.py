"""What every store promises; `python -m tests.stores.contract` prints the table."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.build import build
from indexer.errors import BusyError, NotHeldError, SnapshotError
from indexer.report import Recipe
from indexer.snapshot.folder import KEEP, IndexFolder
from indexer.snapshot.passages import Passages
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from search_api.engine.answer import Answer, Timings
from search_api.engine.current import CurrentSearcher
from search_api.engine.filters import Filters
from search_api.engine.searcher import Searcher
from tests.conftest import FEWEST_PLACES, BuildTiny
from tests.stores.kinds import Kind

pytestmark = pytest.mark.stores

QUESTIONS = (
    "how did cities handle informal settlements?",
    "markets in Lima",
    "food for families, food baskets, food",
    "water tanks by truck in Durban",
    "nothing of this is anywhere: xylophone",
)
FILTERS = (
    None,
    Filters(city=("Lima",)),
    Filters(kind=("session",), until="2020"),
    Filters(country=("Peru", "Ecuador")),
    Filters(topic=("no such topic",)),
)


def untimed(answer: Answer) -> Answer:
    none = Timings(encode=0, retrieve=0, rerank=0, rank=0, total=0)
    return answer.model_copy(update={"timings_ms": none})


def opened(kind: Kind) -> Snapshot:
    published = kind.source.published()
    kind.source.check(published)
    return kind.source.open(published)


@pytest.mark.parametrize("filters", FILTERS, ids=["all", "city", "two", "countries", "none"])
def test_an_answer_is_the_embedded_one_to_the_letter(
    kind: Kind, index: Path, filters: Filters | None
) -> None:
    """Answers are those of the embedded store, scores, confidence and excerpts included"""
    kind.publish(index)
    here, there = Searcher(open_snapshot(index)), Searcher(opened(kind))
    for question in QUESTIONS:
        expected = here.ask(question, filters=filters)
        assert untimed(there.ask(question, filters=filters)) == untimed(expected)


def test_both_sides_rank_alike_by_themselves(kind: Kind, index: Path) -> None:
    """Each side alone ranks as the embedded one, under filters too"""
    kind.publish(index)
    here, there = open_snapshot(index), opened(kind)
    allowed = np.array([0, 2, 3, 6])
    for question in QUESTIONS:
        vector = here.encoder.encode_question(question).vector
        terms = here.lexical.analyzer.question_terms(question)
        for among in (None, allowed, np.zeros(0, dtype=np.int64)):
            for k in (1, 4, 100):
                expected = here.vectors.search(vector, k, among)
                found = there.vectors.search(vector, k, among)
                assert found[0].tolist() == expected[0].tolist()
                assert found[1] == pytest.approx(expected[1], abs=1e-6)
                expected, found = (s.lexical.best(terms, k, among) for s in (here, there))
                assert found[0].tolist() == expected[0].tolist()
                assert found[1].tolist() == expected[1].tolist()
    assert (there.lexical.scores(["water"]) == here.lexical.scores(["water"])).all()
    assert [there.lexical.idf(t) for t in terms] == [here.lexical.idf(t) for t in terms]
    assert there.lexical.alike("watr") == here.lexical.alike("watr") == (8 / 11, "water")


@pytest.mark.parametrize("compared", [0, 150_000], ids=["walked", "compared"])
def test_a_large_collection_is_searched_by_the_engines_own_index(
    kind: Kind,
    index: Path,
    corpus: Path,
    tiny_model: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    compared: int,
) -> None:
    """Halves behind an approximate index give the same where all is found, filters and all"""
    monkeypatch.setattr("indexer.stores.postgres.schema.COMPARED", compared)
    monkeypatch.setattr("indexer.stores.postgres.engine.GATHERED", 2)
    build(Recipe(corpus, index, cache, str(tiny_model), False, FEWEST_PLACES, vectors="rabitq"))
    kind.publish(index)
    here, there = Searcher(open_snapshot(index)), Searcher(opened(kind))
    for filters in FILTERS:
        for question in QUESTIONS:
            expected = here.ask(question, filters=filters)
            assert untimed(there.ask(question, filters=filters)) == untimed(expected)
    rows = np.arange(7)
    assert there.snapshot.vectors.at(rows).tolist() == here.snapshot.vectors.at(rows).tolist()


def test_what_is_kept_of_a_passage_is_what_was_built(kind: Kind, index: Path) -> None:
    """Vectors and token states come back byte by byte"""
    kind.publish(index)
    here, there = open_snapshot(index), opened(kind)
    rows = np.arange(here.manifest.passages)
    assert there.vectors.at(rows).tolist() == here.vectors.at(rows).tolist()
    for part in ("centre", "precision"):
        ours, theirs = (getattr(held.vectors.spread, part) for held in (here, there))
        assert theirs.tolist() == ours.tolist()
    assert [part.tolist() for part in there.tokens.of(rows)] == [
        part.tolist() for part in here.tokens.of(rows)
    ]
    assert there.tokens.sentences_of(rows).tolist() == here.tokens.sentences_of(rows).tolist()


READ: tuple[Callable[[Passages], Any], ...] = (
    lambda texts: texts.hits([3, 0, 6]),
    lambda texts: texts.hits([]),
    lambda texts: texts.titles([6, 1]),
    lambda texts: texts.around(texts.hits([2])[0], 2),
    lambda texts: texts.overlapping("durban-note", 0, 80),
    lambda texts: texts.find(texts.hits([4])[0].passage.id),
    lambda texts: texts.find("nothing"),
    lambda texts: texts.text("lima-bikes"),
    lambda texts: texts.with_hash(str(texts.hash_of("lima-bikes"))),
    lambda texts: list(texts.containing("truck")),
    lambda texts: texts.whole("quito-food"),
    lambda texts: texts.listed(2, 1),
    lambda texts: texts.document_ids(),
    lambda texts: texts.ids_by_document(),
    lambda texts: list(texts.all()),
    lambda texts: list(texts.documents()),
    lambda texts: list(texts.texts()),
    lambda texts: texts.copies(),
)


def test_texts_are_read_in_every_way(kind: Kind, index: Path) -> None:
    """Documents and passages are read in every way that the API needs"""
    kind.publish(index)
    here = open_snapshot(index).passages
    there = kind.source.passages(kind.source.published())
    for read in READ:
        assert read(there) == read(here)
    there.close()


def change(corpus: Path, number: int) -> None:
    (corpus / "extra.md").write_text(f"# Round {number}\n\nTrams ran in Quito.\n", encoding="utf-8")


def test_a_publication_is_served_at_once(
    kind: Kind, index: Path, corpus: Path, build_tiny: BuildTiny
) -> None:
    """A publication is picked up without a restart; whoever reads the old one goes on"""
    kind.publish(index)
    current = CurrentSearcher(kind.source)
    old = current.get()
    change(corpus, 1)
    wanted = build_tiny(corpus, index).snapshot
    kind.publish(index)
    deadline = time.monotonic() + 10
    while current.newest().snapshot.manifest.id != wanted:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert old.ask("trams").index.id != wanted
    (result,) = current.newest().ask("trams", 1).results
    assert result.text == "Round 1\n\nTrams ran in Quito."


def test_the_last_ones_are_kept_and_gone_back_to(
    kind: Kind, index: Path, corpus: Path, build_tiny: BuildTiny
) -> None:
    """The last three are kept, each can be asked and gone back to"""
    kind.publish(index)
    ids = [IndexFolder(index).published().manifest.id]
    for number in range(KEEP):
        change(corpus, number)
        ids.append(build_tiny(corpus, index).snapshot)
        kind.publish(index)
    assert kind.ids() == ids[::-1][:KEEP]
    current = CurrentSearcher(kind.source)
    assert current.at(ids[1]).ask("trams").index.id == ids[1]
    listed = ", ".join(sorted(ids[1:]))
    with pytest.raises(NotHeldError, match=f"snapshot {ids[0]} is not kept; kept are: {listed}"):
        kind.source.kept(ids[0])
    kind.roll_back(ids[1])
    assert kind.source.published().manifest.id == ids[1]
    assert kind.ids() == [ids[1], ids[3], ids[2]]


def test_the_same_again_is_not_kept_twice(kind: Kind, index: Path) -> None:
    """Publishing the same again keeps it once"""
    kind.publish(index)
    before = kind.source.published().path
    kind.publish(index)
    assert len(kind.ids()) == 1
    assert kind.source.published().path == before
    assert kind.size() > 3_000


def test_a_second_writer_is_turned_away(kind: Kind, index: Path) -> None:
    """Two publications at once: the second is told so, and nothing changes"""
    kind.publish(index)
    with kind.writing(), pytest.raises(BusyError, match="wait until it is done"):
        kind.publish(index)
    assert len(kind.ids()) == 1


def test_a_changed_letter_is_found_and_loading_again_heals(
    kind: Kind, index: Path, corpus: Path, build_tiny: BuildTiny
) -> None:
    """A changed letter is found by `verify`, and building or loading again heals"""
    kind.publish(index)
    assert kind.source.verify(kind.source.published()) == []
    said = kind.damage()
    assert kind.source.verify(kind.source.published()) == [said]
    build_tiny(corpus, index)
    kind.publish(index)
    assert kind.source.verify(kind.source.published()) == []
    Searcher(opened(kind)).ask(QUESTIONS[0])


def test_where_nothing_is_published_it_is_said_how(kind: Kind, index: Path) -> None:
    """An empty store says how to fill it"""
    IndexFolder(index).pointer.unlink()
    with pytest.raises(SnapshotError, match=re.escape("`citywise index CORPUS --")):
        kind.source.published()
