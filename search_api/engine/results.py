"""Passages as excerpts: what is shown of each, with all that is needed to check and to cite it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from indexer.document import Quote
from indexer.passage import Span as Sentence
from indexer.place import PassagePlace
from indexer.snapshot.labels import Mask
from indexer.snapshot.passages import Hit
from indexer.snapshot.snapshot import Snapshot
from search_api.engine.answer import CityRef, QuoteRef, Result, Span
from search_api.engine.citation import cite, deep_link
from search_api.engine.copies import Copies
from search_api.engine.documents import reference
from search_api.engine.excerpt import segments
from search_api.engine.likeness import Likeness
from search_api.engine.marking import marked


class Results:
    """Makes excerpts of passages. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, copies: Copies) -> None:
        self._snapshot, self._copies = snapshot, copies

    def of(
        self,
        question: str,
        likeness: Likeness,
        rows: Sequence[int],
        scores: Mapping[int, float],
        confidences: Mapping[int, float],
        first: int = 1,
        within: Mask | None = None,
    ) -> list[Result]:
        """The excerpts of passages.

        Args:
            question: as asked; its words and tokens decide which sentence is marked.
            likeness: of its tokens.
            rows: passages in the order in which they are shown.
            scores: of each of them.
            confidences: likewise.
            first: rank of the first.
            within: the only passages of which anything may be told; all if None.
        """
        hits = self._snapshot.passages.hits(rows)
        places = self._snapshot.places.of_passages(rows)
        found = marked(self._snapshot, question, likeness, [hit.passage for hit in hits], rows)
        return [
            self._result(
                hit,
                scores[hit.row],
                confidences[hit.row],
                rank,
                mark,
                places.get(hit.row, []),
                self._copies.others(hit.row, within),
            )
            for rank, (hit, mark) in enumerate(zip(hits, found, strict=True), first)
        ]

    def _result(
        self,
        hit: Hit,
        score: float,
        confidence: float,
        rank: int,
        marked: Sentence,
        places: Sequence[PassagePlace],
        copies: int,
    ) -> Result:
        passage, document = hit.passage, hit.document
        return Result(
            rank=rank,
            score=round(score, 6),
            confidence=round(confidence, 4),
            passage_id=passage.id,
            text=passage.text,
            segments=segments(passage.text, marked),
            span=Span(start=passage.start, end=passage.end),
            page=passage.page,
            section=list(passage.section),
            cities=list(_cities(places)),
            aspect=passage.aspect,
            noise=passage.noise,
            quotes=[_quote(quote) for quote in passage.quotes],
            copies=copies,
            document=reference(document),
            link=deep_link(document, passage, marked, self._snapshot.passages.text),
            citation=cite(document, passage),
        )


def _cities(places: Iterable[PassagePlace]) -> Iterable[CityRef]:
    for held in places:
        place = held.place
        if place.kind != "country":
            yield CityRef(
                id=place.id,
                name=place.name,
                country=place.country,
                country_name=place.country_name,
                role=held.role,
            )


def _quote(quote: Quote) -> QuoteRef:
    span = Span(start=quote.start, end=quote.end)
    return QuoteRef(speaker=quote.speaker, office=quote.office or None, span=span)
