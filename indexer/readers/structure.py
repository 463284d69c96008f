"""Titles and headings of a file that marks none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.dates import date_line
from indexer.readers.draft import Element

LONGEST_TITLE = 160
"""Characters beyond which a line is taken for prose."""

_DEEPEST = 9
"""Level of a line above the title: it is no section of what follows."""

_LONGEST_HEADING = 80
_SHORTEST_PROSE = 40
_WORDS = 12
_OPEN_END = re.compile(r"[.!?,;…&(–—-][\"'”’»)]*$")
_QUOTED = re.compile(r"[\"'“‘«(\[]")
_KINDS = {
    "news": "news",
    "noticias": "news",
    "actualités": "news",
    "notícias": "news",
    "press release": "press-release",
    "comunicado de prensa": "press-release",
    "nota de prensa": "press-release",
    "communiqué de presse": "press-release",
    "comunicado de imprensa": "press-release",
}
_NAMED_KIND = re.compile(r"(?<![^\W_])(?:news|press[-_ ]release)(?![^\W_])", re.IGNORECASE)


def title_of(elements: Sequence[Element]) -> str:
    """The first heading, or the longest of the short lines that stand before all prose."""
    headings = [e.text for e in elements if e.kind == "heading" and e.text]
    lines = headings[:1] or [line for line in head_lines(elements) if _is_title(line)]
    return max(lines, key=len, default="")


def head_lines(elements: Sequence[Element]) -> list[str]:
    """Lines before the first prose: masthead, kind, title, date."""
    lines: list[str] = []
    for element in elements:
        if element.kind not in ("heading", "paragraph") or _is_prose(element):
            break
        lines += element.text.split("\n")
    return [" ".join(line.split()) for line in lines]


def kind_of(elements: Sequence[Element]) -> str | None:
    """The kind that a line at the head names ("PRESS RELEASE:")."""
    kinds = (_KINDS.get(line.rstrip(":").casefold()) for line in head_lines(elements))
    return next((kind for kind in kinds if kind), None)


def kind_in_name(stem: str) -> str | None:
    """The kind that a file's name tells ("metropolis-news-2020.md")."""
    found = _NAMED_KIND.search(stem)
    return "news" if found and found[0].lower() == "news" else "press-release" if found else None


def date_of(elements: Sequence[Element]) -> str | None:
    """The date of the first date line at the head."""
    return next((date for line in head_lines(elements) if (date := date_line(line))), None)


def with_headings(elements: Sequence[Element], title: str) -> list[Element]:
    """Mark short lines as headings where the file marks none, and the masthead above the title.

    A heading is one short line without an end mark that stands above prose, a list or a table, or
    one that ends with a colon.
    """
    if not any(element.kind == "heading" for element in elements):
        elements = _guessed(elements, title)
    first = next((i for i, e in enumerate(elements) if e.kind == "heading" and e.text == title), 0)
    masthead = [
        e for e in elements[:first] if e.kind in ("heading", "paragraph") and not _is_prose(e)
    ]
    if len(masthead) < first:
        return list(elements)
    above = [replace(element, kind="heading", level=_DEEPEST) for element in masthead]
    return [*above, *elements[first:]]


def _guessed(elements: Sequence[Element], title: str) -> list[Element]:
    following: list[Element | None] = [*elements[1:], None][: len(elements)]
    return [
        replace(element, kind="heading", level=1 if element.text == title else 2)
        if _is_heading(element, after) or (title and element.text == title)
        else element
        for element, after in zip(elements, following, strict=True)
    ]


def _is_prose(element: Element) -> bool:
    if element.kind == "heading":
        return False
    lines = element.text.split("\n")
    return any(len(line) > LONGEST_TITLE or _is_sentence(line) for line in lines)


def _is_sentence(line: str) -> bool:
    """Whether a line ends as titles do not; a title may well be a question or a cry."""
    return bool(re.search(r"[.…][\"'”’»)]*$", line)) and len(line.split()) >= 3


def _is_title(line: str) -> bool:
    known = line.rstrip(":").casefold() in _KINDS or date_line(line)
    return not known and not line.endswith((":", ".")) and len(line) <= LONGEST_TITLE


def _is_heading(element: Element, after: Element | None) -> bool:
    text = element.text
    if element.kind != "paragraph" or after is None or "\n" in text or "\t" in text:
        return False
    if len(text) > _LONGEST_HEADING or len(text.split()) > _WORDS or date_line(text):
        return False
    if text.endswith(":"):
        return True
    if _OPEN_END.search(text) or _QUOTED.match(text) or not text[:1].isupper():
        return False
    return after.kind != "paragraph" or (len(after.text) >= _SHORTEST_PROSE and _is_prose(after))
