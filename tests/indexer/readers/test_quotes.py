from __future__ import annotations

import pytest

from indexer.document import Quote
from indexer.readers.quotes import quotes

SAID = "“We carried water up the hill,”"


def attributed(text: str) -> list[tuple[str, str, str]]:
    return [(text[q.start : q.end], q.speaker, q.office) for q in quotes(text)]


@pytest.mark.parametrize(
    ("behind", "speaker", "office"),
    [
        (" said Amina Okoro, Mayor of Tanga.", "Amina Okoro", "Mayor of Tanga"),
        (" said Mr. Amina Okoro.", "Amina Okoro", ""),
        (" said Dr. Amina Okoro", "Dr. Amina Okoro", ""),
        (" noted Jean-Luc O’Brien during the session.", "Jean-Luc O’Brien", ""),
        (" – Amina Okoro, Mayor of Tanga", "Amina Okoro", "Mayor of Tanga"),
        (" — The Director General, Amina Okoro", "Amina Okoro", "The Director General"),
        ("\nAmina Okoro, Mayor of Tanga", "Amina Okoro", "Mayor of Tanga"),
        (" dijo Rosa Quispe de la Vega.", "Rosa Quispe de la Vega", ""),
        (" a déclaré Jean Morel.", "Jean Morel", ""),
        (" disse Ana do Carmo, Prefeita de Olinda.", "Ana do Carmo", "Prefeita de Olinda"),
    ],
)
def test_the_speaker_stands_behind_the_quotation(behind: str, speaker: str, office: str) -> None:
    text = f"Wells were dry. {SAID}{behind}"
    assert quotes(text) == (Quote(16, 16 + len(SAID), speaker, office),)


@pytest.mark.parametrize(
    "before", ["Amina Okoro said: ", "Amina Okoro, Mayor of Tanga, said that "]
)
def test_the_speaker_introduces_the_quotation(before: str) -> None:
    office = "Mayor of Tanga" if "Mayor" in before else ""
    assert attributed(f"Wells were dry. {before}{SAID}") == [(SAID, "Amina Okoro", office)]


@pytest.mark.parametrize("marks", ["“{}”", "«{}»", "« {} »", '"{}"'])
def test_quotation_marks_of_many_kinds_are_known(marks: str) -> None:
    said = marks.format("We carried water up the hill")
    text = f"{said}, said Amina Okoro. {said}, said Rosa Quispe."
    assert attributed(text) == [(said, "Amina Okoro", ""), (said, "Rosa Quispe", "")]


@pytest.mark.parametrize(
    "text",
    [
        f"{SAID} she said.",
        f"{SAID} said Amina.",
        f"{SAID} said the mayor of Tanga.",
        f"{SAID}\n\nAmina Okoro, Mayor of Tanga",
        f"Amina Okoro spoke for long. {SAID} wrote the papers.",
        "“Very smart city,” said Amina Okoro.",
        'A rim of 27" and another of 24" fit, said Amina Okoro.',
        "We carried water up the hill, said Amina Okoro.",
    ],
)
def test_without_a_named_speaker_right_there_nobody_is_quoted(text: str) -> None:
    assert attributed(text) == []


@pytest.mark.parametrize(
    "before",
    ["As Amina Okoro noted, ", "In Tanga, Amina Okoro said that ", "Yesterday Amina Okoro said: "],
)
def test_the_first_word_of_a_sentence_is_no_part_of_a_name(before: str) -> None:
    assert [speaker for _, speaker, _ in attributed(before + SAID)] in ([], ["Amina Okoro"])


def test_the_next_sentence_names_no_speaker() -> None:
    text = "Their motto is “water for every single house”. Puerto Viejo, like others, is dry."
    assert attributed(text) == []
