"""How finely a model's tokenizer cuts the words of a language: how foreign it is to the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from indexer.passage import Passage

SAMPLED = 200
"""Passages of each language on which it is measured, the first ones."""

_WORD = re.compile(r"\w+|[^\w\s]")


def pieces_per_word(
    passages: Iterable[Passage],
    languages: Collection[str],
    count_tokens: Callable[[Sequence[str]], list[int]],
) -> dict[str, float]:
    """Return the mean number of tokens that a word or a mark takes, by language.

    A tokenizer keeps whole what its model often saw in training, and breaks what it seldom saw into
    pieces, of which the model knows little (P. Rust and others 2021, "How Good is Your Tokenizer?",
    where this number is called fertility).

    Args:
        passages: read as far as is needed.
        languages: all that occur.
        count_tokens: tokens of each text, without special ones.
    """
    texts: dict[str, list[str]] = {language: [] for language in sorted(languages)}
    lacking = set(texts)
    for passage in passages:
        held = texts[passage.language]
        if len(held) < SAMPLED:
            held.append(passage.embedded)
        if len(held) == SAMPLED:
            lacking.discard(passage.language)
        if not lacking:
            break
    return {language: _mean(held, count_tokens) for language, held in texts.items()}


def _mean(texts: Sequence[str], count_tokens: Callable[[Sequence[str]], list[int]]) -> float:
    words = sum(len(_WORD.findall(text)) for text in texts)
    return round(sum(count_tokens(texts)) / max(words, 1), 2)
