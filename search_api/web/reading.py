"""A document as its page shows it: the whole text, its passages as anchors, one of them lit."""

from __future__ import annotations

from dataclasses import dataclass

from search_api.engine.answer import Segment
from search_api.engine.documents import PassageRef, ReadDocument
from search_api.web.blocks import Block, blocks
from search_api.web.cards import formats, lit_address


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the text: a passage, or what lies between two.

    Attributes:
        blocks: joined, they are the text.
        passage: None between passages.
        lit: it is the one asked for.
    """

    blocks: list[Block]
    passage: PassageRef | None
    lit: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the contents, at its depth from 1."""

    text: str
    level: int
    passage: str


@dataclass(frozen=True, slots=True)
class Lit:
    """The passage asked for.

    Attributes:
        text: verbatim.
        formats: by name, where to get its citation.
        before: address of the passage before it, None for the first.
        after: that of the next.
    """

    passage: PassageRef
    text: str
    formats: dict[str, str]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document ready to be shown."""

    read: ReadDocument
    stretches: list[Stretch]
    contents: list[Heading]
    lit: Lit | None


def reading(read: ReadDocument, asked: str | None, lang: str | None = None) -> Reading:
    """Arrange a document; `asked` is the id of the passage to light."""
    stretches, contents = [], []
    end = 0
    above: list[str] = []
    for passage in read.passages:
        if between := read.text[end : passage.span.start]:
            stretches.append(Stretch(_blocks(read, between, passage), None))
        text = read.text[passage.span.start : passage.span.end]
        lit = passage.passage_id == asked
        stretches.append(Stretch(_blocks(read, text, passage), passage, lit))
        contents += _new_headings(passage, above)
        above, end = passage.section, passage.span.end
    if rest := read.text[end:]:
        stretches.append(Stretch(blocks([Segment(text=rest, mark=False)]), None))
    return Reading(read, stretches, contents, _lit(read, asked, lang))


def _blocks(read: ReadDocument, text: str, passage: PassageRef) -> list[Block]:
    return blocks([Segment(text=text, mark=False)], [read.document.title, *passage.section])


def _new_headings(passage: PassageRef, above: list[str]) -> list[Heading]:
    """Headings that begin with this passage: those that the one before did not stand under."""
    section = passage.section
    shared = 0
    while shared < min(len(section), len(above)) and section[shared] == above[shared]:
        shared += 1
    return [
        Heading(text, level, passage.passage_id)
        for level, text in enumerate(section[shared:], shared + 1)
    ]


def _lit(read: ReadDocument, asked: str | None, lang: str | None) -> Lit | None:
    names = [passage.passage_id for passage in read.passages]
    if asked not in names:
        return None
    here = names.index(asked)
    passage = read.passages[here]

    def address(number: int) -> str | None:
        within = 0 <= number < len(names)
        return lit_address(read.document.id, names[number], lang) if within else None

    return Lit(
        passage=passage,
        text=read.text[passage.span.start : passage.span.end],
        formats=formats(asked),
        before=address(here - 1),
        after=address(here + 1),
    )
