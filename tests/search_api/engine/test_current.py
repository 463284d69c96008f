from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from threading import enumerate as enumerate_threads

import pytest

from indexer.errors import NoSnapshotError, NotHeldError
from indexer.snapshot.folder import KEEP, IndexFolder, Published
from indexer.snapshot.manifest import MANIFEST, PASSAGES, VECTORS
from indexer.snapshot.snapshot import full_check
from search_api.engine.current import OPENING, WARMING, CurrentSearcher
from search_api.engine.observed import Asked
from search_api.engine.searcher import Searcher
from tests.conftest import BuildTiny

Publish = Callable[[str], str]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def publish(corpus: Path, index: Path, build_tiny: BuildTiny) -> Publish:
    """Add a document of this text to the corpus, publish, and return the snapshot's id."""

    def run(text: str) -> str:
        (corpus / "news.txt").write_text(text, encoding="utf-8")
        return build_tiny(corpus, index).snapshot

    return run


def texts(searcher: Searcher, question: str = "water") -> set[str]:
    return {result.text for result in searcher.ask(question).results}


def test_without_an_index_there_is_nothing_to_serve(index: Path) -> None:
    with pytest.raises(NoSnapshotError, match=r"index: no index here; build one with `citywise"):
        CurrentSearcher(index)


def test_while_nothing_is_published_the_same_searcher_serves(index: Path, publish: Publish) -> None:
    publish("Old news of tanks.")
    current = CurrentSearcher(index)
    assert current.get() is current.get()


def test_a_newly_published_index_is_served_once_it_is_open(index: Path, publish: Publish) -> None:
    old = publish("Old news of tanks.")
    current = CurrentSearcher(index)
    assert current.get().snapshot.manifest.id == old
    new = publish("Fresh news of tanks.")
    assert current.newest().snapshot.manifest.id == new != old
    assert "Fresh news of tanks." in texts(current.get())
    assert "Old news of tanks." not in texts(current.get())


def test_an_index_has_answered_before_it_is_served_and_nobody_counts_that(
    index: Path, publish: Publish
) -> None:
    seen: list[Asked] = []
    publish("Old news of tanks.")
    current = CurrentSearcher(index, 1 << 20, seen.append)
    publish("Fresh news of tanks.")
    for searcher in (current.get(), current.newest()):
        assert seen == []
        searcher.ask(WARMING)
        assert [asked.kept for asked in seen] == [True]
        seen.clear()


def test_an_older_index_pointed_to_again_is_served(index: Path, publish: Publish) -> None:
    first = publish("Old news of tanks.")
    publish("Fresh news of tanks.")
    current = CurrentSearcher(index)
    assert publish("Old news of tanks.") == first
    assert current.newest().snapshot.manifest.id == first


def test_a_searcher_in_hand_keeps_its_snapshot_even_when_its_folder_is_cleared_away(
    index: Path, publish: Publish
) -> None:
    publish("Old news of tanks.")
    current = CurrentSearcher(index)
    held = current.get()
    for number in range(KEEP):
        publish(f"News number {number}.")
        current.newest()
    assert not held.snapshot.path.exists()
    assert "Old news of tanks." in texts(held)
    assert f"News number {KEEP - 1}." in texts(current.get())


def truncate(snapshot: Path) -> None:
    (snapshot / VECTORS).write_bytes((snapshot / VECTORS).read_bytes()[:-1])


def garble_manifest(snapshot: Path) -> None:
    (snapshot / MANIFEST).write_text("{", encoding="utf-8")


def garble_pointer(snapshot: Path) -> None:
    IndexFolder(snapshot.parent.parent).pointer.write_text("{}", encoding="utf-8")


def remove_pointer(snapshot: Path) -> None:
    IndexFolder(snapshot.parent.parent).pointer.unlink()


def overwrite_in_place(snapshot: Path) -> None:
    size = (snapshot / PASSAGES).stat().st_size
    (snapshot / PASSAGES).write_bytes(b"\x01" * size)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (truncate, "vectors.faiss"),
        (garble_manifest, "manifest.json: differs from its checksum"),
        (garble_pointer, "current: damaged"),
        (remove_pointer, "no index here"),
        (overwrite_in_place, "passages.sqlite"),
    ],
)
def test_a_new_index_that_is_damaged_leaves_the_old_one_serving(
    damage: Callable[[Path], None],
    reason: str,
    index: Path,
    publish: Publish,
    caplog: pytest.LogCaptureFixture,
) -> None:
    old = publish("Old news of tanks.")
    current = CurrentSearcher(index)
    new = publish("Fresh news of tanks.")
    damage(index / "snapshots" / new)
    caplog.clear()
    for _ in range(2):
        assert current.newest().snapshot.manifest.id == old
        assert "Old news of tanks." in texts(current.get())
    (said,) = [r.getMessage() for r in caplog.records if r.name == "search_api.engine.current"]
    assert said.startswith("the new index is not served: ")
    assert reason in said


def test_a_damaged_index_that_is_mended_is_served(index: Path, publish: Publish) -> None:
    old = publish("Old news of tanks.")
    current = CurrentSearcher(index)
    truncate(index / "snapshots" / publish("Fresh news of tanks."))
    assert current.newest().snapshot.manifest.id == old
    publish("Fresh news of tanks.")
    assert "Fresh news of tanks." in texts(current.newest())


def test_an_index_rebuilt_over_a_damaged_one_of_the_same_id_is_opened_anew(
    index: Path, publish: Publish
) -> None:
    identity = publish("Old news of tanks.")
    current = CurrentSearcher(index)
    overwrite_in_place(index / "snapshots" / identity)
    damaged = current.get()
    assert publish("Old news of tanks.") == identity
    assert current.newest() is not damaged
    assert "Old news of tanks." in texts(current.get())


def test_eight_threads_asking_at_once_open_a_new_index_once(index: Path, publish: Publish) -> None:
    old = publish("Old news of tanks.")
    current = CurrentSearcher(index)
    first = current.get()
    new = publish("Fresh news of tanks.")
    start = Barrier(8)

    def get(_: int) -> list[Searcher]:
        start.wait(timeout=10)
        return [*(current.get() for _ in range(50)), current.newest()]

    with ThreadPoolExecutor(8) as threads:
        handed_out = {searcher for got in threads.map(get, range(8)) for searcher in got}
    assert {searcher.snapshot.manifest.id for searcher in handed_out} <= {old, new}
    (served,) = handed_out - {first}
    assert served is current.get()


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Whatever is opened from now on waits in the middle of it, until the event is set."""
    going = Event()

    def slow(published: Published) -> list[str]:
        assert going.wait(timeout=20)
        return full_check(published)

    monkeypatch.setattr("indexer.snapshot.source.full_check", slow)
    yield going
    going.set()


def test_nobody_waits_while_a_new_index_is_opened(
    index: Path, publish: Publish, held_up: Event
) -> None:
    held_up.set()
    publish("Old news of tanks.")
    current = CurrentSearcher(index)
    old = current.get()
    publish("Fresh news of tanks.")
    held_up.clear()
    assert [current.get() for _ in range(20)] == [old] * 20
    assert [thread.name for thread in enumerate_threads()].count(OPENING) == 1
    assert "Old news of tanks." in texts(current.get())
    held_up.set()
    assert "Fresh news of tanks." in texts(current.newest())
    assert current.get() is current.newest() is not old


def test_an_index_that_is_replaced_while_it_is_opened_is_no_fault(
    index: Path, publish: Publish, held_up: Event, caplog: pytest.LogCaptureFixture
) -> None:
    held_up.set()
    publish("Old news of tanks.")
    current = CurrentSearcher(index)
    ids = [publish("News of the day.")]
    held_up.clear()
    current.get()
    ids += [publish(f"News number {number}.") for number in range(KEEP)]
    assert not (index / "snapshots" / ids[0]).exists()
    caplog.clear()
    held_up.set()
    assert current.newest().snapshot.manifest.id == ids[-1]
    assert [r for r in caplog.records if r.levelname == "ERROR"] == []


def test_an_older_index_that_is_cleared_away_while_it_is_opened_is_not_kept(
    index: Path, publish: Publish, held_up: Event
) -> None:
    held_up.set()
    older = publish("Old news of tanks.")
    publish("News of the day.")
    current = CurrentSearcher(index)
    held_up.clear()
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(current.at, older)
        for number in range(KEEP - 1):
            publish(f"News number {number}.")
        held_up.set()
        with pytest.raises(NotHeldError, match=f"snapshot {older} is not kept; kept are: "):
            asked.result(timeout=20)
