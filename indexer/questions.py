"""Questions that a corpus says it answers: `questions.yaml` at its top, a plain list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from indexer.errors import CorpusError, DocumentError
from indexer.names import fold_name
from indexer.readers.yaml_text import load_yaml

QUESTIONS = "questions.yaml"

MOST = 1000
"""Each is embedded in every build, and compared with every question that is asked."""


def read_questions(corpus: Path, holds: Callable[[str], bool]) -> list[str]:
    """Return the questions of a corpus, in their order and with even white space; often none.

    Args:
        corpus: its folder; a corpus of one file has no questions.
        holds: whether the model reads a text to its end.

    Raises:
        CorpusError: the file is no list of different questions; names file and row.
    """
    path = corpus / QUESTIONS
    if not path.is_file():
        return []
    listed = _listed(path)
    problems = list(_problems(listed, holds))
    if problems:
        raise CorpusError(f"{path}, {'; '.join(problems[:3])}")
    return [_even(each) for each in listed]


def _listed(path: Path) -> Sequence[Any]:
    try:
        content = load_yaml(path.read_text(encoding="utf-8-sig"), str(path))
    except DocumentError as error:
        raise CorpusError(str(error)) from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8; save the file as UTF-8") from error
    if content in (None, ""):
        return []
    if not isinstance(content, list):
        raise CorpusError(f"{path}: a list is expected, a question a line after `- `")
    if len(content) > MOST:
        raise CorpusError(f"{path}: {len(content):,} questions; keep the best {MOST:,} at most")
    return content


def _problems(listed: Iterable[Any], holds: Callable[[str], bool]) -> Iterator[str]:
    """What is wrong with each row, counted from 1."""
    first: dict[str, int] = {}
    for row, each in enumerate(listed, 1):
        if not isinstance(each, str):
            yield f"row {row}: a question is expected; put one that holds a colon into quotes"
        elif not (folded := fold_name(each)):
            yield f"row {row}: empty; write a question or remove the row"
        elif not holds(_even(each)):
            yield f"row {row}: longer than the model reads; ask it in fewer words"
        elif (before := first.setdefault(folded, row)) != row:
            yield f"row {row}: the same question as row {before}; remove one of them"


def _even(text: str) -> str:
    return " ".join(text.split())
