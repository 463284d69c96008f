"""The language of a text, where there is enough of it to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from indexer.document import Block

ENOUGH = 200
"""Characters from which on any guess is taken: short texts often look like a rare language."""

READ = 600
"""Characters that are looked at; more of them cost time and change nothing."""

LEAST = 40
"""Characters under which no guess is made at all."""

CERTAIN = 0.99
"""Probability that a guess from few characters must have."""

SURE = 0.95
"""Probability under which a section keeps the language of its document: lists of names mislead."""

_CANDIDATES = (
    "ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu hy id it ja ka ko "
    "lt lv mk ms nl no pl pt ro ru sk sl sq sr sv sw ta th tr uk ur vi zh"
)


def detect(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, or None if it is too short to tell."""
    if len(text) < LEAST:
        return None
    language, probability = _classified(text)
    return language if len(text) >= ENOUGH or probability >= CERTAIN else None


def sections_in_other_languages(text: str, blocks: Sequence[Block], language: str) -> list[Block]:
    """Mark the blocks of each section that is long enough to tell, and in another language."""
    if len(text) < 2 * ENOUGH:
        return list(blocks)
    told: list[Block] = []
    for _, run in groupby(blocks, key=lambda block: block.section):
        section = list(run)
        content = " ".join(text[block.start : block.end] for block in section)
        found, probability = _classified(content) if len(content) >= ENOUGH else (language, 1.0)
        other = found if found != language and probability >= SURE else None
        told += [replace(block, language=other) for block in section] if other else section
    return told


def _classified(text: str) -> tuple[str, float]:
    language, probability = _identifier().classify(text[:READ])
    return str(language), float(probability)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CANDIDATES.split())
    return identifier
