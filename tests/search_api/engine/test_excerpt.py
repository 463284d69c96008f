from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.passage import Passage, Span
from search_api.engine.excerpt import best_sentence, segments


def words(text: str) -> list[str]:
    return text.lower().replace(".", "").split()


def passage(*sentences: str, heading: str = "") -> Passage:
    """A passage of sentences parted by spaces, under a heading that is a sentence too."""
    text = f"{heading}\n\n" if heading else ""
    body, spans = len(text), [(0, len(heading))] if heading else []
    for sentence in sentences:
        text += " " if len(text) > body else ""
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence
    return Passage("p", 0, len(text), text, "", body, (), tuple(spans))


def marked(held: Passage, idf: dict[str, float]) -> str:
    start, end = best_sentence(held, [0.0] * len(held.sentences), idf, words)
    return held.text[start:end]


def test_a_rare_word_counts_more_than_two_frequent_ones() -> None:
    held = passage("The city sent water.", "Cisterns followed.", "Nothing else.")
    assert marked(held, {"city": 0.4, "water": 0.5, "cisterns": 1.0}) == "Cisterns followed."
    assert marked(held, {"city": 0.4, "water": 0.7, "cisterns": 1.0}) == "The city sent water."


@pytest.mark.parametrize(("near", "expected"), [(0.59, "Tanks stood."), (0.61, "A city.")])
def test_a_nearer_sentence_outweighs_words_that_it_does_not_share(
    near: float, expected: str
) -> None:
    # Sharing half of what the words weigh is worth 0.1.
    held = passage("A city.", "Tanks stood.", heading="Water")
    scores = [9, near, 0.5]
    start, end = best_sentence(held, scores, {"water": 2.0, "tanks": 2.0}, words)
    assert held.text[start:end] == expected


def test_a_repeated_word_counts_once() -> None:
    held = passage("Water water water.", "Water came.", "Water came by truck.")
    assert marked(held, {"water": 1.0, "truck": 0.1}) == "Water came by truck."


def test_the_first_of_equals_is_marked() -> None:
    held = passage("Nothing here.", "Water came.", "Water went.")
    assert marked(held, {"water": 1.0}) == "Water came."


@pytest.mark.parametrize("idf", [{}, {"zebra": 3.0}])
def test_without_a_word_in_common_the_first_sentence_is_marked(idf: dict[str, float]) -> None:
    assert marked(passage("One.", "Two."), idf) == "One."


def test_a_leading_heading_is_passed_over_even_if_it_shares_every_word() -> None:
    held = passage("Trucks came.", "Tanks stood.", heading="Water tanks")
    assert marked(held, {"water": 1.0, "tanks": 1.0}) == "Tanks stood."
    assert marked(held, {"water": 1.0}) == "Trucks came."


def test_headings_alone_are_marked_as_there_is_nothing_else() -> None:
    held = passage(heading="Water tanks")
    assert marked(held, {}) == "Water tanks"


def test_a_passage_without_sentences_is_marked_whole() -> None:
    held = Passage("p", 0, 4, "–––!", "", 0, (), ())
    assert best_sentence(held, [], {"water": 1.0}, words) == (0, 4)


@pytest.mark.parametrize(
    ("text", "span", "pieces"),
    [
        ("One. Two. Three.", (5, 9), [("One. ", False), ("Two.", True), (" Three.", False)]),
        ("One. Two.", (0, 4), [("One.", True), (" Two.", False)]),
        ("One. Two.", (5, 9), [("One. ", False), ("Two.", True)]),
        ("One.", (0, 4), [("One.", True)]),
        # offsets count code points: the emoji is one, the accent is one of its own
        (
            "🚲 Bogota\u0301! Sí.",
            (2, 10),
            [("🚲 ", False), ("Bogota\u0301!", True), (" Sí.", False)],
        ),
    ],
)
def test_a_text_is_cut_before_and_behind_the_marked_span(
    text: str, span: Span, pieces: list[tuple[str, bool]]
) -> None:
    assert [(piece.text, piece.mark) for piece in segments(text, span)] == pieces


@settings(max_examples=100)
@given(st.text(min_size=1, max_size=40), st.data())
def test_segments_joined_are_the_text_and_one_of_them_is_the_span(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    pieces = segments(text, (start, end))
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.mark] == [text[start:end]]
    assert all(piece.text for piece in pieces)
