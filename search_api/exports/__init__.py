"""Answers as files: a table, a brief to read, and references for reference managers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Literal, get_args

from search_api.citations.formats import TYPES
from search_api.citations.record import Citation, Reading, cite_result
from search_api.engine.answer import Answer
from search_api.exports.brief import brief
from search_api.exports.table import table

ExportFormat = Literal["csv", "ris", "bibtex", "markdown"]
EXPORTS: tuple[ExportFormat, ...] = get_args(ExportFormat)
SUFFIXES: dict[ExportFormat, str] = {
    "csv": ".csv", "ris": ".ris", "bibtex": ".bib", "markdown": ".md",
}  # fmt: skip
"""Endings of the files' names."""

_STEERING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")
"""What moves the cursor of a terminal, or turns letters around: files are looked at in one, too."""

_Writer = Callable[[Answer, list[Citation]], str]
_WRITERS: dict[ExportFormat, tuple[str, _Writer]] = {
    "csv": ("text/csv; charset=utf-8; header=present", table),
    "ris": (TYPES["ris"].media_type, lambda _, citations: TYPES["ris"].write(citations)),
    "bibtex": (TYPES["bibtex"].media_type, lambda _, citations: TYPES["bibtex"].write(citations)),
    "markdown": ("text/markdown; charset=utf-8; variant=CommonMark", brief),
}


def export(
    answer: Answer,
    form: ExportFormat,
    *,
    base: str | None = None,
    accessed: date | None = None,
) -> tuple[str, str]:
    """Write an answer as a file.

    Args:
        answer: what was found.
        form: which kind of file.
        base: address of the server, for permalinks; without it there are none.
        accessed: day of retrieval, today (UTC) unless said.

    Returns:
        The media type with its parameters, and the text.
    """
    reading = Reading(answer.index.id, accessed or datetime.now(UTC).date(), base)
    media_type, write = _WRITERS[form]
    text = write(answer, [cite_result(each, reading) for each in answer.results])
    return media_type, _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)
