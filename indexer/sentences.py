"""Where sentences begin and end."""

from __future__ import annotations

import re

from sentencex import get_sentence_boundaries

from indexer.passage import Span

_LINE = re.compile(r"[^\n\t]+")


def sentence_spans(text: str, language: str) -> list[Span]:
    """Half-open spans of the sentences of `text`, without the white space around them.

    Abbreviations are the library's affair ("Dr. Tang" is no sentence end). A line break that the
    canonical text kept (between list items, say) and a tab (between the cells of a row) end a
    sentence too.
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        for piece in get_sentence_boundaries(language, line.group()):
            start, end = line.start() + piece["start_index"], line.start() + piece["end_index"]
            spans.append(_stripped(text, start, end))
    return [span for span in spans if span[0] < span[1]]


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
