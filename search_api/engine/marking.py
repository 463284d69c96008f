"""Which sentence of each excerpt is marked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from indexer.passage import Passage, Span
from indexer.snapshot.snapshot import Snapshot
from search_api.engine.excerpt import best_sentence
from search_api.engine.likeness import Likeness


def marked(
    snapshot: Snapshot,
    question: str,
    likeness: Likeness,
    passages: Sequence[Passage],
    rows: Sequence[int],
) -> list[Span]:
    """Return the sentence of each passage that is nearest to a question, as a span of its text.

    Args:
        snapshot: that holds the passages.
        question: with even white space.
        likeness: of its tokens to those of passages.
        passages: whose sentences to compare.
        rows: theirs.
    """
    lexical = snapshot.lexical
    analyzer = lexical.analyzer
    idf = {term: lexical.idf(term) for term in analyzer.question_terms(question)}
    near = likeness.of_sentences(rows, [len(passage.sentences) for passage in passages])
    return [
        best_sentence(passage, found, idf, partial(analyzer.terms, language=passage.language))
        for passage, found in zip(passages, near, strict=True)
    ]
