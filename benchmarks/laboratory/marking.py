"""How often the marked sentence holds the answer, given the passage that holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.laboratory.collections import Collection
from benchmarks.laboratory.markers import marking_ways, sentences
from benchmarks.laboratory.significance import interval
from indexer.passage import Passage, Span
from search_api.evaluation.dataset import QUERIES, read_lines

ANSWERS = "answers.jsonl"


@dataclass(frozen=True, slots=True)
class Marked:
    """Share of questions whose marked sentence holds the answer, by way of marking.

    Attributes:
        questions: how many were asked.
        shares: by way of marking; the last one is what an excerpt marks.
        gains: 95 % interval of what the last one gains against each of the others.
    """

    questions: int
    shares: dict[str, float]
    gains: dict[str, tuple[float, float]]


def measure_marking(collection: Collection) -> Marked | None:
    """Mark a sentence in each passage that has the answer within one of several sentences.

    An answer that no single sentence holds is left out: there no mark can be right. All questions
    are asked, whatever the sample that is ranked.

    Returns:
        None for a test set without answers.
    """
    if not (collection.folder / ANSWERS).is_file():
        return None
    cases = list(_cases(collection))
    ways = marking_ways(collection.searcher)
    found = {
        name: [
            float(_holds(passage, marker(question, passage, row), answer))
            for question, passage, row, answer in cases
        ]
        for name, marker in ways.items()
    }
    shares = {name: round(sum(held) / len(cases), 4) for name, held in found.items()}
    *others, last = found
    return Marked(len(cases), shares, {name: interval(found[name], found[last]) for name in others})


def _cases(collection: Collection) -> Iterator[tuple[str, Passage, int, str]]:
    held: dict[str, list[tuple[Passage, int]]] = defaultdict(list)
    passages = collection.searcher.snapshot.passages.all()
    for row, (document, passage) in enumerate(zip(collection.documents, passages, strict=True)):
        held[str(document)].append((passage, row))
    questions = {str(row["_id"]): row["text"] for _, row in read_lines(collection.folder / QUERIES)}
    for _, case in read_lines(collection.folder / ANSWERS):
        question = questions.get(str(case["query-id"]))
        answer = _even(str(case["text"]))
        for passage, row in held[str(case["corpus-id"])] if question else ():
            if any(_holds(passage, span, answer) for span in sentences(passage)):
                if len(sentences(passage)) > 1:
                    yield str(question), passage, row, answer
                break


def _holds(passage: Passage, span: Span, answer: str) -> bool:
    return answer in _even(passage.text[slice(*span)])


def _even(text: str) -> str:
    return " ".join(text.split())
