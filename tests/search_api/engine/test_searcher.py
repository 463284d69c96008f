from __future__ import annotations

import json
import math
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from indexer.errors import QuestionError
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from search_api.engine import late, neighbours
from search_api.engine.answer import Answer, DocumentRef, IndexRef, SourceRef
from search_api.engine.fusion import MANY, fuse
from search_api.engine.likeness import Likeness
from search_api.engine.noise import WEIGHT
from search_api.engine.ranking import DEPTH, Ranker
from search_api.engine.rarity import most_possible, token_weights
from search_api.engine.searcher import Searcher
from search_api.engine.stages import Stages
from tests.conftest import BuildTiny
from tests.tiny import MAX_TOKENS, WORDS

PLAIN = Stages(language=False, late=0.0, neighbours=0.0)
PASSAGES, DOCUMENTS = 7, 3

QUESTIONS = [
    "informal settlements",
    "how did cities handle informal settlements?",
    "WATER tanks",
    "Lima",
    "zebra xylophone",
    "?!",
    "🚲 Bogota\u0301 مرحبا",
    "\0",
]


def without_timings(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(exclude={"timings_ms"})


def ids(answer: Answer) -> list[str]:
    return [result.passage_id for result in answer.results]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_excerpt_is_the_documents_own_slice_with_one_marked_sentence(
    question: str, searcher: Searcher
) -> None:
    texts = {identity: text for identity, _, text, _ in searcher.snapshot.passages.texts()}
    answer = searcher.ask(question)
    assert len(answer.results) == PASSAGES
    for result in answer.results:
        assert "".join(segment.text for segment in result.segments) == result.text
        assert result.text == texts[result.document.id][result.span.start : result.span.end]
        assert [segment.mark for segment in result.segments].count(True) == 1


def test_the_sentence_with_the_questions_words_is_marked(searcher: Searcher) -> None:
    marked = {
        (result.document.id, result.span.start): segment.text
        for result in searcher.ask("trucks with water").results
        for segment in result.segments
        if segment.mark
    }
    assert marked[("durban-note", 69)] == "Water tanks came by truck."
    sentences = ["The city met on Wednesday.", "Dr. Tang spoke first."]
    assert marked[("durban-note", 0)] in sentences  # and no heading
    assert "\t" not in marked[("durban-note", 281)]  # a cell is a sentence of its own
    assert marked[("quito-food", 0)] == "Quito carried food baskets to families in quarantine."


def test_a_result_carries_what_is_needed_to_check_and_cite_it(searcher: Searcher) -> None:
    question = "settlements were the hardest problem"
    found = {result.passage_id: result for result in searcher.ask(question).results}
    (cyclists,) = (r for r in found.values() if r.text == "Cyclists feared the traffic.")
    assert (cyclists.span.start, cyclists.span.end) == (46, 74)
    assert (cyclists.section, cyclists.aspect, cyclists.page) == (["Challenge"], "challenge", None)
    assert cyclists.link is None
    assert cyclists.citation == ("“Bicycle lanes”, 2020-05, section “Challenge”, characters 46–74.")
    (durban,) = (r for r in found.values() if r.text.startswith("Informal settlements\n\n"))
    assert durban.document == DocumentRef(
        id="durban-note",
        title="Notes from Durban",
        kind="session",
        date="2020-03-25",
        publisher="Network of Cities",
        url="https://example.org/durban",
        language="en",
        sha256="567840e4c9303944b2613bce1277f877f74f20757c3a1d7f43f7ada7ab0e2749",
        sources=[],
    )
    assert durban.link == (
        "https://example.org/durban"
        "#:~:text=Informal%20settlements%20were%20the%20hardest%20problem."
    )
    assert durban.citation == (
        "Network of Cities, “Notes from Durban”, 2020-03-25, section “Informal settlements”, "
        "characters 69–164, https://example.org/durban."
    )
    assert (durban.noise, durban.quotes, durban.copies) == (None, [], 0)
    (lima,) = (r for r in found.values() if r.text.startswith("Lima\tMarkets"))
    assert lima.citation == (
        "Network of Cities, “Notes from Durban”, 2020-03-25, section “Informal settlements”, "
        "row “Lima”, characters 281–334, https://example.org/durban."
    )


FOOD = "Food was in the markets of the city and water in tanks."
SAID = "“Water to the cities”, said Ana Rao, Mayor of Lima."


def test_of_copies_one_is_shown_and_the_others_are_counted(
    tmp_path: Path, build_tiny: BuildTiny
) -> None:
    (tmp_path / "corpus").mkdir()
    for name, more in (("a", ""), ("b", ""), ("c", f"\n## Water\n\n{SAID}\n")):
        text = f"# Note\n\n{FOOD}\n{more}"
        (tmp_path / "corpus" / f"{name}.md").write_text(text, encoding="utf-8")
    assert build_tiny(tmp_path / "corpus", tmp_path / "index").copies == 2
    searcher = Searcher(open_snapshot(tmp_path / "index"))
    results = searcher.ask("food in markets").results
    assert [result.rank for result in results] == [1, 2]
    assert {result.text: result.copies for result in results} == {
        f"Note\n\n{FOOD}": 2,
        f"Water\n\n{SAID}": 0,
    }
    assert len(searcher.rank("food in markets", 10).rows) == 4
    (quote,) = next(result for result in results if result.copies == 0).quotes
    assert (quote.speaker, quote.office) == ("Ana Rao", "Mayor of Lima")
    assert (quote.span.start, quote.span.end) == (7, 28)


INFORMS = "The city brought water by truck."
CONTACT = "Water works: a@lima.example"


@pytest.fixture
def noisy(tmp_path: Path, build_tiny: BuildTiny) -> Searcher:
    """Of a note with two passages, of which the second is a contact."""
    text = f"# Note\n\n{INFORMS}\n\n## More information\n\n{CONTACT}\n"
    (tmp_path / "note.md").write_text(text, encoding="utf-8")
    build_tiny(tmp_path / "note.md", tmp_path / "index")
    return Searcher(open_snapshot(tmp_path / "index"))


def weights(searcher: Searcher, question: str) -> list[tuple[float, float]]:
    """The fused score of each passage, and that by which it is ranked."""
    vectors, lexical = searcher.snapshot.vectors, searcher.snapshot.lexical
    query = searcher.snapshot.encoder.encode_questions([question])[0]
    bm25 = lexical.scores(lexical.analyzer.question_terms(question))
    every = np.arange(len(bm25))
    fused = fuse(vectors.at(every) @ query, float(query @ vectors.spread.centre), bm25)
    ranking = searcher.rank(question, len(every), stages=PLAIN)
    ranked = dict(zip(ranking.rows.tolist(), ranking.scores.tolist(), strict=True))
    return [(float(score), ranked[row]) for row, score in enumerate(fused)]


@pytest.mark.parametrize(("asks", "weight"), [("", WEIGHT), ("contact ", 1)])
def test_what_does_not_inform_has_less_weight_unless_it_is_asked_for(
    asks: str, weight: float, noisy: Searcher
) -> None:
    question = f"{asks}Note More information {CONTACT}"
    (informs, informed), (contact, contacted) = weights(noisy, question)
    assert contact > 0
    assert (informed, contacted) == pytest.approx((informs, contact * weight), abs=1e-5)
    found = {result.span.start: result.noise for result in noisy.ask(question).results}
    assert found == {0: None, 40: "contact"}


def test_asking_for_contacts_spares_nothing_else_that_does_not_inform(
    tmp_path: Path, build_tiny: BuildTiny
) -> None:
    about = "The League is the network of all cities by the sea."
    sections = f"{INFORMS}\n\n## More information\n\n{CONTACT}\n\n## About the League\n\n{about}\n"
    (tmp_path / "note.md").write_text(f"# Note\n\n{sections}", encoding="utf-8")
    build_tiny(tmp_path / "note.md", tmp_path / "index")
    searcher = Searcher(open_snapshot(tmp_path / "index"))
    assert [passage.noise for passage in searcher.snapshot.passages.all()] == [
        None, "contact", "boilerplate"
    ]  # fmt: skip
    found = weights(searcher, f"contact of the League {about}")
    assert [ranked / fused for fused, ranked in found] == pytest.approx([1, 1, WEIGHT], abs=1e-4)


def test_less_weight_never_raises_a_score(noisy: Searcher) -> None:
    _, (contact, contacted) = weights(noisy, f"Note {INFORMS}")
    assert contact < 0
    assert contacted <= contact + 1e-5


def test_the_sources_of_a_document_come_with_it(tmp_path: Path, build_tiny: BuildTiny) -> None:
    (tmp_path / "note.md").write_text(
        "---\nsources: [{publisher: City Hall, title: Minutes, date: '2021'}]\n---\nWater came.\n",
        encoding="utf-8",
    )
    build_tiny(tmp_path / "note.md", tmp_path / "index")
    (result,) = Searcher(open_snapshot(tmp_path / "index")).ask("water").results
    (source,) = result.document.sources
    assert source == SourceRef(publisher="City Hall", title="Minutes", url=None, date="2021")


def test_the_answer_names_the_index_that_was_asked(searcher: Searcher) -> None:
    manifest = searcher.snapshot.manifest
    assert searcher.ask("water").index == IndexRef(
        id=manifest.id,
        built=manifest.built,
        model=manifest.model.name,
        passages=PASSAGES,
        documents=DOCUMENTS,
    )


@pytest.mark.parametrize(
    ("k", "offset", "ranks"),
    [
        (1, 0, [1]),
        (3, 0, [1, 2, 3]),
        (3, 5, [6, 7]),
        (7, 0, [1, 2, 3, 4, 5, 6, 7]),
        (100, 0, [1, 2, 3, 4, 5, 6, 7]),
        (3, 7, []),
        (3, 1000, []),
    ],
)
def test_ranks_count_from_the_first_excerpt_whatever_is_skipped(
    k: int, offset: int, ranks: list[int], searcher: Searcher
) -> None:
    whole = ids(searcher.ask("water tanks", PASSAGES))
    page = searcher.ask("water tanks", k, offset)
    assert [result.rank for result in page.results] == ranks
    assert ids(page) == [whole[rank - 1] for rank in ranks]


def test_pages_joined_neither_repeat_nor_lose_an_excerpt(
    tmp_path: Path, build_tiny: BuildTiny
) -> None:
    chance = random.Random(3)  # noqa: S311 - the same records in every run
    records = [{"id": n, "text": " ".join(chance.choices(WORDS, k=10))} for n in range(220)]
    lines = "\n".join(json.dumps({**record, "language": "en"}) for record in records)
    (tmp_path / "records.jsonl").write_text(lines, encoding="utf-8")
    build_tiny(tmp_path / "records.jsonl", tmp_path / "index")
    searcher = Searcher(open_snapshot(tmp_path / "index"))
    question = "informal settlements in durban lima"
    pages = [found for k in range(0, 220, 20) for found in ids(searcher.ask(question, 20, k))]
    assert len(set(pages)) == len(pages) >= DEPTH
    assert pages == ids(searcher.ask(question, 220))


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_fall_from_rank_to_rank_and_never_exceed_one(
    question: str, searcher: Searcher
) -> None:
    scores = [result.score for result in searcher.ask(question).results]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] <= 1
    assert all(math.isfinite(score) for score in scores)


def test_the_hybrid_score_is_half_the_scaled_cosine_and_half_the_scaled_bm25(
    snapshot: Snapshot, searcher: Searcher
) -> None:
    question = "water tanks for families"
    vectors = snapshot.vectors.at(np.arange(PASSAGES))
    cosines = vectors @ snapshot.encoder.encode_questions([question])[0]
    bm25 = snapshot.lexical.scores(snapshot.lexical.analyzer.question_terms(question))
    dense = (cosines - cosines.mean()) / (cosines.max() - cosines.mean())
    fused = dense / 2 + bm25 / bm25.max() / 2
    ranking = searcher.rank(question, 10, stages=PLAIN)
    assert ranking.rows.tolist() == np.argsort(-fused).tolist()
    assert ranking.scores == pytest.approx(np.sort(fused)[::-1], abs=1e-4)


def test_a_filter_that_takes_out_next_to_nothing_leaves_the_scores_of_the_rest(
    snapshot: Snapshot, searcher: Searcher
) -> None:
    question = "water tanks for families"
    ranker = Ranker(snapshot)
    whole = ranker.rank(question, 10, stages=PLAIN)
    assert whole.scores[-2] < 0.0  # below the collection's mean
    allowed = np.arange(PASSAGES) != whole.rows[-1]
    most = ranker.rank(question, 10, allowed=allowed, stages=PLAIN)
    assert most.rows.tolist() == whole.rows[:-1].tolist()
    assert most.scores == pytest.approx(whole.scores[:-1], abs=1e-5)
    few = ranker.rank(question, 10, allowed=whole.scores[whole.rows.argsort()] < 0, stages=PLAIN)
    assert few.scores.min() >= 0.0


def test_the_dense_side_counts_less_in_a_language_foreign_to_the_model(
    snapshot: Snapshot, searcher: Searcher
) -> None:
    # 2.16 pieces a word: 0.5 - 0.6 * 0.86 is less than the least share, 0.2
    assert snapshot.manifest.parameters["pieces"] == {"en": 2.16}
    question = "water tanks"
    rows = np.arange(PASSAGES)
    query = snapshot.encoder.encode_questions([question])[0]
    bm25 = snapshot.lexical.scores(snapshot.lexical.analyzer.question_terms(question))
    assert bm25.max() > MANY * most_possible(snapshot.lexical, PASSAGES, question)
    cosines, centre = snapshot.vectors.cosines(query, rows), snapshot.vectors.spread.centre
    expected = fuse(cosines, float(query @ centre), bm25, 0.2)
    ranking = searcher.rank(question, 10, stages=Stages(late=0.0, neighbours=0.0))
    assert ranking.scores == pytest.approx(np.sort(expected)[::-1], abs=1e-5)


def test_late_interaction_adds_what_tokens_find_and_counts_by_language(
    snapshot: Snapshot, searcher: Searcher
) -> None:
    question = "water tanks"
    before = searcher.rank(question, 10, stages=Stages(late=0.0, neighbours=0.0))
    encoded = snapshot.encoder.encode_question(question)
    weights = token_weights(snapshot.lexical, PASSAGES, question, encoded.starts)
    tokens = late.asked(encoded.states, weights)
    found = Likeness(tokens, snapshot.tokens).of_passages(before.rows)
    scaled = (found - found.min()) / (found.max() - found.min())
    # The least share is two fifths of that in a language that the model knows.
    weight = 0.4 * late.WEIGHT
    expected = (before.scores + weight * scaled) / (1 + weight)
    ranking = searcher.rank(question, 10, stages=Stages(neighbours=0.0))
    assert ranking.rows.tolist() == before.rows[np.argsort(-expected)].tolist()
    assert ranking.scores == pytest.approx(np.sort(expected)[::-1], abs=1e-5)


def test_scores_lean_on_those_of_the_passages_nearby_and_by_language(
    snapshot: Snapshot, searcher: Searcher
) -> None:
    question = "water tanks"
    before = searcher.rank(question, 10, stages=Stages(neighbours=0.0))
    near = np.maximum(snapshot.vectors.at(before.rows) @ snapshot.vectors.at(before.rows).T, 0)
    near = near**neighbours.POWER * (1 - np.eye(len(near)))
    near /= near.sum(axis=1, keepdims=True)
    standing = (before.scores - before.scores.min()) / np.ptp(before.scores)
    leaning = 0.4 * neighbours.WEIGHT * (1 - standing**neighbours.STANDING)
    drawn = (1 - leaning) * before.scores + leaning * (near @ before.scores)
    expected = (1 - leaning) * before.scores + leaning * (near @ drawn)
    expected += before.scores.max() - expected.max()
    ranking = searcher.rank(question, 10)
    assert ranking.rows.tolist() == before.rows[np.argsort(-expected)].tolist()
    assert ranking.scores == pytest.approx(np.sort(expected)[::-1], abs=1e-5)


@pytest.mark.parametrize("row", range(PASSAGES))
def test_a_passage_finds_itself(row: int, snapshot: Snapshot, searcher: Searcher) -> None:
    embedded = list(snapshot.passages.all())[row].embedded
    dense = searcher.rank(embedded, 1, "dense")
    assert dense.rows.tolist() == [row]
    assert dense.scores == pytest.approx([1.0], abs=1e-3)
    hybrid = searcher.rank(embedded, 1)
    assert hybrid.rows.tolist() == [row]
    assert hybrid.scores == pytest.approx([1.0], abs=1e-3)


@pytest.mark.parametrize(
    ("question", "rows"),
    [("quarantine", {2}), ("LIMA", {0, 6}), ("painting of kilometres", {0}), ("zebra the", set())],
)
def test_the_lexical_side_alone_finds_what_holds_a_word(
    question: str, rows: set[int], searcher: Searcher
) -> None:
    ranking = searcher.rank(question, 10, "lexical")
    assert set(ranking.rows.tolist()) == rows
    assert (ranking.scores > 0).all()


def test_the_dense_side_alone_orders_every_passage_by_cosine(
    snapshot: Snapshot, searcher: Searcher
) -> None:
    cosines = (
        snapshot.vectors.at(np.arange(PASSAGES))
        @ snapshot.encoder.encode_questions(["quarantine"])[0]
    )
    ranking = searcher.rank("quarantine", 10, "dense")
    assert ranking.rows.tolist() == np.argsort(-cosines).tolist()
    assert ranking.scores == pytest.approx(np.sort(cosines)[::-1], abs=1e-5)


@pytest.mark.parametrize("mode", ["hybrid", "dense"])
def test_no_more_rows_come_back_than_were_asked_for(mode: Any, searcher: Searcher) -> None:
    assert searcher.rank("water", 2, mode).rows.shape == (2,)


def test_words_that_occur_nowhere_leave_the_dense_side_its_half(searcher: Searcher) -> None:
    answer = searcher.ask("zebra xylophone")
    assert len(answer.results) == PASSAGES
    fused = searcher.rank("zebra xylophone", 1, stages=Stages(late=0.0, neighbours=0.0))
    assert fused.scores == pytest.approx([0.5], abs=1e-6)


@pytest.mark.parametrize("question", ["", " ", "\n\t \u2003\u00a0"])
def test_a_blank_question_is_refused(question: str, searcher: Searcher) -> None:
    with pytest.raises(QuestionError, match=r"^the question is empty; ask in a few words or a se"):
        searcher.ask(question)


def test_a_question_as_long_as_the_model_reads_is_answered(searcher: Searcher) -> None:
    longest = "water " * (MAX_TOKENS - 2)  # [CLS] and [SEP] are the other two
    assert len(searcher.ask(longest).results) == PASSAGES
    with pytest.raises(
        QuestionError, match=r"^the question has 49 tokens, the model reads 48; ask"
    ):
        searcher.ask(longest + "water")


def test_an_over_long_query_of_a_test_set_is_cut_not_refused(searcher: Searcher) -> None:
    limit = "water " * (MAX_TOKENS - 2)
    longer = searcher.rank(limit + "lima " * 500, 7, "dense")
    assert longer.scores == pytest.approx(searcher.rank(limit, 7, "dense").scores, abs=1e-6)


def test_white_space_in_a_question_does_not_matter(searcher: Searcher) -> None:
    spaced = searcher.ask("  informal\n\n settlements\u00a0")
    assert spaced.question == "informal settlements"
    assert without_timings(spaced) == without_timings(searcher.ask("informal settlements"))


def test_an_equal_question_gets_an_equal_answer(snapshot: Snapshot, searcher: Searcher) -> None:
    again = open_snapshot(snapshot.path.parent.parent)
    for question in QUESTIONS:
        asked = without_timings(searcher.ask(question))
        assert without_timings(searcher.ask(question)) == asked
        assert without_timings(Searcher(again).ask(question)) == asked


def test_the_parts_of_the_time_do_not_exceed_the_whole(searcher: Searcher) -> None:
    spent = searcher.ask("how did cities handle informal settlements?").timings_ms
    parts = (spent.encode, spent.retrieve, spent.rank)
    assert min(parts) > 0
    assert sum(parts) <= spent.total + 0.002  # each is rounded to a microsecond


def test_eight_threads_get_the_answers_that_one_gets(searcher: Searcher) -> None:
    alone = [without_timings(searcher.ask(question)) for question in QUESTIONS]
    start = Barrier(8)

    def ask_all(turn: int) -> list[dict[str, Any]]:
        start.wait(timeout=10)
        order = QUESTIONS[turn:] + QUESTIONS[:turn]
        found = {question: without_timings(searcher.ask(question)) for question in order * 4}
        return [found[question] for question in QUESTIONS]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask_all, range(8))) == [alone] * 8
