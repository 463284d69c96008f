"""What the columns of a record mean, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.document import Aspect
from indexer.metadata import is_empty

NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "_id"),
    "title": ("title", "name"),
    "text": ("text", "description", "summary", "body", "content"),
    "challenge": ("challenge", "challenges"),
    "response": ("response", "responses"),
    "city": ("city", "municipality"),
    "cities": ("cities",),
    "country": ("country",),
    "region": ("region", "province", "state"),
    "date": ("date",),
    "url": ("url", "link"),
    "topics": ("topics", "topic"),
    "publisher": ("publisher",),
    "language": ("language",),
    "kind": ("kind",),
    "sources": ("sources", "source"),
}
"""Our name for a column, and the names under which it is found."""

_MEANING = {alias: name for name, aliases in NAMES.items() for alias in aliases}
_PROSE: dict[str, Aspect | None] = {"text": None, "challenge": "challenge", "response": "response"}


@dataclass(frozen=True, slots=True)
class Prose:
    """A column of running text."""

    label: str
    text: str
    aspect: Aspect | None


@dataclass(frozen=True, slots=True)
class Columns:
    """A record sorted by meaning: text to read, fields that describe it, and the rest."""

    prose: tuple[Prose, ...]
    fields: dict[str, Any]
    other: tuple[tuple[str, str], ...]

    @property
    def joined(self) -> str:
        """The running text of all columns."""
        return " ".join(column.text for column in self.prose)


def named(row: Iterable[tuple[str, Any]]) -> Columns:
    """Sort a record's columns; those of a nested `metadata` object count as its own.

    No column is lost: one whose name says nothing here, or what another column has said already, is
    kept as text, behind its name.
    """
    prose: list[Prose] = []
    fields: dict[str, Any] = {}
    other: list[tuple[str, str]] = []
    for label, value in _flattened(row):
        meaning = _MEANING.get(label.strip().casefold())
        if is_empty(value):
            continue
        if meaning in _PROSE:
            prose.append(Prose(label.strip().capitalize(), _running(value), _PROSE[meaning]))
        elif meaning and meaning not in fields:
            fields[meaning] = value
        else:
            other.append((label.strip(), _plain(value)))
    return Columns(tuple(prose), fields, tuple(other))


def _flattened(row: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for label, value in row:
        if label == "metadata" and isinstance(value, Mapping):
            yield from ((str(key), inner) for key, inner in value.items())
        else:
            yield label, value


def _running(value: object) -> str:
    return "\n\n".join(map(_plain, value)) if isinstance(value, list) else _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(item)}" for key, item in value.items())
    return str(value)
