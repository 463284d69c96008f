"""Builds the lexical side: terms, postings and BM25 weights."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import bm25s
import numpy as np
from bm25s import stopwords

from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.lexical import write_lexical

K1, B = 1.5, 0.75
"""BM25's saturation and length normalisation."""

REVISION = 1
"""Raise it when the same text gives other terms, so that indexes are built anew."""

_STOPWORDS = {
    "da": stopwords.STOPWORDS_DANISH,
    "de": stopwords.STOPWORDS_GERMAN,
    "en": stopwords.STOPWORDS_EN_PLUS,
    "es": stopwords.STOPWORDS_SPANISH,
    "fr": stopwords.STOPWORDS_FRENCH,
    "it": stopwords.STOPWORDS_ITALIAN,
    "nl": stopwords.STOPWORDS_DUTCH,
    "no": stopwords.STOPWORDS_NORWEGIAN,
    "pt": stopwords.STOPWORDS_PORTUGUESE,
    "ru": stopwords.STOPWORDS_RUSSIAN,
    "sv": stopwords.STOPWORDS_SWEDISH,
    "tr": stopwords.STOPWORDS_TURKISH,
}


def build_lexical(folder: Path, texts: Iterable[tuple[str, str]], languages: Iterable[str]) -> None:
    """Index texts for BM25 and write the result.

    Args:
        folder: made here.
        texts: what is embedded of each passage, with its language, in the order of rows.
        languages: every language that occurs.
    """
    analyzer = Analyzer({language: _STOPWORDS.get(language, ()) for language in sorted(languages)})
    vocabulary: dict[str, int] = {}
    held = [
        np.array(
            [vocabulary.setdefault(term, len(vocabulary)) for term in analyzer.terms(text, lang)],
            dtype=np.int32,
        )
        for text, lang in texts
    ]
    if not vocabulary:
        none = np.zeros(0, dtype=np.int32)
        write_lexical(folder, analyzer, [], none.astype(np.float32), none, np.zeros(1, np.int64))
        return
    model = bm25s.BM25(k1=K1, b=B, method="lucene", dtype="float32", int_dtype="int32")
    model.index((held, vocabulary), show_progress=False, create_empty_token=False)
    scores = model.scores
    offsets = scores["indptr"].astype(np.int64)
    write_lexical(folder, analyzer, list(vocabulary), scores["data"], scores["indices"], offsets)
