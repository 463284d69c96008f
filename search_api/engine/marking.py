"""Which sentence of each excerpt is marked; the excerpts of an answer are compared in one go."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from indexer.passage import Passage, Span
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.tokens import OUTSIDE
from search_api.engine.excerpt import best_sentence
from search_api.engine.late import Asked, of_sentences


def marked(
    snapshot: Snapshot,
    question: str,
    tokens: Asked,
    passages: Sequence[Passage],
    rows: Sequence[int],
) -> list[Span]:
    """Return the sentence of each passage that is nearest to a question, as a span of its text.

    Args:
        snapshot: that holds the passages.
        question: with even white space.
        tokens: the question's, as late interaction compares them.
        passages: whose sentences to compare.
        rows: theirs.
    """
    if not passages:
        return []
    lexical, held = snapshot.lexical, snapshot.tokens
    analyzer = lexical.analyzer
    idf = {term: lexical.idf(term) for term in analyzer.question_terms(question)}
    ends = np.cumsum([len(passage.sentences) for passage in passages])
    starts = np.concatenate([[0], ends[:-1]])
    numbers = np.concatenate(
        [
            np.where(found == OUTSIDE, OUTSIDE, found + start)
            for found, start in zip(map(held.sentences, rows), starts, strict=True)
        ]
    )
    near = of_sentences(tokens, held.of(rows)[0], numbers, int(ends[-1]))
    return [
        best_sentence(passage, own, idf, partial(analyzer.terms, language=passage.language))
        for passage, own in zip(passages, np.split(near, ends[:-1]), strict=True)
    ]
