"""What machines hand to each other, as bytes: JSON and plain arrays, never pickles."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from indexer.document import Document
from indexer.embedding.embedded import Embedded, from_bytes
from indexer.errors import DocumentError
from indexer.preparing import SPLITS, Prepared
from indexer.readers.wire import read_reply, write_reply


def write_documents(results: Sequence[Prepared | DocumentError]) -> bytes:
    """Two lines for each document, one for what cannot be one."""
    lines = []
    for each in results:
        if isinstance(each, DocumentError):
            lines.append(write_reply(each))
        else:
            split = SPLITS.dump_json((each.passages, each.places))
            lines += [write_reply(each.document), split + b"\n"]
    return b"".join(lines)


def read_documents(data: bytes) -> list[Prepared | DocumentError]:
    """Read back what `write_documents` gave."""
    lines = iter(data.splitlines())
    found: list[Prepared | DocumentError] = []
    for line in lines:
        reply = read_reply(line)
        if isinstance(reply, Document):
            found.append(Prepared(reply, *SPLITS.validate_json(next(lines))))
        elif reply is not None:
            found.append(reply)
    return found


def write_embedded(made: Sequence[Embedded]) -> bytes:
    """Lengths on one line, then the arrays of one text after the other."""
    parts = [each.to_bytes() for each in made]
    lengths = [[len(part) for part in each] for each in parts]
    return json.dumps(lengths).encode() + b"\n" + b"".join(part for each in parts for part in each)


def read_embedded(data: bytes) -> list[Embedded]:
    """Read back what `write_embedded` gave."""
    head, _, body = data.partition(b"\n")
    lengths = json.loads(head)
    ends = np.cumsum([length for each in lengths for length in each]).tolist()
    parts = [body[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return [from_bytes(*parts[place : place + 3]) for place in range(0, len(parts), 3)]
