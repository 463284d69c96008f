"""Ways of choosing the sentence of a passage that an excerpt marks: ours and what it is beside."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from indexer.passage import Passage, Span
from indexer.snapshot.encoder import Vector
from indexer.snapshot.tokens import sentence_numbers
from indexer.snapshot.vectors import Scores
from search_api.engine.excerpt import best_sentence
from search_api.engine.late import apart, asked
from search_api.engine.searcher import Searcher

Marker = Callable[[str, Passage, int], Span]
"""From a question and a passage with its row to the span of a sentence."""


def marking_ways(searcher: Searcher) -> dict[str, Marker]:
    """All ways by name, the engine's own last."""
    return {
        "first sentence": lambda question, passage, row: sentences(passage)[0],
        "sentence embeddings": _by_embeddings(searcher),
        "shared words": _by_words(searcher),
        "tokens, full": _by_states(searcher),
        "tokens, one bit": _by_bits(searcher),
        "marked": searcher.mark,
    }


def sentences(passage: Passage) -> list[Span]:
    """Spans of the sentences behind the passage's headings."""
    return [span for span in passage.sentences if span[0] >= passage.body]


def _nearest(passage: Passage, near: Scores) -> Span:
    return best_sentence(passage, near.tolist(), {}, str.split)


def _by_embeddings(searcher: Searcher) -> Marker:
    """By the cosine of question and sentence, each embedded by itself."""
    encoder = searcher.snapshot.encoder

    @cache
    def embedded(passage: Passage) -> Vector:
        texts = [passage.text[start:end] for start, end in passage.sentences]
        return encoder.encode_passages(texts)

    def marked(question: str, passage: Passage, row: int) -> Span:
        return _nearest(passage, embedded(passage) @ encoder.encode_question(question).vector)

    return marked


def _by_words(searcher: Searcher) -> Marker:
    """By the rarity of shared words alone."""
    lexical = searcher.snapshot.lexical

    def marked(question: str, passage: Passage, row: int) -> Span:
        idf = {term: lexical.idf(term) for term in lexical.analyzer.question_terms(question)}
        none = [0.0] * len(passage.sentences)
        language = passage.language
        return best_sentence(passage, none, idf, lambda t: lexical.analyzer.terms(t, language))

    return marked


def _by_states(searcher: Searcher) -> Marker:
    """By late interaction over whole token states, which no index keeps."""
    encoder = searcher.snapshot.encoder

    @cache
    def states(passage: Passage) -> list[Vector]:
        encoded = encoder.encode_passage(passage.embedded)
        numbers = sentence_numbers(passage, encoded.starts)
        return [_unit(encoded.states[numbers == n]) for n in range(len(passage.sentences))]

    def marked(question: str, passage: Passage, row: int) -> Span:
        tokens = _unit(encoder.encode_question(question).states)
        near = [(tokens @ held.T).max(axis=1, initial=-1).mean() for held in states(passage)]
        return _nearest(passage, np.array(near, dtype=np.float32))

    return marked


def _by_bits(searcher: Searcher) -> Marker:
    """By late interaction over stored bits alone."""
    snapshot = searcher.snapshot

    def marked(question: str, passage: Passage, row: int) -> Span:
        tokens = asked(snapshot.encoder.encode_question(question).states)
        differing, numbers = (
            apart(tokens, snapshot.tokens.of([row])[0]),
            snapshot.tokens.sentences(row),
        )
        most = np.iinfo(differing.dtype).max
        near = [
            -differing[:, numbers == n].min(axis=1, initial=most).mean()
            for n in range(len(passage.sentences))
        ]
        return _nearest(passage, np.array(near, dtype=np.float32))

    return marked


def _unit(states: Vector) -> Vector:
    unit: Vector = states / np.linalg.norm(states, axis=1, keepdims=True).clip(1e-9)
    return unit
