"""How often the marked sentence holds the answer, given the passage that holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.laboratory.collections import Collection
from indexer.passage import Passage, Span
from search_api.engine.excerpt import best_sentence
from search_api.engine.searcher import Searcher
from search_api.evaluation.dataset import read_lines

ANSWERS = "answers.jsonl"

Marker = Callable[[str, Passage, int], Span]


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
    searcher = collection.searcher
    ways = {"first sentence": _first, "shared words": _by_words(searcher), "marked": searcher.mark}
    found = {
        name: [
            _holds(passage, marker(question, passage, row), answer)
            for question, passage, row, answer in cases
        ]
        for name, marker in ways.items()
    }
    shares = {name: round(sum(held) / len(cases), 4) for name, held in found.items()}
    return Marked(len(cases), shares)


def _cases(collection: Collection) -> Iterator[tuple[str, Passage, int, str]]:
    held: dict[str, list[tuple[Passage, int]]] = defaultdict(list)
    passages = collection.searcher.snapshot.passages.all()
    for row, (document, passage) in enumerate(zip(collection.documents, passages, strict=True)):
        held[str(document)].append((passage, row))
    for _, case in read_lines(collection.folder / ANSWERS):
        question = collection.judged.queries.get(str(case["query-id"]))
        answer = _even(str(case["text"]))
        for passage, row in held[str(case["corpus-id"])] if question else ():
            if any(_holds(passage, span, answer) for span in sentences(passage)):
                if len(sentences(passage)) > 1:
                    yield str(question), passage, row, answer
                break


def sentences(passage: Passage) -> list[Span]:
    """Spans of the sentences behind the passage's headings."""
    return [span for span in passage.sentences if span[0] >= passage.body]


def _first(question: str, passage: Passage, row: int) -> Span:
    return sentences(passage)[0]


def _by_words(searcher: Searcher) -> Marker:
    """By the rarity of shared words alone, without late interaction."""
    lexical = searcher.snapshot.lexical

    def marked(question: str, passage: Passage, row: int) -> Span:
        idf = {term: lexical.idf(term) for term in lexical.analyzer.question_terms(question)}
        none = np.zeros(len(passage.sentences), dtype=np.float32)
        language = passage.language
        return best_sentence(passage, none, idf, lambda t: lexical.analyzer.terms(t, language))

    return marked


def _holds(passage: Passage, span: Span, answer: str) -> bool:
    return answer in _even(passage.text[slice(*span)])


def _even(text: str) -> str:
    return " ".join(text.split())
