from __future__ import annotations

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from indexer.snapshot.snapshot import Snapshot
from search_api.engine.cache import BoundedCache, answer_bytes, encoded_bytes
from search_api.engine.searcher import Searcher


def test_a_value_is_made_once_and_then_found() -> None:
    cache = BoundedCache[str](100, len)
    answers = iter(["value", "another"])
    for _ in range(3):
        assert cache.get("key", lambda: next(answers)) == "value"
    assert (len(list(answers)), cache.hits, cache.misses, cache.held) == (1, 2, 1, 5)


def test_the_value_that_was_not_used_for_longest_goes_first() -> None:
    cache = BoundedCache[str](10, len)
    for key in "ab":
        cache.get(key, lambda: "12345")
    cache.get("a", lambda: "not made")
    cache.get("c", lambda: "123456")  # b and then a must go
    assert cache.held == 6
    assert cache.get("a", lambda: "1234") == "1234"
    assert cache.get("c", lambda: "not made") == "123456"
    assert cache.held == 10


@pytest.mark.parametrize("limit", [0, 4])
def test_what_does_not_fit_is_not_kept(limit: int) -> None:
    cache = BoundedCache[str](limit, len)
    assert cache.get("key", lambda: "12345") == "12345"
    assert cache.get("key", lambda: "again") == "again"
    assert (cache.held, cache.hits) == (0, 0)


def test_without_room_for_anything_nothing_is_measured() -> None:
    measured: list[str] = []

    def size(value: str) -> int:
        measured.append(value)
        return len(value)

    for limit in (0, 4):
        assert BoundedCache[str](limit, size).get("key", lambda: "value") == "value"
    assert measured == ["value"]


def test_threads_that_ask_at_once_never_keep_more_than_the_limit() -> None:
    cache, barrier = BoundedCache[bytes](1000, len), threading.Barrier(8)

    def ask(start: int) -> int:
        barrier.wait(timeout=10)
        asked = [cache.get(n % 40, partial(bytes, n % 40)) for n in range(start, start + 500)]
        return sum(map(len, asked))

    with ThreadPoolExecutor(8) as threads:
        sums = list(threads.map(ask, range(8)))
    assert sums == [sum(n % 40 for n in range(start, start + 500)) for start in range(8)]
    assert 0 < cache.held <= 1000
    assert cache.hits + cache.misses == 4000


def test_a_question_asked_again_has_the_same_answer_without_being_encoded(
    snapshot: Snapshot,
) -> None:
    searcher = Searcher(snapshot, 1 << 20)
    first = searcher.ask("Water tanks")
    again = searcher.ask("  Water   tanks ")
    assert again.model_dump(exclude={"timings_ms"}) == first.model_dump(exclude={"timings_ms"})
    assert again.timings_ms.total < first.timings_ms.total
    assert (searcher._answers.hits, searcher._answers.misses) == (1, 1)
    assert len(searcher.ask("Water tanks", k=2).results) == 2
    assert (searcher._answers.misses, searcher._ranker.encoded.hits) == (2, 1)
    assert searcher._ranker.encoded.held == encoded_bytes(
        snapshot.encoder.encode_question("Water tanks")
    )
    assert searcher._ranker.encoded.held == (32 + 2 * 32 + 2) * 4 + 3 * 128


def test_without_bytes_to_keep_them_nothing_is_kept(snapshot: Snapshot) -> None:
    searcher = Searcher(snapshot)
    for _ in range(2):
        searcher.ask("Water tanks")
    assert (searcher._answers.hits, searcher._answers.held, searcher._ranker.encoded.held) == (
        0,
        0,
        0,
    )


def test_an_answer_takes_about_the_bytes_that_are_counted_for_it(searcher: Searcher) -> None:
    searcher.ask("settlements")
    tracemalloc.start()
    kept = [searcher.ask("settlements") for _ in range(20)]
    taken = tracemalloc.get_traced_memory()[0] / len(kept)
    tracemalloc.stop()
    assert 0.5 < answer_bytes(kept[0]) / taken < 2.5
