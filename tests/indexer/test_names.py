from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.names import Words, fold_name


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Xi’an", "xian"),
        ("Xian", "xian"),
        ("Tel Aviv-Yafo", "tel aviv yafo"),
        ("  São   Paulo ", "sao paulo"),
        ("Łódź", "lodz"),
        ("København", "kobenhavn"),
        ("N'Djamena", "ndjamena"),
        ("Groß-Gerau", "gross gerau"),
        ("दिल्ली", "दिलली"),
        ("St. Louis", "st louis"),
    ],
)
def test_a_name_is_folded(name: str, folded: str) -> None:
    assert fold_name(name) == folded


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_words_keep_their_offsets_in_the_original_text(text: str) -> None:
    words = Words(text)
    assert [text[word.start : word.end] for word in words] == words.texts
    assert (
        "".join(part for pair in zip(words.gaps, words.texts, strict=False) for part in pair)
        == text[: len(text) - len(words.gaps[-1])]
    )


def test_an_elided_article_and_a_possessive_are_told_from_the_name() -> None:
    elided, possessive = Words("d'Abidjan Durban’s")
    assert elided.openings() == [(0, "dabidjan"), (2, "abidjan")]
    bare = possessive.without_possessive()
    assert bare is not None
    assert (bare.start, bare.end, bare.text) == (10, 16, "Durban")
