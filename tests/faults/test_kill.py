from __future__ import annotations

import random
import shutil
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.snapshot.folder import KEEP, IndexFolder
from indexer.snapshot.snapshot import full_check, open_snapshot
from search_api.engine.searcher import Searcher
from tests.conftest import BuildTiny, write_corpus
from tests.faults.waiting_build import waiting_build

KILLS = 30

SENTENCES = 100

CONTENTS = KEEP + 1
"""So many in turn, so that the next is never among those kept, and is written from the start."""

BEFORE_SWAP, AFTER_SWAP = 4, 6
"""Changes to the disk: manifest, name of the folder, pointer beside it, name of the pointer; then
the oldest snapshot goes, file by file, of which the first few are enough."""

pytestmark = pytest.mark.faults


@dataclass(frozen=True)
class Turns:
    """Corpora of which each makes another snapshot, and the ids of these."""

    corpora: list[Path]
    ids: list[str]


@pytest.fixture
def turns(tmp_path: Path, build_tiny: BuildTiny) -> Turns:
    corpora = [_corpus(tmp_path / "corpora", number) for number in range(CONTENTS)]
    ids = [build_tiny(corpus, tmp_path / "known").snapshot for corpus in corpora]
    assert len(set(ids)) == CONTENTS
    return Turns(corpora, ids)


def _corpus(folder: Path, number: int) -> Path:
    corpus = write_corpus(folder / str(number))
    lines = (f"Tank {n} of round {number} brought water to Lima.\n\n" for n in range(SENTENCES))
    (corpus / "tanks.txt").write_text("".join(lines), encoding="utf-8")
    return corpus


def checked(index: Path) -> str:
    """The id of the published snapshot, which is whole and answers."""
    published = IndexFolder(index).published()
    assert full_check(published) == []
    answer = Searcher(open_snapshot(index)).ask("water tanks for Lima", k=3)
    assert (answer.index.id, len(answer.results)) == (published.manifest.id, 3)
    return published.manifest.id


def without_leftovers(index: Path) -> list[str]:
    """The ids of the snapshots that are kept; besides them is nothing that is not needed."""
    assert {path.name for path in index.iterdir()} == {"current", "lock", "snapshots"}
    return sorted(path.name.partition(".")[0] for path in (index / "snapshots").iterdir())


def test_a_build_killed_at_a_random_moment_leaves_a_whole_index(
    turns: Turns, tmp_path: Path, tiny_model: Path, cache: Path
) -> None:
    index, ids, turn = tmp_path / "index", turns.ids, 0
    staging = IndexFolder(index).staging

    with waiting_build(turns.corpora[turn], index, tiny_model, cache) as build:
        began = time.perf_counter()
        build.begin()
        assert build.ended() == (0, "")
        whole = time.perf_counter() - began  # its process's own end included

    chance = random.Random(20200325)  # noqa: S311 - the same moments each time
    # Beyond the end too: builds take longer where something else runs beside them.
    last = 1.25 * whole
    moments = [last * (number + chance.random()) / KILLS for number in range(KILLS)]
    chance.shuffle(moments)
    seen: Counter[str] = Counter()
    for moment in moments:
        following = (turn + 1) % CONTENTS
        with waiting_build(turns.corpora[following], index, tiny_model, cache) as build:
            build.begin()
            time.sleep(moment)
            assert build.killed() in (0, -signal.SIGKILL)
        published = checked(index)
        assert published in (ids[turn], ids[following])
        seen["in mid-build"] += staging.exists()
        seen["published"] += published == ids[following]
        turn = ids.index(published)

    assert seen["in mid-build"] >= KILLS // 4, (seen, whole)
    assert 1 <= seen["published"] < KILLS, (seen, whole)

    following = (turn + 1) % CONTENTS
    with waiting_build(turns.corpora[following], index, tiny_model, cache) as build:
        build.begin()
        assert build.ended() == (0, "")
    assert checked(index) == ids[following]
    kept = without_leftovers(index)
    assert set(kept) <= set(ids)
    assert len(kept) <= KEEP


def test_a_build_killed_before_each_step_of_its_publication_leaves_a_whole_index(
    turns: Turns, build_tiny: BuildTiny, tmp_path: Path, tiny_model: Path, cache: Path
) -> None:
    for corpus in turns.corpora[:-1]:
        build_tiny(corpus, tmp_path / "before")
    *_, old, new = turns.ids
    published = []
    for step in range(BEFORE_SWAP + AFTER_SWAP):
        index = shutil.copytree(tmp_path / "before", tmp_path / str(step))
        with waiting_build(turns.corpora[-1], index, tiny_model, cache, suicide=step) as build:
            build.begin()
            assert build.ended() == (-signal.SIGKILL, "")
        published.append(checked(index))

        assert build_tiny(turns.corpora[-1], index).snapshot == new
        assert checked(index) == new
        assert without_leftovers(index) == sorted(turns.ids[1:]), step

    assert published == [old] * BEFORE_SWAP + [new] * AFTER_SWAP
