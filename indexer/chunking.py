"""From a document to its passages: structure first, whole sentences, no more than a model reads."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from indexer.document import Block, Document, Quote
from indexer.passage import Passage, Span, passage_id
from indexer.sentences import sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, without the special tokens that a model adds."""

JOINT = " › "
"""What stands between title and headings in what is embedded."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece that is not cut further, and its length in tokens, the gap before it included."""

    start: int
    end: int
    tokens: int


class Chunker:
    """Splits documents into passages.

    Blocks under one heading are packed together up to `limit` tokens, context included; a block
    longer than that is cut between sentences, a sentence longer than that between words. Passages
    of one section are of about equal length. A table row is a passage of its own. Passages do not
    overlap, and together they hold every block.
    """

    def __init__(self, count_tokens: CountTokens, limit: int) -> None:
        self._count = count_tokens
        self._limit = limit

    def split(self, document: Document) -> list[Passage]:
        """Split one document; offsets are code points of its canonical text."""
        seen: Counter[str] = Counter()
        passages = []
        for headings, blocks in _groups(document.blocks):
            about = blocks[0] if blocks else headings[-1]
            context, held = self._context(document.metadata.title, about)
            leading, body = _led(document.text, headings, blocks, held)
            for number, (first, end) in enumerate(self._pack(document, body, context)):
                start = leading[0].start if leading and number == 0 else first
                text = document.text[start:end]
                seen[text] += 1
                language = about.language or document.metadata.language
                passages.append(
                    Passage(
                        id=passage_id(document.id, text, seen[text]),
                        start=start,
                        end=end,
                        text=text,
                        context=context,
                        body=first - start,
                        section=about.section,
                        sentences=tuple(sentence_spans(text, language)),
                        aspect=about.aspect,
                        page=_page(document.blocks, start),
                        place=about.place,
                        noise=about.noise,
                        language=language,
                        quotes=_quotes(document, start, end),
                    )
                )
        return passages

    def _context(self, title: str, block: Block) -> tuple[str, set[str]]:
        """Title, headings and table header as one text, and each of them folded.

        Outer headings give way first, then all, then the table header, then the title, if they take
        half of the room.
        """
        titles = " | ".join(block.header) if any(block.header) else ""
        sections = (block.section, block.section[-1:], ())
        for header, section in [(h, s) for h in dict.fromkeys((titles, "")) for s in sections]:
            parts = [part for part in (title, *section) if part]
            context = "\n".join(line for line in (JOINT.join(parts), header) if line)
            if self._taken(context) <= self._limit // 2:
                return context, set(map(_folded, parts))
        return "", set()

    def _taken(self, context: str) -> int:
        return self._count([context + "\n"])[0] if context else 0

    def _pack(self, document: Document, blocks: Sequence[Block], context: str) -> list[Span]:
        """Spans of blocks, none with more tokens than the context leaves room for."""
        room = self._limit - self._taken(context)
        units = self._units(document, blocks, room)
        spans = packed(units, room)
        known = {(unit.start, unit.end) for unit in units}
        joined = [document.text[slice(*span)] for span in spans if span not in known]
        if all(tokens <= room for tokens in self._count(joined)):
            return spans
        # A tokenizer may need more tokens for a whole than for its parts.
        return [(unit.start, unit.end) for unit in units]

    def _units(self, document: Document, blocks: Sequence[Block], room: int) -> list[Unit]:
        text, language = document.text, document.metadata.language
        spans = [(block.start, block.end) for block in blocks]
        units: list[Unit] = []
        for start, end, tokens in self._counted(text, spans):
            if tokens <= room:
                units.append(Unit(start, end, tokens))
                continue
            sentences = [
                (a + start, b + start) for a, b in sentence_spans(text[start:end], language)
            ]
            units += self._fitting(text, sentences or [(start, end)], room)
        return units

    def _fitting(self, text: str, spans: Sequence[Span], room: int) -> Iterator[Unit]:
        """Spans as units; one that does not fit is halved at the white space nearest its middle."""
        for start, end, tokens in self._counted(text, spans):
            halves = _halves(text, start, end) if tokens > room else []
            if len(halves) == 2:
                yield from self._fitting(text, halves, room)
            else:
                yield Unit(start, end, tokens)

    def _counted(self, text: str, spans: Sequence[Span]) -> list[tuple[int, int, int]]:
        """Each span with its tokens; white space before it counts too, where a tokenizer does."""
        begins = [spans[0][0], *(end for _, end in spans[:-1])] if spans else []
        counts = self._count([text[a:end] for a, (_, end) in zip(begins, spans, strict=True)])
        return [(start, end, n) for (start, end), n in zip(spans, counts, strict=True)]


def _led(
    text: str, headings: Sequence[Block], blocks: Sequence[Block], held: set[str]
) -> tuple[Sequence[Block], Sequence[Block]]:
    """Part what leads a passage (headings that the context holds) from what is embedded as text."""
    number = 0
    for heading in headings:
        # A table's header leads its first row whether or not there is room for it in the context.
        if not heading.header and _folded(text[heading.start : heading.end]) not in held:
            break
        number += 1
    leading, body = headings[:number], [*headings[number:], *blocks]
    return (leading, body) if body else ([], leading)


def _page(blocks: Sequence[Block], start: int) -> int | None:
    """The page of the block that holds a character."""
    return blocks[bisect_right(blocks, start, key=lambda block: block.start) - 1].page


def _quotes(document: Document, start: int, end: int) -> tuple[Quote, ...]:
    """The quotations in a span, cut to it, by offsets in it."""
    return tuple(
        replace(quote, start=max(quote.start, start) - start, end=min(quote.end, end) - start)
        for quote in document.quotes
        if quote.start < end and quote.end > start
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


def _groups(blocks: Sequence[Block]) -> Iterator[tuple[list[Block], list[Block]]]:
    """Runs of blocks that may share a passage, each with the headings that lead to it."""
    headings: list[Block] = []
    for (kind, *_), run in groupby(blocks, key=_companions):
        if kind == "heading":
            headings += run
        else:
            yield headings, list(run)
            headings = []
    if headings:
        yield headings, []


def _companions(block: Block) -> tuple[object, ...]:
    """Blocks with an equal key may share a passage; a row keeps to itself."""
    if block.kind == "heading":
        return ("heading",)
    alone = block.start if block.kind == "row" else None
    return ("text", block.section, block.aspect, block.noise, block.language, alone)


def packed(units: Sequence[Unit], room: int) -> list[Span]:
    """Join consecutive units into the fewest spans of at most `room` tokens, evenly filled."""
    low, high = max((unit.tokens for unit in units), default=0), room
    fewest = len(_filled(units, high))
    while low < high:
        middle = (low + high) // 2
        if len(_filled(units, middle)) > fewest:
            low = middle + 1
        else:
            high = middle
    return _filled(units, high)


def _filled(units: Sequence[Unit], room: int) -> list[Span]:
    spans: list[Span] = []
    taken = 0
    for unit in units:
        if spans and taken + unit.tokens <= room:
            spans[-1] = (spans[-1][0], unit.end)
            taken += unit.tokens
        else:
            spans.append((unit.start, unit.end))
            taken = unit.tokens
    return spans


def _halves(text: str, start: int, end: int) -> list[Span]:
    """Cut a span in two, between words if there is more than one, never before a mark."""
    middle = (start + end) // 2
    gaps = [i for i in range(start + 1, end - 1) if text[i].isspace()]
    left = right = min(gaps, key=lambda i: abs(i - middle), default=middle)
    while not gaps and left > start and unicodedata.category(text[left]).startswith("M"):
        left = right = left - 1
    while left > start and text[left - 1].isspace():
        left -= 1
    while right < end and text[right].isspace():
        right += 1
    return [(a, b) for a, b in ((start, left), (right, end)) if a < b]
