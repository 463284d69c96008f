"""The language of a text, where there is enough of it to tell."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

ENOUGH = 200
"""Characters under which a guess is not made: short texts are often taken for a rare language."""

_CANDIDATES = (
    "ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu hy id it ja ka ko "
    "lt lv mk ms nl no pl pt ro ru sk sl sq sr sv sw ta th tr uk ur vi zh"
)


def detect(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, or None if it is too short to tell."""
    if len(text) < ENOUGH:
        return None
    language, _ = _identifier().classify(text[:2000])
    return str(language)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_CANDIDATES.split())
    return identifier
