"""From a question to an answer: encode, retrieve on both sides, fuse, mark, cite."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from indexer.document import Quote
from indexer.errors import QuestionError
from indexer.snapshot.lexical import best
from indexer.snapshot.passages import Hit
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows, Scores
from search_api.engine import noise
from search_api.engine.answer import (
    Answer,
    DocumentRef,
    IndexRef,
    QuoteRef,
    Result,
    SourceRef,
    Span,
    Timings,
)
from search_api.engine.citation import cite, deep_link
from search_api.engine.copies import Copies
from search_api.engine.excerpt import best_sentence, segments
from search_api.engine.fusion import fuse

Mode = Literal["hybrid", "dense", "lexical"]

DEPTH = 100
"""Passages that each side gives before they are fused. It is the same for every page of an answer:
pages of one ranking neither repeat nor lose an excerpt."""

DEFAULT_K = 10


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passage rows, best first, their scores, and what finding them cost in milliseconds."""

    rows: Rows
    scores: Scores
    encode: float
    retrieve: float


class Searcher:
    """Answers questions from one snapshot. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        passages = snapshot.passages
        self._weight = np.ones(snapshot.manifest.passages, dtype=np.float32)
        self._weight[passages.noise()] = noise.WEIGHT
        self._copies = Copies(passages.copies())

    def ask(self, question: str, k: int = DEFAULT_K, offset: int = 0) -> Answer:
        """Answer a question with at most `k` excerpts, after skipping `offset`.

        Raises:
            QuestionError: the question is empty, or longer than the model reads.
        """
        began = time.perf_counter()
        question = self._checked(question)
        ranking = self.rank(question, 2 * DEPTH)
        marking = time.perf_counter()
        shown = self._copies.firsts(ranking.rows.tolist())[offset : offset + k]
        rows = ranking.rows[shown].tolist()
        hits = self.snapshot.passages.hits(rows)
        results = self._results(question, hits, ranking.scores[shown], offset)
        ended = time.perf_counter()
        return Answer(
            question=question,
            results=results,
            index=self._index(),
            timings_ms=Timings(
                encode=ranking.encode,
                retrieve=ranking.retrieve,
                rank=_ms(marking, ended),
                total=_ms(began, ended),
            ),
        )

    def rank(self, question: str, k: int, mode: Mode = "hybrid", depth: int = DEPTH) -> Ranking:
        """Rank passages by one side or both; an over-long question is cut, not refused.

        Args:
            question: as asked.
            k: passages wanted at most.
            mode: both sides, or one alone.
            depth: passages that each side gives; what neither gives is not ranked.
        """
        began = time.perf_counter()
        question = _clean(question)
        query = self.snapshot.encoder.encode_questions([question])[0]
        encoded = time.perf_counter()
        vectors, lexical = self.snapshot.vectors, self.snapshot.lexical
        bm25 = lexical.scores(lexical.analyzer.question_terms(question))
        if mode == "lexical":
            rows, scores = best(bm25, k)
        elif mode == "dense":
            rows, scores = vectors.search(query, k)
        else:
            rows = np.union1d(vectors.search(query, depth)[0], best(bm25, depth)[0])
            mean_cosine = float(query @ vectors.centre)
            fused = fuse(vectors.cosines(query, rows), mean_cosine, bm25[rows])
            if not noise.asks_for_contact(question):
                fused -= (1 - self._weight[rows]) * np.abs(fused)  # a score may be negative
            order = np.lexsort((rows, -fused))[:k]
            rows, scores = rows[order], fused[order]
        return Ranking(rows, scores, _ms(began, encoded), _ms(encoded, time.perf_counter()))

    def _checked(self, question: str) -> str:
        question = _clean(question)
        if not question:
            raise QuestionError("the question is empty; ask in a few words or a sentence")
        tokens, limit = self.snapshot.encoder.count_tokens(question), self._limit
        if tokens > limit:
            raise QuestionError(
                f"the question has {tokens} tokens, the model reads {limit}; ask it in fewer words"
            )
        return question

    @property
    def _limit(self) -> int:
        return self.snapshot.manifest.model.max_tokens

    def _results(
        self, question: str, hits: Sequence[Hit], scores: Scores, offset: int
    ) -> list[Result]:
        lexical = self.snapshot.lexical
        terms = set(lexical.analyzer.question_terms(question))
        idf = {term: lexical.idf(term) for term in terms}
        return [
            self._result(hit, float(score), rank, idf)
            for rank, (hit, score) in enumerate(zip(hits, scores, strict=True), offset + 1)
        ]

    def _result(self, hit: Hit, score: float, rank: int, idf: dict[str, float]) -> Result:
        passage, document = hit.passage, hit.document
        analyzer = self.snapshot.lexical.analyzer
        marked = best_sentence(passage, idf, lambda text: analyzer.terms(text, passage.language))
        return Result(
            rank=rank,
            score=round(score, 6),
            passage_id=passage.id,
            text=passage.text,
            segments=segments(passage.text, marked),
            span=Span(start=passage.start, end=passage.end),
            page=passage.page,
            section=list(passage.section),
            aspect=passage.aspect,
            noise=passage.noise,
            quotes=[_quote(quote) for quote in passage.quotes],
            copies=self._copies.others(hit.row),
            document=_document(hit),
            link=deep_link(document, passage, marked),
            citation=cite(document, passage),
        )

    def _index(self) -> IndexRef:
        manifest = self.snapshot.manifest
        return IndexRef(
            id=manifest.id,
            built=manifest.built,
            model=manifest.model.name,
            passages=manifest.passages,
            documents=manifest.documents,
        )


def _document(hit: Hit) -> DocumentRef:
    document, about = hit.document, hit.document.metadata
    return DocumentRef(
        id=document.id,
        title=about.title,
        kind=about.kind,
        date=about.date,
        publisher=about.publisher,
        url=about.url,
        language=about.language,
        sha256=document.sha256,
        sources=[
            SourceRef(publisher=s.publisher, title=s.title, url=s.url, date=s.date)
            for s in about.sources
        ],
    )


def _quote(quote: Quote) -> QuoteRef:
    span = Span(start=quote.start, end=quote.end)
    return QuoteRef(speaker=quote.speaker, office=quote.office or None, span=span)


def _clean(question: str) -> str:
    """White space made even; half a character, as other encodings leave it, becomes "?"."""
    return " ".join(question.encode("utf-8", "replace").decode().split())


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)
