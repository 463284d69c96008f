"""From a question to an answer: check, filter, rank, arrange by city, show."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np

from indexer.errors import QuestionError
from indexer.passage import Passage, Span
from indexer.snapshot.labels import ACTED, Mask
from indexer.snapshot.snapshot import Snapshot
from search_api.engine.answer import Answer, CityCount, IndexRef, Timings, Verdict
from search_api.engine.asked import Asked as Named
from search_api.engine.asked import asked_places
from search_api.engine.aspects import wanted_aspect, wanted_first
from search_api.engine.cache import BoundedCache, answer_bytes
from search_api.engine.confidence import BEST, confidences
from search_api.engine.copies import Copies
from search_api.engine.coverage import list_cities
from search_api.engine.facets import Facets
from search_api.engine.filters import Filters, Selection, select
from search_api.engine.grouping import Grouping, by_city, spread
from search_api.engine.marking import marked
from search_api.engine.observed import Asked, Observe, unobserved
from search_api.engine.ranking import DEPTH, Mode, Ranker, Ranking
from search_api.engine.reason import Reason
from search_api.engine.related import related
from search_api.engine.reranking import Reranker, reranked
from search_api.engine.results import Results
from search_api.engine.similar import similar_rows
from search_api.engine.stages import ALL, Stages
from search_api.engine.suggestion import Suggester, suggester
from search_api.engine.verdict import explain, judge, reasons

DEFAULT_K = 10

NEAR = 5
"""First passages whose titles and topics an explanation takes."""

PARTS = 8
"""Parts of the collection of which what completes a question is kept ready."""


class Searcher:
    """Answers questions from one snapshot. Safe to share between threads.

    Attributes:
        snapshot: what it searches.
        observe: is told of each answer.
    """

    def __init__(
        self, snapshot: Snapshot, cache: int = 0, reranker: Reranker | None = None
    ) -> None:
        """Take what to search.

        Args:
            snapshot: the published one, or an older one.
            cache: bytes in which answers and encoded questions may be kept.
            reranker: puts the first passages into its own order, if there is one.
        """
        self.snapshot = snapshot
        self._reranker = reranker
        self._answers = BoundedCache[Answer](cache // 2, answer_bytes)
        self._ranker = Ranker(snapshot, cache - cache // 2)
        self._copies = Copies(snapshot.columns.copies)
        self._results = Results(snapshot, self._copies)
        self._facets = Facets(snapshot.places, snapshot.labels)
        self._suggesters = lru_cache(PARTS)(self._suggester)
        self.observe: Observe = unobserved

    def ask(
        self,
        question: str,
        k: int = DEFAULT_K,
        offset: int = 0,
        filters: Filters | None = None,
        group: Grouping = "city",
    ) -> Answer:
        """Answer a question with at most `k` excerpts, after skipping `offset`.

        Args:
            question: in words.
            k: excerpts wanted.
            offset: excerpts to skip.
            filters: what an excerpt must be; anything if None.
            group: "city" lets no city of one document fill the first places, and puts what was
                done before what was hard, or after it, as the question wants; "none" gives the
                plain ranking. Both hold the same excerpts.

        Raises:
            QuestionError: the question is empty or longer than the model reads, or a filter's date
                is none.
        """
        began = time.perf_counter()
        question = self._checked(question)
        wanted = filters or Filters()
        key = (question, k, offset, wanted, group)
        made: list[Answer] = []

        def make() -> Answer:
            made.append(self._ask(*key))
            return made[0]

        answer = self._answers.get(key, make)
        taken = answer.timings_ms.model_copy(update={"total": _ms(began, time.perf_counter())})
        self.observe(Asked(question, answer.verdict, taken, kept=not made))
        return answer.model_copy(update={"timings_ms": taken})

    def _ask(self, question: str, k: int, offset: int, filters: Filters, group: Grouping) -> Answer:
        began = time.perf_counter()
        selection = select(filters, self.snapshot.places, self.snapshot.labels)
        plain = self._ranker.rank(question, 2 * DEPTH, allowed=selection.allowed)
        ranked = time.perf_counter()
        ranking, rerank = self._reranked(question, plain)
        rows = ranking.rows[self._copies.firsts(ranking.rows.tolist())].tolist()
        speaking = self._speaking(rows)
        scores = dict(zip(ranking.rows.tolist(), ranking.scores.tolist(), strict=True))
        shown = self._arranged(question, scores, rows, speaking, group)[offset : offset + k]
        # Fitted on the plain order, and whether there is evidence does not hang on another one.
        best = plain.rows[:BEST].tolist()
        sure = confidences(self.snapshot, question, plain, [*best, *shown])
        confidence = max((sure[row] for row in best), default=0.0)
        results = self._results.of(
            question, ranking.likeness, shown, scores, sure, offset + 1, selection.within
        )
        found = Counter(city for row in rows for city in speaking[row])
        cities = by_city(results, found, self.snapshot.places)
        facets = self._facets.under(selection)
        lacking = self._lacking(question, selection, ranking.places)
        verdict, why = self._judged(selection, rows, confidence, lacking)
        ended = time.perf_counter()
        return Answer(
            question=question,
            verdict=verdict,
            confidence=round(confidence, 4),
            explanation=explain(why),
            reasons=why,
            results=results,
            cities=cities,
            facets=facets,
            related=self._related(question, ranking, selection),
            index=self.index(),
            timings_ms=Timings(
                encode=ranking.encode,
                retrieve=ranking.retrieve,
                rerank=rerank,
                rank=round(_ms(ranked, ended) - rerank, 3),
                total=_ms(began, ended),
            ),
        )

    def _lacking(self, question: str, selection: Selection, named: Named) -> Sequence[str]:
        """Places of a question of which nothing is told within the filters that are preset."""
        if selection.within is None:
            return named.unknown
        places, labels = self.snapshot.places, self.snapshot.labels
        return asked_places(question, places, labels, selection.within).unknown

    def _judged(
        self,
        selection: Selection,
        rows: Sequence[int],
        confidence: float,
        lacking: Sequence[str],
    ) -> tuple[Verdict, tuple[Reason, ...]]:
        """The verdict on a ranking, and what it rests on unless it is good."""
        if not rows:
            return "none", selection.reasons
        labels = self.snapshot.labels
        verdict = judge(confidence, lacking)
        if verdict == "strong":
            return verdict, ()
        count = int(selection.allowed.sum()) if selection.allowed is not None else len(labels.days)
        near = rows[:NEAR]
        titles = self.snapshot.passages.titles(near)
        topics = labels.of("topic", np.array(near, dtype=np.int64))
        about = (topic for row in near for topic in topics.get(row, ()))
        return verdict, reasons(count, titles, about, lacking)

    @cached_property
    def cities(self) -> list[CityCount]:
        """Every city of which the collection speaks, those that it tells most of first."""
        return list_cities(self.snapshot)

    @cached_property
    def suggester(self) -> Suggester:
        """What completes a question while it is typed."""
        return suggester(self.snapshot)

    def suggester_within(self, within: Filters | None) -> Suggester:
        """What does so with what passes filters, of which the last few are kept ready."""
        return self._suggesters(within) if within else self.suggester

    def _suggester(self, within: Filters) -> Suggester:
        return suggester(self.snapshot, self.passing(within))

    def passing(self, filters: Filters | None) -> Mask | None:
        """Which passages pass filters; None if all do.

        Raises:
            QuestionError: as `ask` does.
        """
        if filters is None:
            return None
        return select(filters, self.snapshot.places, self.snapshot.labels).allowed

    def similar(self, row: int, k: int) -> list[tuple[int, float]]:
        """Return the rows of the passages most like one, with their cosines; copies are folded."""
        return similar_rows(self.snapshot, self._copies, row, k)

    def rank(
        self,
        question: str,
        k: int,
        mode: Mode = "hybrid",
        depth: int = DEPTH,
        stages: Stages = ALL,
    ) -> Ranking:
        """Rank passages by one side or both; an over-long question is cut, not refused."""
        question = _clean(question)
        ranking = self._ranker.rank(question, k, mode, depth, stages=stages)
        return self._reranked(question, ranking)[0] if mode == "hybrid" else ranking

    def _reranked(self, question: str, ranking: Ranking) -> tuple[Ranking, float]:
        """The ranking as the cross-encoder has it, if there is one, and its milliseconds."""
        if self._reranker is None:
            return ranking, 0.0
        began = time.perf_counter()
        ranking = reranked(self.snapshot, question, ranking, self._reranker)
        return ranking, _ms(began, time.perf_counter())

    def mark(self, question: str, passage: Passage, row: int) -> Span:
        """Return the sentence of a passage that an excerpt would mark for a question."""
        question = _clean(question)
        likeness = self._ranker.likeness(question, self._ranker.encode(question))
        return marked(self.snapshot, question, likeness, [passage], [row])[0]

    def _related(self, question: str, ranking: Ranking, selection: Selection) -> list[str]:
        """Listed questions nearby; they speak of the whole, so that a part of it offers none."""
        if selection.within is not None:
            return []
        return related(self.snapshot.questions, question, ranking.query)

    def _speaking(self, rows: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The cities that each passage speaks for: those that acted, or else those it mentions."""
        labels = self.snapshot.labels
        found = labels.of(ACTED, np.array(rows, dtype=np.int64))
        others = [row for row in rows if row not in found]
        found |= labels.of("city", np.array(others, dtype=np.int64))
        return {row: tuple(found.get(row, ())) for row in rows}

    def _arranged(
        self,
        question: str,
        scores: Mapping[int, float],
        rows: Sequence[int],
        speaking: dict[int, tuple[str, ...]],
        group: Grouping,
    ) -> Sequence[int]:
        if group == "none":
            return rows
        columns = self.snapshot.columns
        documents = columns.documents[np.array(rows, dtype=np.int64)].tolist()
        groups = {
            row: (document, speaking[row]) for row, document in zip(rows, documents, strict=True)
        }
        ordered, wanted = spread(rows, groups), wanted_aspect(question)
        return wanted_first(ordered, wanted, columns.aspect, groups.__getitem__, scores.__getitem__)

    def _checked(self, question: str) -> str:
        question = _clean(question)
        if not question:
            raise QuestionError("the question is empty; ask in a few words or a sentence")
        encoder = self.snapshot.encoder
        if not encoder.holds(question):
            tokens, limit = encoder.count_tokens(question), self.snapshot.manifest.model.max_tokens
            raise QuestionError(
                f"the question has {tokens} tokens, the model reads {limit}; ask it in fewer words"
            )
        return question

    def index(self) -> IndexRef:
        """Say which snapshot answers."""
        manifest = self.snapshot.manifest
        return IndexRef(
            id=manifest.id,
            built=manifest.built,
            model=manifest.model.name,
            passages=manifest.passages,
            documents=manifest.documents,
        )


def _clean(question: str) -> str:
    """White space made even; half a character, as other encodings leave it, becomes "?"."""
    return " ".join(question.encode("utf-8", "replace").decode().split())


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)
