"""Builds the lexical side: terms, postings and BM25 weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np

from indexer.passage import Passage
from indexer.postings import Postings
from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.postings import Weighted, write_lexical

K1, B = 1.5, 0.75
"""BM25's saturation and length normalisation."""

CONTEXT = 2
"""How often a passage's context is counted besides its occurrence in the text: title, headings and
table header name the subject. It is BM25F's field weight (S. Robertson, H. Zaragoza and M. Taylor
2004) applied to term counts before saturation."""

REVISION = 2
"""Raise it when the same text gives other terms, so that indexes are built anew."""


def _stopwords() -> ModuleType:
    """bm25s' words without the package around them, which loads SciPy.

    Raises:
        ImportError: bm25s is not installed, or keeps its words elsewhere.
    """
    package = find_spec("bm25s")
    path = Path(str(package and package.origin)).with_name("stopwords.py")
    spec = spec_from_file_location("bm25s.stopwords", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ImportError(f"{path}: no stop words here; install bm25s")
    words = module_from_spec(spec)
    spec.loader.exec_module(words)
    return words


stopwords = _stopwords()

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
    folder.mkdir()
    with Postings(folder) as postings:
        for passage in passages:
            postings.add(_terms(analyzer, passage, context))
        write_lexical(folder, analyzer, *postings.terms(), _weighted(postings))


def _weighted(postings: Postings) -> Iterator[Weighted]:
    """Places, rows and weights of all postings, block by block."""
    held = postings.terms()[1]
    lengths = np.frombuffer(postings.lengths, dtype=np.int32)
    mean = lengths.mean() if len(lengths) else 1.0
    idf = np.log(1 + (len(lengths) - held + 0.5) / (held + 0.5)).astype(np.float32)
    for places, block in postings.in_order():
        numbers, rows, times = block.T
        share = times / (K1 * ((1 - B) + B * lengths[rows] / mean) + times)
        yield places, rows, (idf[numbers] * share).astype(np.float32)


def _terms(analyzer: Analyzer, passage: Passage, context: int) -> list[str]:
    named = analyzer.terms(passage.context, passage.language)
    return analyzer.terms(passage.embedded, passage.language) + context * named
