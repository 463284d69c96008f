from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_api.engine.fragment import folded, fragment

WATER = "Water came by truck."


def named(text: str, sentence: str, occurrence: int = 1) -> str:
    start = -1
    for _ in range(occurrence):
        start = text.index(sentence, start + 1)
    return fragment(text, (start, start + len(sentence)))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Water came.", "Water%20came."),
        ("a b c d e f g h i j", "a%20b%20c%20d%20e%20f%20g%20h%20i%20j"),
        ("a b c d e f g h i j k", "a%20b%20c%20d%20e,g%20h%20i%20j%20k"),
        ("one-way, or not", "one%2Dway%2C%20or%20not"),
        ("Bed & Breakfast", "Bed%20%26%20Breakfast"),
        ("100% of #3 = a/b?", "100%25%20of%20%233%20%3D%20a%2Fb%3F"),
        ("São Tomé 🚲", "S%C3%A3o%20Tom%C3%A9%20%F0%9F%9A%B2"),
        ("with   wide\u3000gaps", "with%20wide%20gaps"),
        (" \n ", ""),
    ],
)
def test_words_are_named_with_single_spaces_and_syntax_encoded(
    sentence: str, expected: str
) -> None:
    assert fragment(sentence, (0, len(sentence))) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Two lines\n\nof a page", "Two%20lines,of%20a%20page"),
        ("Lima\tMarkets were moved.\tBuses", "Lima,Buses"),
        ("- buses\n- trams", "buses,trams"),
        ("1. Buses", "Buses"),
        ("12) Buses ran", "Buses%20ran"),
    ],
)
def test_no_part_reaches_over_a_line_a_cell_or_the_mark_of_an_item(
    sentence: str, expected: str
) -> None:
    assert fragment(sentence, (0, len(sentence))) == expected


@pytest.mark.parametrize(
    ("text", "occurrence", "expected"),
    [
        ("Dry. Water came by truck.", 1, "Water%20came%20by%20truck."),
        ("Dry. Water came by truck. Water came by truck.", 1, "Dry.-,Water%20came%20by%20truck."),
        (
            "Dry. Water came by truck. Water came by truck.",
            2,
            "truck.-,Water%20came%20by%20truck.",
        ),
        ("Lima\tWater came by truck.\nDurban\tWater came by truck.", 2,
         "Durban-,Water%20came%20by%20truck."),
        ("Water came by truck. Now.\n\nWater came by truck. Then.", 1,
         "Water%20came%20by%20truck.,-Now."),
        ("A. Water came by truck. B.\nA. Water came by truck. C.\nD. Water came by truck. C.", 2,
         "A.-,Water%20came%20by%20truck.,-C."),
    ],
)  # fmt: skip
def test_a_repeated_sentence_is_told_by_the_words_before_it_or_behind_it(
    text: str, occurrence: int, expected: str
) -> None:
    assert named(text, WATER, occurrence) == expected


@pytest.mark.parametrize("other", ["WATER CAME by truck.", "Wáter came by truck."])
def test_case_and_accents_tell_nothing_apart_as_in_a_browser(other: str) -> None:
    text = f"Alpha. {other} Beta. {WATER}"
    assert named(text, WATER) == "Beta.-,Water%20came%20by%20truck."


def test_a_word_within_a_longer_one_is_no_second_place() -> None:
    assert named("Underwater. Water", "Water") == "Water"


def test_the_first_end_behind_the_start_is_the_sentences_own() -> None:
    long = "one two three four five six seven eight nine ten eleven"
    text = f"one two three four five and on to seven eight nine ten eleven. {long}"
    assert named(text, long) == (
        "eleven.-,one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven"
    )


def test_copies_that_nothing_tells_apart_are_named_all_the_same() -> None:
    text = "\n\n".join([WATER] * 40)
    assert "Water%20came%20by%20truck." in named(text, WATER, 20)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["aé", "b-c", "d,", "&", "100%", "🚲", "aé", "x\ny"]), min_size=3,
             max_size=30),
    st.data(),
)  # fmt: skip
def test_what_is_named_stands_in_the_span_or_right_around_it(
    words: list[str], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    text = " ".join(words)
    start = len(" ".join([*words[:first], ""])) if first else 0
    held = " ".join(words[first:last])
    value = fragment(text, (start, start + len(held)))
    assert not re.search(r"[&\s]", value)
    parts = [unquote(part) for part in value.split(",")]
    body = [p for p, raw in zip(parts, value.split(","), strict=True) if "-" not in raw]
    assert 1 <= len(body) <= 2
    assert all(folded(part) in folded(held) for part in body)
    for part, raw in zip(parts, value.split(","), strict=True):
        if raw.endswith("-"):
            assert folded(text[:start]).endswith(folded(part[:-1]))
        elif raw.startswith("-"):
            assert folded(text[start + len(held) :]).startswith(folded(part[1:]))
