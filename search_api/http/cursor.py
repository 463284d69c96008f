"""Where the next page of an answer begins: opaque to visitors, bound to question and snapshot."""

from __future__ import annotations

import binascii
import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from indexer.errors import QuestionError

LONGEST = 300
"""Characters of a cursor."""

FARTHEST = 1_000_000_000
"""Entries that can be skipped."""


class Cursor(BaseModel):
    """A place in an answer.

    Attributes:
        snapshot: id of the one that is paged through, so that pages neither repeat nor lose
            an entry when a newer one is published meanwhile.
        offset: entries before it.
        question: fingerprint of what was asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    snapshot: str = Field(alias="s")
    offset: int = Field(alias="o", ge=0, le=FARTHEST)
    question: str = Field(alias="q")

    def __str__(self) -> str:
        """Write it for an address."""
        told = self.model_dump_json(by_alias=True).encode()
        return urlsafe_b64encode(told).decode().rstrip("=")


def fingerprint(asked: Any) -> str:
    """Return what tells one question from another; `asked` is such that JSON can hold it."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def read_cursor(text: str, asked: Any) -> Cursor:
    """Read a cursor.

    Raises:
        QuestionError: it is none, or belongs to another question.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        cursor = Cursor.model_validate_json(urlsafe_b64decode(padded.encode("ascii")))
    except (ValidationError, binascii.Error, UnicodeError) as error:
        raise QuestionError(
            "cursor: this is none; take it from the header `Link` of the page before"
        ) from error
    if cursor.question != fingerprint(asked):
        raise QuestionError("cursor: it belongs to another question; ask this one without it")
    return cursor
