from __future__ import annotations

import pytest

from indexer.language import ENOUGH, detect

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
    text = TEXTS["fr"] * 3
    assert (detect(text[: ENOUGH - 1]), detect(text[:ENOUGH])) == (None, "fr")
    assert detect("") is None


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert detect(TEXTS["es"] * 40 + TEXTS["de"] * 4000) == "es"
