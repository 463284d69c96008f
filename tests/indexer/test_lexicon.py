from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.lexicon import build_lexical
from indexer.passage import Passage
from indexer.snapshot.lexical import Lexical

K1, B = 1.5, 0.75


def bm25(term: str, texts: Sequence[Sequence[str]]) -> list[float]:
    """BM25 with Lucene's idf, as written in the literature: one score a text."""
    held = sum(term in text for text in texts)
    idf = log(1 + (len(texts) - held + 0.5) / (held + 0.5))
    average = sum(map(len, texts)) / len(texts)
    return [
        idf * count / (count + K1 * (1 - B + B * len(text) / average))
        for text in texts
        for count in [Counter(text)[term]]
    ]


def passage(text: str, language: str, context: str = "") -> Passage:
    return Passage("p", 0, len(text), text, context, 0, (), (), language=language)


def built(folder: Path, texts: Sequence[tuple[str, str]]) -> Lexical:
    passages = [passage(text, language) for text, language in texts]
    build_lexical(folder / "lexical", passages, {language for _, language in texts})
    return Lexical(folder / "lexical", len(texts))


TEXTS = [
    "Water tanks came by truck. Water was free.",
    "The trucks of Lima",
    "How did the city of Lima handle water?",
    "Markets were moved outdoors, and outdoors they stayed, outdoors and open.",
]
TERMS = [
    ["water", "tank", "came", "truck", "water", "free"],
    ["truck", "lima"],
    ["citi", "lima", "handl", "water"],
    ["market", "move", "outdoor", "outdoor", "stay", "outdoor", "open"],
]


@pytest.fixture
def lexical(tmp_path: Path) -> Lexical:
    return built(tmp_path, [(text, "en") for text in TEXTS])


def test_the_terms_are_stems_without_stop_words(lexical: Lexical) -> None:
    assert [lexical.analyzer.terms(text, "en") for text in TEXTS] == TERMS


def test_scores_are_those_of_the_formula(lexical: Lexical) -> None:
    for term in {term for terms in TERMS for term in terms}:
        assert lexical.scores([term]).tolist() == pytest.approx(bm25(term, TERMS), rel=1e-5)


def test_one_score_worked_out_by_hand(lexical: Lexical) -> None:
    # "water" twice in the 6 terms of text 0, once in the 4 of text 2; 4 texts, 19 terms in all:
    # idf = ln(1 + 2.5 / 2.5), first = idf * 2 / (2 + 1.5 * (0.25 + 0.75 * 6 / 4.75)),
    # third = idf * 1 / (1 + 1.5 * (0.25 + 0.75 * 4 / 4.75))
    assert lexical.idf("water") == pytest.approx(0.693147, abs=1e-6)
    expected = [0.365194, 0, 0.298466, 0]
    assert lexical.scores(["water"]).tolist() == pytest.approx(expected, abs=1e-6)


def test_the_scores_of_a_question_add_up(lexical: Lexical) -> None:
    question = lexical.analyzer.question_terms("Water for Lima's markets?")
    expected = [sum(parts) for parts in zip(*(bm25(t, TERMS) for t in question), strict=True)]
    assert lexical.scores(question).tolist() == pytest.approx(expected, rel=1e-5)


def test_idf_is_that_of_the_weights(lexical: Lexical) -> None:
    assert lexical.idf("water") == pytest.approx(log(2), abs=1e-12)
    assert lexical.idf("tank") == pytest.approx(log(1 + 3.5 / 1.5), abs=1e-12)
    assert lexical.idf("the") == 0.0


def test_each_text_is_read_in_its_own_language(tmp_path: Path) -> None:
    lexical = built(
        tmp_path,
        [("la ciudad de las aguas", "es"), ("die Städte der Welt", "de"), ("la de die", "en")],
    )
    assert lexical.scores(["agu"])[0] > 0
    assert lexical.scores(["stadt"])[1] > 0
    assert [bool(score) for score in lexical.scores(["la"])] == [False, False, True]


def test_a_language_without_stemmer_or_stop_words_keeps_its_words(tmp_path: Path) -> None:
    lexical = built(tmp_path, [("maji ya mji", "sw"), ("mji mkuu", "sw")])
    terms = [["maji", "ya", "mji"], ["mji", "mkuu"]]
    for term in ("maji", "ya", "mji", "mkuu"):
        assert lexical.scores([term]).tolist() == pytest.approx(bm25(term, terms), rel=1e-5)


def test_a_text_without_terms_keeps_its_row_and_scores_nothing(tmp_path: Path) -> None:
    lexical = built(tmp_path, [("the of", "en"), ("water tanks", "en"), ("🙂", "en")])
    terms: list[list[str]] = [[], ["water", "tank"], []]
    assert lexical.scores(["water"]).tolist() == pytest.approx(bm25("water", terms), rel=1e-5)


@pytest.mark.parametrize("text", ["the of", "🙂 …"])
def test_a_collection_without_any_term_is_written_all_the_same(tmp_path: Path, text: str) -> None:
    lexical = built(tmp_path, [(text, "en")])
    assert lexical.scores(["the", "water"]).tolist() == [0.0]


def test_a_question_is_read_in_every_language_that_was_named(tmp_path: Path) -> None:
    build_lexical(tmp_path / "lexical", [passage("water", "en")], ["en", "fr"])
    analyzer = Lexical(tmp_path / "lexical", 1).analyzer
    found = analyzer.question_terms("the cities of l'eau et des villes")
    assert found == ["citi", "cit", "eau", "vill"]


WORDS = st.lists(st.sampled_from(["maji", "mji", "chakula", "soko", "barabara"]), max_size=12)


@settings(max_examples=20)
@given(st.lists(WORDS, min_size=1, max_size=6).filter(lambda texts: any(texts)))
def test_any_collection_scores_as_the_formula_says(texts: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lexical = built(Path(folder), [(" ".join(text), "sw") for text in texts])
        for term in {word for text in texts for word in text}:
            assert lexical.scores([term]).tolist() == pytest.approx(bm25(term, texts), rel=1e-5)


def test_words_of_a_context_count_thrice(tmp_path: Path) -> None:
    passages = [passage("tanks came by truck", "en", "Water"), passage("the trucks of Lima", "en")]
    build_lexical(tmp_path / "lexical", passages, ["en"])
    terms = [["water"] * 3 + ["tank", "came", "truck"], ["truck", "lima"]]
    lexical = Lexical(tmp_path / "lexical", 2)
    for term in ("water", "truck"):
        assert lexical.scores([term]).tolist() == pytest.approx(bm25(term, terms), rel=1e-5)


def test_the_weights_are_to_the_bit_those_of_bm25s(tmp_path: Path) -> None:
    chance = random.Random(2)  # noqa: S311 - no secret
    words = [f"w{number}" for number in range(200)]
    weights = [1 / (number + 1) for number in range(200)]
    texts = [chance.choices(words, weights, k=chance.randint(0, 60)) for _ in range(300)]
    found = built(tmp_path, [(" ".join(text), "sw") for text in texts])
    peer = bm25s.BM25(k1=K1, b=B, method="lucene", dtype="float32", int_dtype="int32")
    vocabulary = {word: number for number, word in enumerate(words)}
    peer.index(
        ([[vocabulary[word] for word in text] for text in texts], vocabulary),
        show_progress=False,
        create_empty_token=False,
    )
    for word in words:
        theirs = peer.get_scores([word]) if any(word in text for text in texts) else np.zeros(300)
        assert found.scores([word]).tolist() == theirs.tolist(), word


def test_postings_that_do_not_fit_in_memory_together_come_out_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [(text, "en") for text in TEXTS]
    whole = built(tmp_path, texts)
    monkeypatch.setattr("indexer.postings.AT_ONCE", 4)
    pieces = tmp_path / "pieces"
    pieces.mkdir()
    parted = built(pieces, texts)
    for term in {term for terms in TERMS for term in terms}:
        assert parted.scores([term]).tolist() == whole.scores([term]).tolist()
    names = sorted(path.name for path in (pieces / "lexical").iterdir())
    for name in names:
        assert (pieces / "lexical" / name).read_bytes() == (
            tmp_path / "lexical" / name
        ).read_bytes()
    assert "postings.tmp" not in names
