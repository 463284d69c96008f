"""The names of harvested files."""

from __future__ import annotations

import hashlib
import re

from indexer.errors import HarvestError
from indexer.harvest.fetch import Answer

_LONGEST = 80
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}


def file_name(answer: Answer) -> str:
    """Name the file of a page: readable host and path, and a hash by which no two URLs are equal.

    Only a-z, 0-9, dots and hyphens; at most 100 characters; never hidden.

    Raises:
        HarvestError: the answer is no HTML, PDF or plain text.
    """
    suffix = _SUFFIXES.get(answer.media)
    if suffix is None:
        seen = f"is {answer.media}" if answer.media else "does not say what it is"
        raise HarvestError(str(answer.url), f"{seen}; only HTML, PDF and plain text are kept")
    readable = f"{answer.url.host}{answer.url.path}".lower().removesuffix(suffix)
    readable = re.sub(r"\.{2,}|[^a-z0-9.]+", "-", readable)[:_LONGEST].strip("-.")
    told_apart = hashlib.sha256(str(answer.url).encode()).hexdigest()[:12]
    return f"{readable or 'page'}-{told_apart}{suffix}"
