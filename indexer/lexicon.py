"""Builds the lexical side: terms, postings and BM25 weights."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import bm25s
import numpy as np
from bm25s import stopwords

from indexer.passage import Passage
from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.lexical import write_lexical

K1, B = 1.5, 0.75
"""BM25's saturation and length normalisation."""

CONTEXT = 2
"""How often a passage's context is counted besides its occurrence in the text: title, headings and
table header name the subject. It is BM25F's field weight (S. Robertson, H. Zaragoza and M. Taylor
2004) applied to term counts before saturation."""

REVISION = 2
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


def build_lexical(
    folder: Path, passages: Iterable[Passage], languages: Iterable[str], context: int = CONTEXT
) -> None:
    """Index passages for BM25 and write the result.

    Args:
        folder: made here.
        passages: in the order of rows.
        languages: every language that occurs.
        context: how often each passage's context is counted once more.
    """
    analyzer = Analyzer({language: _STOPWORDS.get(language, ()) for language in sorted(languages)})
    vocabulary: dict[str, int] = {}
    held = [
        np.array(
            [
                vocabulary.setdefault(term, len(vocabulary))
                for term in _terms(analyzer, passage, context)
            ],
            dtype=np.int32,
        )
        for passage in passages
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


def _terms(analyzer: Analyzer, passage: Passage, context: int) -> list[str]:
    named = analyzer.terms(passage.context, passage.language)
    return analyzer.terms(passage.embedded, passage.language) + context * named
