"""The languages of the interface: which one to speak, and how it writes dates and names."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import NullTranslations
from pathlib import Path

from babel import Locale
from babel.core import negotiate_locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from babel.support import Translations

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français"}
FOLDER = Path(__file__).parent / "locale"
DOMAIN = "citywise"

KEPT = 2048
"""Numbers and dates that are kept as they are written: a page holds hundreds, mostly the same."""

_QUALITY = re.compile(r";\s*q=([01](?:\.\d*)?)")


def choose(wanted: str | None, accepted: str) -> str:
    """Return the language to speak.

    Args:
        wanted: what the address says, if it does.
        accepted: the browser's `Accept-Language`, RFC 9110, 12.5.4.
    """
    if wanted in LANGUAGES:
        return wanted
    found = negotiate_locale(_preferred(accepted), list(LANGUAGES), sep="-")
    return found or "en"


def _preferred(accepted: str) -> list[str]:
    """The languages of a header, the most wanted first; nobody wants those of quality 0."""
    ranked = []
    for part in accepted[:500].split(","):
        tag = part.partition(";")[0].strip()
        quality = _QUALITY.search(part)
        weight = float(quality.group(1)) if quality else 1.0
        if tag and weight > 0:
            ranked.append((-weight, tag))
    return [tag for _, tag in sorted(ranked, key=lambda pair: pair[0])]


@cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of a language; English is what the templates say themselves."""
    return Translations.load(FOLDER, [language], DOMAIN)


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language writes what comes from data."""

    language: str

    @property
    def _locale(self) -> Locale:
        return _locale(self.language)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return self._locale.text_direction

    def date(self, iso: str) -> str:
        """Write a date that may be reduced to its month or year; what is none stays as it is."""
        return _dated(iso, self.language)

    def number(self, count: int) -> str:
        """Write a count with its thousands grouped."""
        return _grouped(count, self.language)

    def tongue(self, code: str) -> str:
        """Name a language by its code."""
        return _cased(self._locale.languages.get(code, code))

    def country(self, code: str, name: str) -> str:
        """Name a country by its ISO 3166-1 code, or as it is called here if that is unknown."""
        return str(self._locale.territories.get(code, name))

    def region(self, name: str) -> str:
        """Name a part of the world by its English name, which stays where no other is known."""
        return str(self._locale.territories.get(_regions().get(name, ""), name))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(KEPT)
def _dated(iso: str, language: str) -> str:
    try:
        if len(iso) == len("2020-05"):
            month = datetime.date.fromisoformat(f"{iso}-01")
            return format_skeleton("yMMM", month, locale=_locale(language))
        return format_date(datetime.date.fromisoformat(iso), "medium", _locale(language))
    except ValueError:
        return iso


@lru_cache(KEPT)
def _grouped(count: int, language: str) -> str:
    return format_decimal(count, locale=_locale(language))


@cache
def _regions() -> dict[str, str]:
    """UN M49 codes of the world's regions by their English names."""
    named = Locale.parse("en").territories
    return {name: code for code, name in named.items() if code.isdigit()}


def _cased(name: str) -> str:
    return name[:1].upper() + name[1:]
