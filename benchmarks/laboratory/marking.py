"""How often the marked sentence holds the answer, given the passage that holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.laboratory.collections import Collection
from indexer.passage import Passage, Span
from search_api.engine.searcher import Searcher
from search_api.evaluation.dataset import read_lines

ANSWERS = "answers.jsonl"

Marker = Callable[[str, Passage], Span]


@dataclass(frozen=True, slots=True)
class Marked:
    """Share of questions whose marked sentence holds the answer, by way of marking."""

    questions: int
    shares: dict[str, float]


def measure_marking(collection: Collection) -> Marked | None:
    """Mark a sentence in each passage that has the answer within one of several sentences.

    An answer that no single sentence holds is left out: there no mark can be right.

    Returns:
        None for a test set without answers.
    """
    if not (collection.folder / ANSWERS).is_file():
        return None
    cases = list(_cases(collection))
    ways = {"first sentence": _first, "marked": _ours(collection.searcher)}
    found = {
        name: [_holds(p, marker(q, p), a) for q, p, a in cases] for name, marker in ways.items()
    }
    shares = {name: round(sum(held) / len(cases), 4) for name, held in found.items()}
    return Marked(len(cases), shares)


def _cases(collection: Collection) -> Iterator[tuple[str, Passage, str]]:
    held: dict[str, list[Passage]] = defaultdict(list)
    passages = collection.searcher.snapshot.passages.all()
    for document, passage in zip(collection.documents, passages, strict=True):
        held[str(document)].append(passage)
    for _, row in read_lines(collection.folder / ANSWERS):
        question = collection.judged.queries.get(str(row["query-id"]))
        answer = _even(str(row["text"]))
        for passage in held[str(row["corpus-id"])] if question else ():
            if any(_holds(passage, span, answer) for span in sentences(passage)):
                if len(sentences(passage)) > 1:
                    yield str(question), passage, answer
                break


def sentences(passage: Passage) -> list[Span]:
    """Spans of the sentences behind the passage's headings."""
    return [span for span in passage.sentences if span[0] >= passage.body]


def _first(question: str, passage: Passage) -> Span:
    return sentences(passage)[0]


def _ours(searcher: Searcher) -> Marker:
    return searcher.mark


def _holds(passage: Passage, span: Span, answer: str) -> bool:
    return answer in _even(passage.text[slice(*span)])


def _even(text: str) -> str:
    return " ".join(text.split())
