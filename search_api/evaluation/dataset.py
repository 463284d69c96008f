"""Test sets on disk: BEIR folders, and folders of questions with evidence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from indexer.errors import DatasetError

CORPUS, QUERIES, QRELS, QUESTIONS = "corpus.jsonl", "queries.jsonl", "qrels.tsv", "questions.jsonl"

Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Queries with their judgments.

    Attributes:
        queries: query id to text, judged ones alone, in the order of the file.
        qrels: query id to document id to relevance.
    """

    queries: dict[str, str]
    qrels: Qrels


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what an answer must hold.

    Attributes:
        evidence: any of these strings, verbatim.
        cities: names of cities that must be among the answer's.
    """

    id: str
    text: str
    answerable: bool
    evidence: tuple[str, ...]
    cities: tuple[str, ...] = ()


def read_judged(folder: Path, limit: int | None = None) -> Judged:
    """Read queries and judgments in BEIR form.

    Args:
        folder: holds `queries.jsonl` and `qrels.tsv`.
        limit: keep the first so many judged queries.

    Raises:
        DatasetError: a file is missing or malformed.
    """
    qrels = _qrels(folder / QRELS)
    texts = {str(_need(row, "_id", place)): str(_need(row, "text", place))
             for place, row in read_lines(folder / QUERIES)}  # fmt: skip
    queries = {query: text for query, text in texts.items() if query in qrels}
    if not queries:
        raise DatasetError(f"{folder}: no query of {QUERIES} is judged in {QRELS}")
    kept = dict(list(queries.items())[:limit])
    return Judged(kept, {query: qrels[query] for query in kept})


def read_questions(folder: Path) -> list[Question]:
    """Read `questions.jsonl`.

    Raises:
        DatasetError: it is missing or malformed.
    """
    return [
        _question(row, place, number)
        for number, (place, row) in enumerate(read_lines(folder / QUESTIONS), 1)
    ]


def _question(row: dict[str, Any], place: str, number: int) -> Question:
    text, answerable = str(_need(row, "question", place)), _need(row, "answerable", place)
    evidence, cities = row.get("evidence") or [], row.get("cities") or []
    if not isinstance(answerable, bool):
        raise DatasetError(f"{place}: `answerable` is true or false")
    if not _are_texts(evidence) or (answerable and not evidence):
        raise DatasetError(f"{place}: `evidence` is a list of texts, not empty if answerable")
    if not _are_texts(cities):
        raise DatasetError(f"{place}: `cities` is a list of names")
    name = str(row.get("id", number))
    return Question(name, text, answerable, tuple(evidence), tuple(cities))


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(t, str) and t.strip() for t in found)


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a JSON Lines file, each with its place for messages."""
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            place = f"{path}, line {number}"
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise DatasetError(f"{place}: no valid JSON in UTF-8: {error}") from error
            if not isinstance(row, dict):
                raise DatasetError(f"{place}: one JSON object a line is expected")
            yield place, row


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise DatasetError(f"{path}: missing; a test set needs this file") from error
    except OSError as error:
        raise DatasetError(f"{path}: cannot be opened ({error.strerror})") from error


def _need(row: dict[str, Any], field: str, place: str) -> Any:
    if field not in row:
        raise DatasetError(f"{place}: no field {field!r}")
    return row[field]


def _qrels(path: Path) -> Qrels:
    """Read judgments above zero; a query with none of these is not judged."""
    qrels: Qrels = {}
    with _opened(path) as file:
        rows = csv.DictReader(io.TextIOWrapper(file, "utf-8", newline=""), delimiter="\t")
        try:
            for row in rows:
                if (score := int(row["score"])) > 0:
                    qrels.setdefault(row["query-id"], {})[row["corpus-id"]] = score
        except (KeyError, TypeError, ValueError, csv.Error) as error:
            raise DatasetError(
                f"{path}, line {rows.line_num}: expected `query-id`, `corpus-id` and a whole "
                "`score`, parted by tabs, under a header with these names"
            ) from error
    return qrels
