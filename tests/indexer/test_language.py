from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.language import ENOUGH, LEAST, detect, sections_in_other_languages
from indexer.readers.canonical import CanonicalText

TEXTS = {
    "ar": "فتحت المدينة عشرة ملاجئ للمشردين خلال الجائحة ووزعت الطعام في أفقر الأحياء. ",
    "de": "Die Stadt öffnete zehn Unterkünfte und verteilte Lebensmittel in den Vierteln. ",
    "en": "The city opened ten shelters and handed out food in the poorest quarters. ",
    "es": "La ciudad abrió diez albergues y repartió comida en los barrios más pobres. ",
    "fr": "La ville a ouvert dix refuges et distribué de la nourriture dans les quartiers. ",
    "pt": "A cidade abriu dez abrigos e distribuiu alimentos nos bairros mais pobres. ",
    "ru": "Город открыл десять приютов и раздал продукты семьям в бедных кварталах. ",
    "zh": "市政府为无家可归者开放了十个收容所，并在最贫困的社区分发了食物。",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_few_sentences_is_seen(language: str) -> None:
    assert detect(TEXTS[language] * 8) == language


def test_a_text_too_short_to_tell_has_no_language() -> None:
    text = TEXTS["ru"]
    assert (detect(text[: LEAST - 1]), detect(text[:LEAST])) == (None, "ru")
    assert detect("") is None


def test_a_text_of_names_is_told_a_language_only_if_there_is_enough_of_it() -> None:
    few, many = NAMES[: ENOUGH - 1], NAMES[:ENOUGH]
    assert detect(few) is None
    assert detect(many) is not None


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert detect(TEXTS["es"] * 40 + TEXTS["de"] * 4000) == "es"


ENGLISH = "The city opened ten shelters and handed out food in the poorest quarters. " * 4
FRENCH = "La ville a ouvert dix refuges et distribué de la nourriture dans les quartiers. " * 4
NAMES = "Amina Okoro, Rosa Quispe, Jean Morel, Ana do Carmo, Wanjiru Otieno, Li Wei, " * 4


def told(*sections: tuple[str, str]) -> list[str | None]:
    """The language told of each paragraph, given with its heading, of an English document."""
    canonical = CanonicalText()
    for heading, content in sections:
        canonical.add(content, section=(heading,))
    blocks = sections_in_other_languages(canonical.text, canonical.blocks, "en")
    assert [replace(block, language=None) for block in blocks] == canonical.blocks
    return [block.language for block in blocks]


def test_a_long_section_in_another_language_is_told() -> None:
    assert told(("One", ENGLISH), ("Deux", FRENCH), ("Deux", "Merci."), ("Two", ENGLISH)) == [
        None,
        "fr",
        "fr",
        None,
    ]


@pytest.mark.parametrize(
    "section",
    [
        pytest.param(FRENCH[: ENOUGH - 1].strip(), id="too short to tell"),
        pytest.param(NAMES, id="names alone"),
    ],
)
def test_a_section_that_does_not_tell_keeps_the_language_of_its_document(section: str) -> None:
    assert told(("One", ENGLISH), ("Two", section)) == [None, None]


def test_a_short_document_has_one_language() -> None:
    assert told(("Un", FRENCH[:320])) == [None]
    assert told(("Un", FRENCH[:320]), ("One", ENGLISH)) == ["fr", None]
