from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.sentences import sentence_spans


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Dr. Tang spoke first.", "Tanks came at 3.5 km/h!", "Why?"]),
        ("en", ["Mayors met, e.g. in Lima.", "See p. 4 of No. 12.", "Done."]),
        ("en", ['"We had no water."', "She left (at noon).", "Then it rained…"]),
        ("en", ["It was seen (6, 28) .", "So (Bray et al., 2006) .", "It grew (Fig. 2) ."]),
        ("en", ["It is spread by Ae. aegypti.", "Done."]),
        ("en", ["• It is from GEO 42 .", "We saw 4 ?", "Why . . . nobody knows."]),
        ("en", ["the stream was slow .", "it froze .", "nobody came."]),
        ("fr", ["Où est l'eau ?", "Elle est là !", "Oui."]),
        ("es", ["¿Qué pasó?", "¡El Sr. López habló!", "Fin."]),
        ("de", ["Am 3. Mai kam Dr. Weiß.", "Es regnete z. B. oft."]),
        ("hi", ["यह शहर है।", "वह गया।"]),
        ("ar", ["أين الماء؟", "وصل الماء."]),
        ("xx", ["An unknown tag.", "Still two."]),
    ],
)
def test_sentences_end_where_they_end(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected


def test_sentences_need_no_space_between() -> None:
    assert sentence_spans("城市开放了。人们来了！", "zh") == [(0, 6), (6, 11)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lima\tBuses ran. They were full.", ["Lima", "Buses ran.", "They were full."]),
        ("- water\n- food", ["- water", "- food"]),
        ("Heading\n\nText.", ["Heading", "Text."]),
        ("\n\tLima\t\t–\n", ["Lima", "–"]),
        ("  One.   Two.  ", ["One.", "Two."]),
    ],
)
def test_line_breaks_and_tabs_end_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["", "\n\t\n", "\u00a0"])
def test_white_space_has_no_sentences(text: str) -> None:
    assert sentence_spans(text, "en") == []


def test_spans_count_code_points() -> None:
    text = "Thanks 👩‍👩‍👧. Cafe\u0301 opened. 城市 too."
    assert sentence_spans(text, "en") == [(0, 13), (14, 27), (28, 35)]
    assert sentences(text) == ["Thanks 👩‍👩‍👧.", "Cafe\u0301 opened.", "城市 too."]


LANGUAGES = st.sampled_from(["ar", "de", "en", "es", "hi", "ja", "th", "zh", "xx"])
PIECES = ["Dr. ", ". ", "! ", "…", "\n", "\t", "。", "؟ ", '"', "(", ") ", "1. ", "e.g. ", "\u2028",
          "\u00a0", "\x85", "Cafe\u0301", "👩‍👩‍👧", "U.S. ", "\u200b"]  # fmt: skip


@settings(max_examples=60, derandomize=True)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=25).map("".join),
    LANGUAGES,
)
def test_sentences_hold_every_visible_character_once_and_in_order(text: str, language: str) -> None:
    spans = sentence_spans(text, language)
    assert [text[a:b] for a, b in spans] == [text[a:b].strip() for a, b in spans]
    assert all(a < b for a, b in spans)
    assert all(before[1] <= behind[0] for before, behind in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
