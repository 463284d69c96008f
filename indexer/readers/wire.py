"""What the child process that reads says to its parent: a line of JSON for each document."""

from __future__ import annotations

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticSerializationError

from indexer.document import Document
from indexer.errors import DocumentError

END = b"{}\n"
"""The file has been read to its end."""


@dataclass(frozen=True, slots=True)
class _Reply:
    document: Document | None = None
    error: tuple[str, str, str] | None = None


_REPLIES = TypeAdapter(_Reply)


def write_reply(result: Document | DocumentError) -> bytes:
    """One line for one result; JSON, never pickle: the child has read hostile bytes.

    Halves of characters (lone surrogates), which no file or database can hold, make it an error.
    """
    if isinstance(result, DocumentError):
        reply = _Reply(error=(result.path, result.reason, result.place))
    else:
        reply = _Reply(document=result)
    try:
        return _REPLIES.dump_json(reply, exclude_none=True) + b"\n"
    except PydanticSerializationError:
        reason = "holds half of a character (a lone surrogate); mend the text"
        return write_reply(DocumentError(result.path, reason, result.place))


def read_reply(line: bytes) -> Document | DocumentError | None:
    """The result in a line, or None at the end of the file."""
    reply = _REPLIES.validate_json(line)
    return DocumentError(*reply.error) if reply.error else reply.document
