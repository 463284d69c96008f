"""From a draft to a document: canonical text, sections, records, metadata, noise, quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from indexer.dates import date_in_name
from indexer.document import Block, Document
from indexer.errors import DocumentError
from indexer.language import detect, sections_in_other_languages
from indexer.metadata import Fields, identity, merge
from indexer.readers.canonical import CELL, CanonicalText
from indexer.readers.draft import Draft, Element, visible
from indexer.readers.noise import marked
from indexer.readers.quotes import quotes
from indexer.readers.structure import date_of, kind_in_name, kind_of, title_of, with_headings
from indexer.readers.tables import cells_of, header_of, joined

FEW = 0.25
"""Share of a source's characters under which what is kept is suspiciously little."""


def compose(draft: Draft, name: str, folder: Fields, front: Fields | None = None) -> Document:
    """Make the document of a draft.

    Args:
        draft: what a reader found in the file.
        name: the file's path, relative to the corpus.
        folder: what `metadata.yaml` beside it says of it.
        front: what its front matter says.

    Raises:
        DocumentError: it has no text.
    """
    stem = PurePosixPath(name).stem
    elements = joined(list(map(_cleaned, draft.elements)))
    title = title_of(elements)
    canonical = _canonical(with_headings(elements, title))
    text = canonical.text
    if not text:
        behind = "behind the front matter" if front else "visible in it"
        raise DocumentError(name, f"yields no text: there is nothing {behind}")
    stated = _stated(draft.stated, text)
    layers: dict[str, Fields] = {
        "front matter": front or {},
        "metadata.yaml": folder,
        "the file": stated,
        "its first lines": {"title": title, "date": date_of(elements), "kind": kind_of(elements)},
        "its name": {"title": stem, "date": date_in_name(stem), "kind": kind_in_name(stem)},
    }
    metadata, origins, warnings = merge(layers, name)
    if "language" not in origins and (language := detect(text)):
        metadata, origins = (
            replace(metadata, language=language),
            {**origins, "language": "its text"},
        )
    blocks = _without_title(canonical.blocks, metadata.title)
    blocks = sections_in_other_languages(text, marked(text, blocks), metadata.language)
    return Document(
        id=identity(front or {}, default=name),
        path=name,
        text=text,
        blocks=tuple(blocks),
        metadata=metadata,
        quotes=quotes(text),
        warnings=(*draft.warnings, *warnings, *_few(draft, text)),
        dropped=tuple(draft.dropped),
        characters=max(draft.characters, visible(text)),
        tables=sum(element.kind == "table" for element in elements),
        origins=origins,
    )


def _cleaned(element: Element) -> Element:
    return replace(
        element,
        text=_plain(element.text),
        rows=tuple(tuple(map(_plain, row)) for row in element.rows),
    )


_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u00ad": None})


def _plain(text: str) -> str:
    """Text without what only typesetting needs: fixed spaces and soft hyphens."""
    return text.translate(_PLAIN)


def _canonical(elements: Sequence[Element]) -> CanonicalText:
    canonical = CanonicalText()
    headings: list[tuple[int, str]] = []
    for element in elements:
        section = tuple(text for _, text in headings)
        if element.kind == "heading":
            while headings and headings[-1][0] >= element.level:
                headings.pop()
            above = tuple(text for _, text in headings)
            canonical.add(element.text, "heading", section=above, page=element.page)
            headings += [(element.level, element.text)] if element.text else []
        elif element.kind == "table":
            _add_table(canonical, element, section)
        else:
            canonical.add(element.text, element.kind, section=section, page=element.page)
    return canonical


def _add_table(canonical: CanonicalText, table: Element, section: tuple[str, ...]) -> None:
    header = header_of(table)
    if header:
        titles = tuple(" ".join(title.split()) for title in header)
        canonical.add(CELL.join(titles), "heading", section=section, header=titles, page=table.page)
        header = titles
    pages = table.pages or (table.page,) * len(table.rows)
    for row, page in list(zip(table.rows, pages, strict=True))[bool(header) :]:
        canonical.add_row(cells_of(row, header), section=section, page=page)


def _stated(stated: Mapping[str, Any], text: str) -> Fields:
    """What the file says of itself; a language that its text plainly is not in is a template's."""
    language, detected = str(stated.get("language") or "")[:2].lower(), detect(text)
    if language and detected and language != detected:
        return {**stated, "language": detected}
    return stated


def _without_title(blocks: Sequence[Block], title: str) -> list[Block]:
    """Drop the document's own title from the heads of sections: it is context already."""
    return [replace(b, section=b.section[1:]) if b.section[:1] == (title,) else b for b in blocks]


def _few(draft: Draft, text: str) -> tuple[str, ...]:
    found, kept = draft.characters, visible(text)
    if kept >= FEW * found:
        return ()
    return (
        f"only {kept:,} of {found:,} characters were kept; `citywise inspect` shows the others",
    )
