from __future__ import annotations

import pytest

from scripts.messages import TRANSLATED, catalogue, compiled, messages, po, untranslated, written
from search_api.web.locales import LANGUAGES, Speech, choose, translations


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        (None, "es-MX", "es"),
        (None, "de, pt;q=0.9", "en"),
        (None, "en;q=0.3, es;q=0.7", "es"),
        (None, "es;q=0, fr;q=0.1", "fr"),
        (None, "*;q=nonsense,,;;", "en"),
        ("es", "fr", "es"),
        ("xx", "fr", "fr"),
    ],
)
def test_the_address_goes_before_the_browser_and_the_most_wanted_before_others(
    wanted: str | None, accepted: str, language: str
) -> None:
    assert choose(wanted, accepted) == language


@pytest.mark.parametrize(
    ("iso", "english", "spanish", "french"),
    [
        ("2020", "2020", "2020", "2020"),
        ("2020-05", "May 2020", "may 2020", "mai 2020"),
        ("2020-04-29", "Apr 29, 2020", "29 abr 2020", "29 avr. 2020"),
        ("spring", "spring", "spring", "spring"),
    ],
)
def test_a_date_is_written_as_precisely_as_it_is_known(
    iso: str, english: str, spanish: str, french: str
) -> None:
    assert [Speech(each).date(iso) for each in LANGUAGES] == [english, spanish, french]


def test_names_come_in_the_readers_language() -> None:
    assert [Speech(each).tongue("es") for each in LANGUAGES] == ["Spanish", "Español", "Espagnol"]
    assert [Speech(each).country("ZA", "South Africa") for each in LANGUAGES] == [
        "South Africa", "Sudáfrica", "Afrique du Sud",
    ]  # fmt: skip
    assert [Speech(each).region("South America") for each in LANGUAGES] == [
        "South America", "Sudamérica", "Amérique du Sud",
    ]  # fmt: skip
    assert Speech("es").region("Atlantis") == "Atlantis"
    assert Speech("fr").country("XX", "Atlantis") == "Atlantis"
    assert [Speech(each).number(12345) for each in LANGUAGES] == ["12,345", "12.345", "12\u202f345"]
    assert Speech("en").direction == "ltr"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_message_and_is_compiled_as_it_stands(language: str) -> None:
    catalog = catalogue(language, messages())
    assert untranslated(catalog) == []
    assert po(language).read_bytes() == written(catalog), "run `python -m scripts.messages`"
    assert po(language).with_suffix(".mo").read_bytes() == compiled(catalog)


def test_a_translation_counts_as_its_language_does() -> None:
    french = translations("fr")
    counted = [french.ngettext("%(num)s city", "%(num)s cities", count) for count in (0, 1, 2)]
    assert counted == ["%(num)s ville", "%(num)s ville", "%(num)s villes"]
    assert translations("en").gettext("Cite") == "Cite"
