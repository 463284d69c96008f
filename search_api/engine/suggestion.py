"""What a question may become while it is typed: cities, topics, titles, and listed questions."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from indexer.names import fold_name
from indexer.snapshot.labels import Mask
from indexer.snapshot.snapshot import Snapshot

KEY = 40
"""Folded characters by which entries are told apart; what is typed beyond them is not compared."""

_LAST = "\U0010ffff"
"""Behind every letter."""

Sort = Literal["city", "topic", "title", "question"]


class Suggestion(BaseModel):
    """A completion, and what it leads to."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="As the collection writes it.")
    kind: Sort
    id: str | None = Field(description="Of the city or the document; null for others.")
    country_name: str | None = Field(description="Of a city.")
    passages: int = Field(
        description="Passages that speak of it, or that the document has; 0 of a question."
    )


class Suggestions(BaseModel):
    """Completions, the best first."""

    model_config = ConfigDict(frozen=True)

    index: str = Field(description="Id of the snapshot.")
    suggestions: list[Suggestion]


class Suggester:
    """Completes what is typed. Safe to share between threads."""

    def __init__(self, entries: Iterable[tuple[Suggestion, Iterable[str]]]) -> None:
        """Take suggestions, each with the names under which it is found beside its own."""
        held = sorted(entries, key=lambda entry: (-entry[0].passages, entry[0].text))
        self._entries = [entry for entry, _ in held]
        keys = {
            (key, level * len(held) + number)
            for number, (entry, names) in enumerate(held)
            for name in (entry.text, *names)
            for key, level in _keys(fold_name(name), name == entry.text)
        }
        ordered = sorted(keys)
        self._keys = [key for key, _ in ordered]
        self._places = np.array([place for _, place in ordered], dtype=np.int64)
        self._kinds = np.array([get_args(Sort).index(entry.kind) for entry in self._entries])

    def complete(self, typed: str, limit: int) -> list[Suggestion]:
        """Return at most `limit` suggestions of which a name holds words that begin as typed.

        What begins so by the name that is shown comes first, then what does so by another name or
        in a later word; among these what more passages speak of. No kind takes more than half of
        the places while another has some left.
        """
        wanted = fold_name(typed)[:KEY]
        if not wanted:
            return []
        first, last = bisect_left(self._keys, wanted), bisect_left(self._keys, wanted + _LAST)
        found = self._first(np.unique(self._places[first:last]), limit)
        return _mixed([self._entries[number] for number in found], limit)

    def _first(self, places: NDArray[np.int64], limit: int) -> Iterable[int]:
        """Numbers of the first entries, each once, and of each kind as many as could be wanted."""
        numbers = places % max(len(self._entries), 1)
        kinds = self._kinds[numbers]
        # An entry has three places at most.
        near = [np.flatnonzero(kinds == kind)[: 3 * limit] for kind in range(len(get_args(Sort)))]
        return dict.fromkeys(numbers[np.sort(np.concatenate(near))].tolist())


def suggester(snapshot: Snapshot, among: Mask | None = None) -> Suggester:
    """Make the suggester of a collection, or of some of its passages.

    What it lists as questions is about the whole, so that a part has none.
    """
    listed = _questions(snapshot) if among is None else ()
    parts = (_cities(snapshot, among), _topics(snapshot, among), _titles(snapshot, among))
    return Suggester([*chain.from_iterable(parts), *listed])


def _keys(folded: str, shown: bool) -> Iterator[tuple[str, int]]:
    """What a name holds from each of its words on, and how far that is from what is shown."""
    start = 0
    while start < len(folded):
        yield folded[start : start + KEY], (start > 0) + (not shown)
        start = (folded.find(" ", start) + 1) or len(folded)


def _mixed(found: list[Suggestion], limit: int) -> list[Suggestion]:
    """The first ones, in their order, of a kind at most half unless there are no others."""
    share, taken = -(-limit // 2), Counter[Sort]()
    within: list[int] = []
    beyond: list[int] = []
    for number, each in enumerate(found):
        taken[each.kind] += 1
        (within if taken[each.kind] <= share else beyond).append(number)
    return [found[number] for number in sorted((within[:limit] + beyond)[:limit])]


def _cities(snapshot: Snapshot, among: Mask | None) -> Iterator[tuple[Suggestion, list[str]]]:
    counts = snapshot.labels.counts("city", among)
    names = snapshot.places.names_of(counts)
    for city, passages in counts.items():
        if (place := snapshot.places.place(city)) is not None:
            about = Suggestion(
                text=place.name,
                kind="city",
                id=city,
                country_name=place.country_name,
                passages=passages,
            )
            yield about, names.get(city, [])


def _topics(snapshot: Snapshot, among: Mask | None) -> Iterator[tuple[Suggestion, list[str]]]:
    for topic, passages in snapshot.labels.counts("topic", among).items():
        about = Suggestion(text=topic, kind="topic", id=None, country_name=None, passages=passages)
        yield about, []


def _titles(snapshot: Snapshot, among: Mask | None) -> Iterator[tuple[Suggestion, list[str]]]:
    documents = np.asarray(snapshot.columns.documents)
    shown = documents if among is None else documents[among]
    held = np.bincount(shown, minlength=snapshot.manifest.documents).tolist()
    titles: dict[str, tuple[str, int]] = {}
    for number, document in enumerate(snapshot.passages.documents()):
        if held[number] and (title := document.metadata.title):
            first, passages = titles.get(title, (document.id, 0))
            titles[title] = first, passages + held[number]
    for title, (identity, passages) in titles.items():
        about = Suggestion(
            text=title, kind="title", id=identity, country_name=None, passages=passages
        )
        yield about, []


def _questions(snapshot: Snapshot) -> Iterator[tuple[Suggestion, list[str]]]:
    for text in snapshot.questions.texts:
        yield Suggestion(text=text, kind="question", id=None, country_name=None, passages=0), []
