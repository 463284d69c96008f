"""Old citations against an index: do the cited words still stand, and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from indexer.snapshot.passages import Hit, Passages
from search_api.citations.cited import Cited
from search_api.citations.permalink import permalink
from search_api.engine.answer import Span

Status = Literal["unchanged", "moved", "gone"]

TELLING = 20
"""Characters from which on a quote is looked for in other documents: fewer may stand anywhere."""


class Place(BaseModel):
    """Where the cited words stand now."""

    model_config = ConfigDict(frozen=True)

    document: str = Field(description="Id of the document.")
    sha256: str = Field(description="Of its canonical text, now.")
    span: Span
    passage_id: str | None = Field(description="The passage that holds their beginning.")
    page: int | None
    section: list[str]
    permalink: str | None = Field(description="Null where no address of the server is known.")


class Checked(BaseModel):
    """What became of a citation."""

    model_config = ConfigDict(frozen=True)

    status: Status
    detail: str = Field(description="The status in a sentence.")
    cited: Cited
    now: Place | None = Field(description="Null where the words are gone.")
    snapshot: str = Field(description="Id of the snapshot that was asked.")


class Verification(BaseModel):
    """What became of several citations."""

    model_config = ConfigDict(frozen=True)

    snapshot: str = Field(description="Id of the snapshot that was asked.")
    unchanged: int
    moved: int
    gone: int
    citations: list[Checked]


@dataclass(frozen=True, slots=True)
class Held:
    """A snapshot's passages, its id, and the address it is published at, if it is."""

    passages: Passages
    snapshot: str
    base: str | None = None

    def check(self, cited: Cited) -> Checked:
        """Look for what is cited: its passage, its words, its document's whole text."""
        status, detail, now = self._found(cited)
        return Checked(status=status, detail=detail, cited=cited, now=now, snapshot=self.snapshot)

    def _found(self, cited: Cited) -> tuple[Status, str, Place | None]:
        hit = self.passages.find(cited.passage) if cited.passage else None
        if hit and (cited.quote is None or find(cited.quote, hit.passage.text)):
            return self._passage(cited, hit)
        if cited.quote is not None:
            for document, text in self._candidates(cited, hit):
                if span := find(cited.quote, text, cited.start or 0):
                    return self._words(cited, document, span)
        elif unchanged := self._text(cited):
            return unchanged
        return "gone", self._gone(cited, hit), None

    def _passage(self, cited: Cited, hit: Hit) -> tuple[Status, str, Place]:
        passage, document = hit.passage, hit.document
        now = self._place(document.id, (passage.start, passage.end))
        if cited.start is not None and cited.start != passage.start:
            return "moved", f"the passage now begins at character {passage.start}", now
        if cited.sha256 is not None and cited.sha256 != document.sha256:
            rest = "; other parts of its document have changed"
            return "unchanged", f"the passage stands as it was cited{rest}", now
        return "unchanged", "the passage stands as it was cited", now

    def _words(
        self, cited: Cited, document: str, span: tuple[int, int]
    ) -> tuple[Status, str, Place]:
        now = self._place(document, span)
        same_text = cited.sha256 == now.sha256
        if cited.document in (None, document) and (same_text or _within(span, cited)):
            return "unchanged", "the words stand where they were; passages are cut anew", now
        where = f"characters {span[0]}–{span[1]} of {document}"
        return "moved", f"the words now stand at {where}", now

    def _text(self, cited: Cited) -> tuple[Status, str, Place] | None:
        """Without words to look for: a document whose text is the cited one's."""
        documents = self.passages.with_hash(cited.sha256) if cited.sha256 else []
        if not documents:
            return None
        document = cited.document if cited.document in documents else documents[0]
        length = len(self.passages.text(document))
        span = (min(cited.start or 0, length), min(cited.end or length, length))
        now = self._place(document, span)
        if cited.document in (None, document):
            return "unchanged", "the document's text is what it was", now
        return "moved", f"the document's text is now that of {document}", now

    def _candidates(self, cited: Cited, hit: Hit | None) -> Iterator[tuple[str, str]]:
        """Documents that may hold the words: the cited one first."""
        quote = cited.quote or ""
        first = cited.document or (hit.document.id if hit else None)
        if first is not None and (text := self.passages.text(first)):
            yield first, text
        if cited.sha256:
            for document in self.passages.with_hash(cited.sha256):
                yield document, self.passages.text(document)
        if len(" ".join(quote.split())) >= TELLING:
            yield from self.passages.containing(max(quote.split(), key=len))

    def _place(self, document: str, span: tuple[int, int]) -> Place:
        hits = self.passages.overlapping(document, *span)
        holding = [h for h in hits if h.passage.start <= span[0] and span[1] <= h.passage.end]
        best = next(iter(holding or hits), None)
        return Place(
            document=document,
            sha256=self.passages.hash_of(document) or "",
            span=Span(start=span[0], end=span[1]),
            passage_id=best.passage.id if best else None,
            page=best.passage.page if best else None,
            section=list(best.passage.section) if best else [],
            permalink=permalink(self.base, document, best.passage.id if best else None),
        )

    def _gone(self, cited: Cited, hit: Hit | None) -> str:
        if hit:
            return f"passage {hit.passage.id} does not hold these words, and nothing else does"
        what = "the words are" if cited.quote is not None else "the passage is"
        document = cited.document
        if document is None:
            return f"{what} not in this index"
        there = self.passages.hash_of(document) is not None
        still = "still there" if there else "not there either"
        return f"{what} not in this index; document {document} is {still}"


def _within(span: tuple[int, int], cited: Cited) -> bool:
    """Whether a span lies where the cited passage was."""
    known = cited.start is not None and cited.end is not None
    return known and (cited.start or 0) <= span[0] and span[1] <= (cited.end or 0)


def find(quote: str, text: str, near: int = 0) -> tuple[int, int] | None:
    """Return where words stand in a text, white space aside, the place nearest to a character."""
    words = quote.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    spans = (match.span() for match in pattern.finditer(text))
    return min(spans, key=lambda span: abs(span[0] - near), default=None)


def check_all(held: Held, cited: Sequence[Cited]) -> Verification:
    """Check old citations, in their order."""
    checked = [held.check(each) for each in cited]
    counts = Counter(each.status for each in checked)
    return Verification(
        snapshot=held.snapshot,
        unchanged=counts["unchanged"],
        moved=counts["moved"],
        gone=counts["gone"],
        citations=checked,
    )
