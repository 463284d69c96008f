"""A draft: what a reader finds in a file, before anybody makes sense of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from indexer.document import Dropped

ElementKind = Literal["heading", "paragraph", "item", "table"]


@dataclass(frozen=True, slots=True)
class Element:
    """One piece of a file as the file marks it.

    Attributes:
        kind: what it is marked as.
        text: visible text; a newline is a line break that the author meant. Empty for a table.
        level: depth of a heading, from 1.
        rows: cells of a table, row by row; a newline in a cell parts its paragraphs or lines.
        header: whether the file marks the first row as column titles; None if it cannot say.
        page: page on which it begins, counted from 1, where there are pages.
        pages: of a table over a page break, the page of each row.
    """

    kind: ElementKind
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    header: bool | None = None
    page: int | None = None
    pages: tuple[int | None, ...] = ()


@dataclass
class Draft:
    """A file's content in reading order, and what the file states about itself.

    Attributes:
        elements: content, in reading order.
        stated: title, date, publisher, url, language and kind by the file's own marks (HTML meta,
            PDF info, core properties), dates as ISO 8601 or as they are written.
        dropped: what was left out of the content: navigation, running headers, page numbers.
        warnings: what could not be made sense of, each with its place.
    """

    elements: list[Element] = field(default_factory=list)
    stated: dict[str, Any] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def heading(self, text: str, level: int, page: int | None = None) -> None:
        """Add a heading; level 1 is the highest."""
        self.elements.append(Element("heading", " ".join(text.split()), level=level, page=page))

    def paragraph(self, text: str, page: int | None = None) -> None:
        """Add running text."""
        self.elements.append(Element("paragraph", text, page=page))

    def item(self, text: str, page: int | None = None) -> None:
        """Add a list item, its number included ("2. Wash hands"), its bullet not."""
        self.elements.append(Element("item", text, page=page))

    def table(
        self,
        rows: Iterable[Iterable[str]],
        header: bool | None = None,
        page: int | None = None,
        pages: Sequence[int] = (),
    ) -> None:
        """Add a table; rows that are empty throughout are left out."""
        table = [tuple(row) for row in rows]
        kept = [i for i, row in enumerate(table) if any(cell.strip() for cell in row)]
        if kept:
            self.elements.append(
                Element(
                    "table",
                    rows=tuple(table[i] for i in kept),
                    header=header,
                    page=page,
                    pages=tuple(pages[i] for i in kept) if len(set(pages)) > 1 else (),
                )
            )

    def drop(self, reason: str, text: str) -> None:
        """Note text that is left out, and why."""
        if text.strip():
            self.dropped.append(Dropped(reason, " ".join(text.split())))

    @property
    def characters(self) -> int:
        """Visible characters found in the file, dropped ones included, white space not."""
        texts = [cell for e in self.elements for cell in (e.text, *(c for r in e.rows for c in r))]
        return sum(visible(text) for text in (*texts, *(d.text for d in self.dropped)))


def visible(text: str) -> int:
    """Characters of a text that are no white space."""
    return sum(len(word) for word in text.split())
