from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from indexer.build import build
from indexer.errors import NoSnapshotError, SnapshotError
from indexer.report import Recipe
from indexer.snapshot.folder import KEEP, IndexFolder
from indexer.snapshot.history import roll_back
from indexer.snapshot.snapshot import full_check, open_snapshot
from search_api.engine.searcher import Searcher
from tests.conftest import FEWEST_PLACES, write_corpus
from tests.faults.power import Disk, Ignored, Layout, Survived, recorded

SURVIVING = (0.0, 0.1, 0.3, 0.5, 0.5, 0.7, 0.9, 0.9, 1.0)
"""How probable it is that what was not synced survives, in one state of a disk after the other."""

STATES = 400
"""Of a publication, each of them another."""

LYING: dict[str, Ignored] = {
    "honest": lambda path: False,
    "syncs nothing": lambda path: True,
    "no file of a snapshot": lambda path: path.is_file() and ".building" in path.parts,
    "no folder in a snapshot": lambda path: path.is_dir() and ".building" in path.parts,
    "no names of snapshots": lambda path: path.name == "snapshots",
    "no pointer": lambda path: path.name == "current.new",
    "no name of the pointer": lambda path: path.name == "index",
}
"""Disks, and which syncs they leave undone."""

pytestmark = pytest.mark.faults


@dataclass(frozen=True)
class Story:
    """What was done to an index: its snapshots before and after, and the disks in the meantime."""

    old: str
    new: str
    whole: dict[str, Survived] = field(repr=False)
    moments: dict[str, list[Disk]] = field(repr=False)

    def states(self, disk: str, most: int, last: int = 0) -> Iterator[Survived]:
        """What a loss of power may leave at moments by chance, and at last at the very end."""
        chance = random.Random(20200325)  # noqa: S311 - the same states each time
        moments = self.moments[disk][-last:]
        drawn = [(moment, surviving) for moment in moments for surviving in SURVIVING]
        chance.shuffle(drawn)
        seen: set[int] = set()
        for moment, surviving in drawn:
            found = moment.after_loss(chance, surviving)
            if (known := hash(frozenset(found.items()))) not in seen:
                seen.add(known)
                yield found
            if len(seen) == most:
                break
        yield moments[-1].after_loss(chance, 0.0)

    def judged(self, found: Survived, layout: Layout) -> str:
        """The published snapshot if it and all that are kept are whole, else what is wrong."""
        layout.show(found)
        named = {name.split("/")[2] for name in found if name.endswith("/manifest.json")}
        torn = [name for name in named - {".building"} if under(name, found) != self.whole[name]]
        return f"torn: {torn}" if torn else opened(layout.root / "index")


def opened(index: Path) -> str:
    """The id of the snapshot that the real reader finds whole, or what it complains of."""
    try:
        published = IndexFolder(index).published()
        problems = full_check(published)
    except NoSnapshotError:
        return "none"
    except SnapshotError as error:
        return str(error)
    return problems[0] if problems else published.manifest.id


def under(snapshot: str, found: Survived) -> Survived:
    prefix = f"index/snapshots/{snapshot}/"
    return {name: held for name, held in found.items() if name.startswith(prefix)}


def lying(root: Path) -> Survived:
    """A folder as it lies there."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None
        for path in root.rglob("*")
    }


@pytest.fixture(scope="module")
def stories(
    tiny_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Story]:
    """A first publication, one that clears an old snapshot away, and a way back."""
    folder = tmp_path_factory.mktemp("power")
    root, corpus = folder / "site", write_corpus(folder / "corpus")
    root.mkdir()
    recipe = Recipe(corpus, root / "index", cache, str(tiny_model), False, FEWEST_PLACES)
    whole: dict[str, Survived] = {}

    def publish(number: int) -> str:
        (corpus / "news.txt").write_text(f"News number {number}.", encoding="utf-8")
        identity = build(recipe).snapshot
        whole[identity] = under(identity, lying(root))
        return identity

    with recorded(root, honest=LYING["honest"]) as first:
        ids = [publish(0)]
    ids += [publish(number) for number in range(1, KEEP)]
    with recorded(root, **LYING) as next_:
        ids.append(publish(KEEP))
    with recorded(root, honest=LYING["honest"]) as back:
        assert roll_back(IndexFolder(root / "index"), ids[-2]) == []
    return {
        "first": Story("none", ids[0], whole, first),
        "next": Story(ids[-2], ids[-1], whole, next_),
        "back": Story(ids[-1], ids[-2], whole, back),
    }


@pytest.mark.parametrize(("name", "most"), [("first", 50), ("next", STATES), ("back", 3)])
def test_a_loss_of_power_at_any_moment_leaves_the_old_snapshot_or_the_new_one(
    name: str, most: int, stories: dict[str, Story], tmp_path: Path
) -> None:
    story, layout = stories[name], Layout(tmp_path / "found")
    seen = Counter(story.judged(found, layout) for found in story.states("honest", most))
    assert seen.keys() == {story.old, story.new}
    assert seen.total() == most + 1
    if name != "first":
        answer = Searcher(open_snapshot(layout.root / "index")).ask("water tanks", k=3)
        assert (answer.index.id, len(answer.results)) == (story.new, 3)


@pytest.mark.parametrize("name", ["first", "next", "back"])
def test_what_is_done_survives_a_loss_of_power(
    name: str, stories: dict[str, Story], tmp_path: Path
) -> None:
    story, layout = stories[name], Layout(tmp_path / "found")
    for found in story.states("honest", len(SURVIVING), last=1):
        layout.show(found)
        assert opened(layout.root / "index") == story.new


@pytest.mark.parametrize("disk", [name for name in LYING if name != "honest"])
def test_on_a_disk_that_leaves_syncs_undone_something_is_lost(
    disk: str, stories: dict[str, Story], tmp_path: Path
) -> None:
    story, layout = stories["next"], Layout(tmp_path / "found")
    judged = (story.judged(found, layout) for found in story.states(disk, STATES))
    *_, end = story.moments[disk]
    done = story.judged(end.after_loss(random.Random(0), 0.0), Layout(tmp_path / "end"))  # noqa: S311
    assert done != story.new or any(each not in (story.old, story.new) for each in judged)
