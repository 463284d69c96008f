"""Where sentences begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from indexer.passage import Span

_LINE = re.compile(r"[^\n\t]+")

_OPEN = re.compile(r"[\w,]$|\([^()]{0,80}$", re.ASCII)
"""How no sentence ends: "seen (6,", "(Fig.", if "28) ." was taken for an item of a list."""

_SHORTENED = re.compile(r"(?<!\w)[^\W\d_]{1,4}\.$")
"""What may be an abbreviation: "Y. pestis", "Inc. and"."""

_ALONE = re.compile(r"(?<=[^\s.!?] [.!?])\s+(?=[^\W\d_a-z])")
"""Behind a mark that stands by itself, as behind references ("earlier (3) . Later"): an end."""


def sentence_spans(text: str, language: str) -> list[Span]:
    """Half-open spans of the sentences of `text`, without the white space around them.

    Abbreviations are the library's affair ("Dr. Tang" is no sentence end), but for those of which
    it does not know that a sentence goes on behind them. A line break that the canonical text kept
    (between list items, say) and a tab (between the cells of a row) end a sentence too.
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        own: list[Span] = []
        for piece in get_sentence_boundaries(language, line.group()):
            start, end = line.start() + piece["start_index"], line.start() + piece["end_index"]
            start, end = _stripped(text, start, end)
            if start < end and own and _goes_on(text, own[-1], start):
                own[-1] = own[-1][0], end
            elif start < end:
                own.append((start, end))
        spans += (span for start, end in own for span in _cut(text, start, end))
    return spans


def _goes_on(text: str, last: Span, start: int) -> bool:
    """Whether what starts here belongs to the sentence before it, and was cut off."""
    begun, end = last
    if text[start].islower() and _SHORTENED.search(text, begun, end):
        return text[begun].isupper()  # where all is in lower case, that of a letter tells nothing
    return bool(_OPEN.search(text, begun, end))


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    for gap in _ALONE.finditer(text, start, end):
        yield start, gap.start()
        start = gap.end()
    yield start, end


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
