"""An answer as CSV (RFC 4180): a line for each excerpt."""

from __future__ import annotations

import csv
import io

from search_api.citations.record import Citation
from search_api.engine.answer import Answer, Result
from search_api.exports.spreadsheet import inert

COLUMNS = (
    "rank", "score", "passage_id", "title", "kind", "date", "publisher", "language", "section",
    "page", "text", "citation", "link", "permalink", "document", "start", "end", "sha256",
    "snapshot", "accessed", "question",
)  # fmt: skip


def table(answer: Answer, citations: list[Citation]) -> str:
    """Write a header and a line for each excerpt."""
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(COLUMNS)
    for result, citation in zip(answer.results, citations, strict=True):
        cells = _line(answer, result, citation)
        lines.writerow(inert(cell) if isinstance(cell, str) else cell for cell in cells)
    return file.getvalue()


def _line(answer: Answer, result: Result, citation: Citation) -> tuple[str | float | None, ...]:
    document = result.document
    return (
        result.rank, result.score, result.passage_id, citation.title, document.kind, document.date,
        document.publisher, document.language, " › ".join(result.section), result.page,
        result.text, result.citation, result.link, citation.permalink, document.id,
        result.span.start, result.span.end, document.sha256, answer.index.id,
        citation.accessed.isoformat(), answer.question,
    )  # fmt: skip
