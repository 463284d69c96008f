"""Old citations, as they come back: our own record, or CSL-JSON as reference managers keep it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from indexer.errors import CitationError
from search_api.citations.note import parse_note
from search_api.citations.permalink import ANCHOR, parse_permalink

LONGEST = 20_000
"""Characters of a quote."""

_CSL = {"URL", "abstract", "custom", "note"}
"""Fields of CSL-JSON that hold what is needed, and that no record of ours has."""


class Cited(BaseModel):
    """What an old citation says; CSL-JSON items are understood too."""

    model_config = ConfigDict(frozen=True)

    passage: str | None = Field(None, description="Id of the passage.")
    permalink: str | None = Field(None, description="Names document and passage.")
    document: str | None = Field(None, description="Id of the document.")
    quote: str | None = Field(None, max_length=LONGEST, description="Words of the passage.")
    sha256: str | None = Field(None, description="Of the document's canonical text.")
    start: int | None = Field(None, ge=0, description="Where the passage began in that text.")
    end: int | None = Field(None, ge=0, description="Where it ended.")

    @model_validator(mode="before")
    @classmethod
    def _understand(cls, raw: Any) -> Any:
        """Read CSL-JSON, and what a permalink names."""
        if not isinstance(raw, Mapping):
            return raw
        said = _of_csl(raw) if _CSL & raw.keys() else raw
        said = {name: value for name, value in said.items() if value not in (None, "")}
        if isinstance(address := said.get("permalink"), str):
            document, passage = parse_permalink(address)
            said = {"document": document, "passage": passage} | said
        return said

    @model_validator(mode="after")
    def _says_something(self) -> Cited:
        if not (self.passage or self.quote or self.sha256):
            raise ValueError(
                "names no passage; give `passage`, a `permalink`, `quote` or `sha256`, "
                "or an item of CSL-JSON as `citywise cite` writes it"
            )
        return self


def _of_csl(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The record behind an item of CSL-JSON: its own fields, or what its note keeps."""
    kept, noted, address = raw.get("custom"), raw.get("note"), raw.get("URL")
    said = {
        "permalink": address if isinstance(address, str) and ANCHOR in address else None,
        "quote": raw.get("abstract"),
        **(parse_note(noted) if isinstance(noted, str) else {}),
        **(kept if isinstance(kept, Mapping) else {}),
    }
    return {name: value for name, value in said.items() if name in Cited.model_fields}


def read_citations(text: str, origin: str) -> list[Cited]:
    """Read old citations from JSON, one or an array of them.

    Raises:
        CitationError: it is no JSON, or one of them cannot be understood; names it.
    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CitationError(
            f"{origin}: no JSON; give what `citywise cite --format csl-json` writes"
        ) from error
    items = raw if isinstance(raw, list) else [raw]
    if not items:
        raise CitationError(f"{origin}: holds no citation")
    return [_read(item, f"{origin}, citation {n}") for n, item in enumerate(items, 1)]


def _read(item: Any, origin: str) -> Cited:
    try:
        return Cited.model_validate(item)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"]))
        said = fault["msg"].removeprefix("Value error, ")
        raise CitationError(
            f"{origin}: {field}: {said}" if field else f"{origin}: {said}"
        ) from error
