"""What the empty page offers: questions that the collection has something on, and its topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.snapshot.snapshot import Snapshot

READ = 5000
"""Documents that are looked at: enough to know a collection's topics."""

TOPICS = 14
"""The most frequent topics, which the empty page offers."""

OFFERED = 6
"""Questions that it offers."""


@dataclass(frozen=True, slots=True)
class Collection:
    """What an index holds.

    Attributes:
        topics: all of them with their counts of documents, most frequent first.
        kinds: of documents, with their counts.
        years: the first and the last, empty where no document has a date.
    """

    topics: list[tuple[str, int]]
    kinds: list[tuple[str, int]]
    years: tuple[str, ...]


@lru_cache(maxsize=4)
def collection(snapshot: Snapshot) -> Collection:
    """Look at the documents of a snapshot, once."""
    topics: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    years = set()
    for document, _ in snapshot.passages.listed(READ):
        topics.update(document.metadata.topics)
        kinds[document.metadata.kind] += 1
        if document.metadata.date:
            years.add(document.metadata.date[:4])
    span = tuple(dict.fromkeys((min(years), max(years)))) if years else ()
    return Collection(topics.most_common(), kinds.most_common(), span)


def no_translation(text: str) -> str:
    """Mark a text for the catalogues; the template that shows it translates it."""
    return text


QUESTIONS = {
    "informality": no_translation("How did cities handle informal settlements?"),
    "food": no_translation("How was food brought to people who could not leave home?"),
    "mobility": no_translation("Which cities made room for cycling and walking?"),
    "homelessness": no_translation("Where did homeless people find shelter?"),
    "culture": no_translation("How did museums and theatres go on?"),
    "finance": no_translation("What became of the money of local governments?"),
    "water": no_translation("Who got water to people without a tap?"),
    "housing": no_translation("What was done against evictions?"),
}
"""Questions by the topic that a collection without a list of its own must have for them to be
offered. Where its list has the same ones, they are shown in the reader's language as well."""


def questions(shown: Collection, listed: Sequence[str]) -> list[str]:
    """Return the first of the collection's own list, else some that it has documents on."""
    if listed:
        return list(listed[:OFFERED])
    topics = {topic for topic, _ in shown.topics}
    fitting = [question for topic, question in QUESTIONS.items() if topic in topics]
    return fitting[:OFFERED]
