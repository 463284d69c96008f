"""The tables of documents and passages; how these become rows, and rows one of these again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from pydantic_core import from_json

from indexer.document import Metadata, Place, Quote, Source
from indexer.passage import Passage

SCHEMA = """
CREATE TABLE documents (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    metadata TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (row),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    context TEXT NOT NULL,
    body INTEGER NOT NULL,
    section TEXT NOT NULL,
    sentences TEXT NOT NULL,
    aspect TEXT,
    page INTEGER,
    place TEXT,
    noise TEXT,
    language TEXT NOT NULL,
    quotes TEXT NOT NULL
) STRICT;
CREATE TABLE copies (
    row INTEGER PRIMARY KEY REFERENCES passages (row),
    of INTEGER NOT NULL REFERENCES passages (row)
) STRICT;
"""

PASSAGE = (
    'id, start, "end", text, context, body, section, sentences, '
    "aspect, page, place, noise, language, quotes"
)
"""Columns of a passage, in the order in which `passage_of` takes them."""


def columns_of(passage: Passage) -> tuple[Any, ...]:
    """A passage as the values of its columns."""
    p = passage
    place = _json(asdict(p.place)) if p.place else None
    start = (p.id, p.start, p.end, p.text, p.context, p.body, _json(p.section), _json(p.sentences))
    quotes = _json([asdict(quote) for quote in p.quotes])
    return (*start, p.aspect, p.page, place, p.noise, p.language, quotes)


def passage_of(columns: Sequence[Any]) -> Passage:
    """The passage that values of its columns tell."""
    identity, start, end, text, context, body, section, sentences, *about = columns
    aspect, page, place, noise, language, quotes = about
    return Passage(
        id=identity,
        start=start,
        end=end,
        text=text,
        context=context,
        body=body,
        section=tuple(from_json(section)),
        sentences=tuple((a, b) for a, b in from_json(sentences)),
        aspect=aspect,
        page=page,
        place=Place(**from_json(place)) if place else None,
        noise=noise,
        language=language,
        quotes=tuple(Quote(**quote) for quote in from_json(quotes)),
    )


def text_of(metadata: Metadata) -> str:
    """Metadata as it is stored: the same for the same, to the byte."""
    return json.dumps(metadata, default=_fields, ensure_ascii=False, sort_keys=True)


def metadata_of(text: str) -> Metadata:
    """The metadata that a text tells."""
    raw = from_json(text)
    raw["cities"] = tuple(Place(**place) for place in raw["cities"])
    raw["sources"] = tuple(Source(**source) for source in raw["sources"])
    raw["topics"] = tuple(raw["topics"])
    return Metadata(**raw)


def _fields(value: Any) -> dict[str, Any]:
    """A dataclass as a mapping; `asdict` would copy all that is in it, ten times as slowly."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
