"""Text of documents in Markdown (CommonMark): shown as it is, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search_api.engine.answer import Segment

_MARKS = re.compile(r"([\\`*_\[\]<~$|]|&(?=#?\w+;))")
_AT_START = re.compile(r"^(\s*)(?:([#+=>-])|(\d+)([.)]))")
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_ADDRESS = {ord("<"): "%3C", ord(">"): "%3E", ord("\\"): "%5C"}


def plain(text: str) -> str:
    """Put text on one line; a link, a tag or a heading in it stays text."""
    return _start(_escaped(" ".join(text.split())))


def quoted(segments: Sequence[Segment]) -> str:
    """Quote an excerpt as a block, the marked sentence in bold.

    Lines stay lines; a dot parts the cells of a table's row.
    """
    text = "".join(_bold(_escaped(s.text)) if s.mark else _escaped(s.text) for s in segments)
    lines = [line.strip() for line in text.replace("\t", " · ").split("\n")]
    return "  \n".join(f"> {_start(line)}" for line in lines if line)


def link(words: str, address: str | None) -> str | None:
    """Link words to an address of the web; None if it is none, or would run as code."""
    if not address or not address.startswith(("http://", "https://")):
        return None
    return f"[{plain(words)}](<{'%20'.join(address.split()).translate(_ADDRESS)}>)"


def _bold(text: str) -> str:
    """Bold without the white space at its ends, where Markdown would not see the marks."""
    found = _EDGES.fullmatch(text)
    before, core, behind = found.groups() if found else ("", text, "")
    return f"{before}**{core}**{behind}" if core else text


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _start(line: str) -> str:
    """A line that begins no list, heading or quotation."""
    return _AT_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", line)
