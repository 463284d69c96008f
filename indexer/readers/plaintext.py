"""Plain text: blank lines part paragraphs; headings are guessed later."""

from __future__ import annotations

import re

from indexer.readers.canonical import prose_lines
from indexer.readers.draft import Draft
from indexer.readers.structure import LONGEST_TITLE

_UNDERLINE = re.compile(r"([=\-~*_#])\1{2,}")
_ENDED = re.compile(r"[.!?,;:…-]$")


def draft_plaintext(source: str) -> Draft:
    """Read one plain text; lines that were broken for width alone are joined."""
    draft = Draft()
    for paragraph in re.split(r"\n(?:[^\S\n]*\n)+", _title_apart(source.strip())):
        lines = [line.strip() for line in paragraph.strip().split("\n")]
        if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]):
            draft.heading(lines[0], 1 if lines[1][0] == "=" else 2)
            draft.drop("underline", lines[1])
            paragraph = "\n".join(lines[2:])
        for line, is_item in prose_lines(paragraph):
            if _UNDERLINE.fullmatch(line):
                draft.drop("rule", line)
            elif is_item:
                draft.item(line)
            elif line:
                draft.paragraph(line)
    return draft


def _title_apart(source: str) -> str:
    """Put a blank line behind a first line that looks like a title."""
    first, _, rest = source.partition("\n")
    short = len(first) <= LONGEST_TITLE and not _ENDED.search(first.rstrip())
    goes_on = rest[:1].islower() or _UNDERLINE.fullmatch(rest.split("\n", 1)[0].strip())
    return f"{first}\n\n{rest}" if short and rest.strip() and not goes_on else source
