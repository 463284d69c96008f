from __future__ import annotations

from collections.abc import Sequence

from indexer.passage import Passage
from indexer.pieces import SAMPLED, pieces_per_word


def passage(text: str, language: str) -> Passage:
    return Passage("p", 0, len(text), text, "", 0, (), (), language=language)


def count_letters(texts: Sequence[str]) -> list[int]:
    return [sum(letter.isalpha() for letter in text) for text in texts]


def test_words_and_marks_are_counted_by_language() -> None:
    passages = [passage("ab cd!", "en"), passage("abcdef", "es"), passage("ab", "en")]
    assert pieces_per_word(passages, {"es", "en"}, count_letters) == {"en": 1.5, "es": 6.0}


def test_a_sample_is_enough_and_a_text_without_words_does_no_harm() -> None:
    many = [passage("abc", "en")] * SAMPLED + [passage("abcdefghi", "en")]
    both = iter([*many, passage(" ", "fr")])
    assert pieces_per_word(both, {"en", "fr"}, count_letters) == {"en": 3.0, "fr": 0.0}
    rest = iter(many)
    assert pieces_per_word(rest, {"en"}, count_letters) == {"en": 3.0}
    assert len(list(rest)) == 1
