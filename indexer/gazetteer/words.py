"""Which names are words as well: "Nice", "Reading", "Mobile", "Essen"."""

from __future__ import annotations

import math
from functools import lru_cache

from wordfreq import zipf_frequency

LANGUAGES = ("en", "es", "fr", "pt", "de")
RAREST = 3.3
"""Zipf frequency (log10 of occurrences in 10^9 words) below which a name is no everyday word."""
EXPECTED = 0.6
"""The zipf frequency of a city is about log10(population) less this; above it speaks a word.

Of a million people 5.4, of a hundred thousand 4.4: Milan 4.1, Madrid 5.4 and London 5.3 are under
their mark, Nice 5.4, Reading 5.1 and Essen 5.3 (in German) above it.
"""


@lru_cache(maxsize=200_000)
def is_word(name: str, population: int, language: str) -> bool:
    """Whether a folded one-word name is far more frequent than a place of that size would be.

    Frequencies are those of wordfreq (Speer 2022, doi:10.5281/zenodo.7199437), which fold case:
    hence the comparison with the size of the place. English counts in every language.
    """
    return commonness(name, population, language) >= 0


def commonness(name: str, population: int, language: str) -> float:
    """How far a folded name is above the frequency of a word, as a power of ten.

    Args:
        name: folded; a name of several words is none.
        population: of the likeliest place that bears it.
        language: ISO 639 code of the text; English counts in every language.
    """
    if " " in name:
        return -math.inf
    languages = {"en", language} if language in LANGUAGES else set(LANGUAGES)
    most = max(zipf_frequency(name, code, "small") for code in languages)
    return most - max(RAREST, math.log10(max(population, 1)) - EXPECTED)
