"""What is known of a document, taken from layers of which the first that speaks is heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from indexer.dates import iso_date, written_date
from indexer.document import KINDS, Metadata, Place, Source

Fields = Mapping[str, Any]

_FOLDER_KINDS = {
    "sessions": "session",
    "initiatives": "initiative",
    "news": "news",
    "press": "press-release",
    "press-releases": "press-release",
    "reports": "report",
}


def merge(
    layers: Mapping[str, Fields], path: str
) -> tuple[Metadata, dict[str, str], tuple[str, ...]]:
    """Merge what the document, its folder and its own look say of it.

    Args:
        layers: fields by the name of what says them, most trusted first; an empty value does not
            count as said.
        path: the file's path in the corpus; its folder suggests the kind if no layer gives one.

    Returns:
        The metadata, the layer that each field was taken from, and a warning for each value that
        could not be used.
    """
    said: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer, fields in reversed(list(layers.items())):
        for name, value in fields.items():
            if not is_empty(value):
                said[name], origins[name] = value, layer
    warnings: list[str] = []
    metadata = Metadata(
        title=_line(said.get("title")) or "",
        kind=_kind(said.get("kind"), path, warnings),
        date=_date(said.get("date"), warnings),
        publisher=_line(said.get("publisher")),
        url=_url(said.get("url"), warnings),
        language=_language(said.get("language"), warnings),
        cities=_places(said, warnings),
        topics=tuple(_list(said.get("topics"))),
        sources=_sources(said.get("sources"), warnings),
    )
    return metadata, origins, tuple(warnings)


def is_empty(value: object) -> bool:
    """Whether a value says nothing."""
    if isinstance(value, str):
        return value.strip() in ("", "~", "null")
    return value is None or value == [] or value == {}


def identity(fields: Fields, default: str) -> str:
    """The id that fields give, or else the default."""
    return default if is_empty(fields.get("id")) else str(fields["id"]).strip()


def _line(value: object) -> str | None:
    text = " ".join(str(value).split()) if value is not None else ""
    return text or None


def _list(value: object) -> list[str]:
    """A list, or one string with commas or semicolons, as trimmed strings."""
    if value is None:
        return []
    parts: Iterable[object] = value if isinstance(value, list) else re.split(r"[;,]", str(value))
    return [line for part in parts if (line := _line(part))]


def _kind(value: object, path: str, warnings: list[str]) -> str:
    by_folder = (_FOLDER_KINDS.get(part.lower()) for part in PurePosixPath(path).parts[:-1])
    default = next((kind for kind in by_folder if kind), "other")
    if value is None:
        return default
    kind = re.sub(r"[\s_]+", "-", str(value).strip().lower())
    if kind not in KINDS:
        warnings.append(f"kind {value!r} is not one of {', '.join(KINDS)}; taken as {default!r}")
        return default
    return kind


def _date(value: object, warnings: list[str]) -> str | None:
    """An ISO 8601 date, whole or reduced to month or year. A wrong date is worse than none."""
    if value is None:
        return None
    text = str(value).strip()
    date = iso_date(text) or written_date(text)
    if date is None:
        warnings.append(f"date {text!r} is not YYYY, YYYY-MM or YYYY-MM-DD; left out")
    return date


def _url(value: object, warnings: list[str]) -> str | None:
    text = _line(value)
    if text and not re.fullmatch(r"https?://\S+", text, re.IGNORECASE):
        warnings.append(f"url {text!r} is no http or https address; left out")
        return None
    return text


def _language(value: object, warnings: list[str]) -> str:
    """A BCP 47 tag, reduced to its first part ("en-GB" becomes "en")."""
    tag = str(value or "en").strip().lower()
    if not re.fullmatch(r"[a-z]{2,3}([-_][a-z0-9]+)*", tag):
        warnings.append(f"language {tag!r} is no language tag; taken as 'en'")
        return "en"
    return re.split(r"[-_]", tag)[0]


def _places(said: Fields, warnings: list[str]) -> tuple[Place, ...]:
    """`cities` as names or mappings, or a record's own `city`, `country` and `region`."""
    cities = said.get("cities")
    if cities is None:
        name, country = _line(said.get("city")), _line(said.get("country"))
        region = _line(said.get("region"))
        return (Place(name or "", country, region),) if name or country or region else ()
    if isinstance(cities, Mapping):
        cities = [cities]
    listed = cities if isinstance(cities, list) else _list(cities)
    return tuple(place for city in listed if (place := _place(city, warnings)))


def _place(value: object, warnings: list[str]) -> Place | None:
    if is_empty(value):
        return None
    fields = value if isinstance(value, Mapping) else {"name": value}
    name = _line(fields.get("name"))
    if name is None:
        warnings.append(f"city {value!r} has no name; left out")
        return None
    return Place(name, _line(fields.get("country")), _line(fields.get("region")))


def _sources(value: object, warnings: list[str]) -> tuple[Source, ...]:
    entries = value if isinstance(value, list) else [value] if value else []
    sources = []
    for entry in entries:
        if isinstance(entry, Mapping) and entry.get("title"):
            publisher, title = _line(entry.get("publisher")) or "", _line(entry.get("title")) or ""
            url, date = _url(entry.get("url"), warnings), _date(entry.get("date"), warnings)
            sources.append(Source(publisher, title, url, date))
        else:
            warnings.append(f"source {entry!r} has no title; left out")
    return tuple(sources)
