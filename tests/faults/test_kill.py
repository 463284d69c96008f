from __future__ import annotations

import random
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from indexer.snapshot.folder import KEEP
from tests.bounds import bounded
from tests.conftest import BuildTiny
from tests.faults.killed_builds import PUBLICATION, Build, Suicide, killed_builds
from tests.faults.turns import CONTENTS, Turns

KILLS = bounded(40, 200)

BEFORE_SWAP, AFTER_SWAP = 4, 6
"""Changes to the disk: manifest, name of the folder, pointer beside it, name of the pointer; then
the oldest snapshot goes, file by file, of which the first few are enough."""

pytestmark = pytest.mark.faults


def without_leftovers(index: Path) -> list[str]:
    """The ids of the snapshots that are kept; besides them is nothing that is not needed."""
    assert {path.name for path in index.iterdir()} == {"current", "lock", "snapshots"}
    return sorted(path.name.partition(".")[0] for path in (index / "snapshots").iterdir())


def test_a_build_killed_at_a_random_moment_leaves_a_whole_index(
    turns: Turns, tmp_path: Path, tiny_model: Path, cache: Path
) -> None:
    index, turn = tmp_path / "index", 0
    staging = index / "snapshots" / ".building"

    with killed_builds(cache, tmp_path) as builds:

        def begin(turn: int) -> Build:
            return builds.begin(turns.corpora[turn], index, tiny_model)

        assert begin(1).ended() == (0, "")
        began = time.perf_counter()
        assert begin(turn).ended() == (0, "")
        whole = time.perf_counter() - began  # its process's own end included

        chance = random.Random(20200325)  # noqa: S311 - the same moments each time
        # Beyond the end too: builds take longer where something else runs beside them.
        last = 1.25 * whole
        moments = [last * (number + chance.random()) / KILLS for number in range(KILLS)]
        chance.shuffle(moments)
        seen: Counter[str] = Counter()
        for moment in moments:
            following = (turn + 1) % CONTENTS
            build = begin(following)
            time.sleep(moment)
            assert build.killed() in (0, -signal.SIGKILL)
            published = turns.checked(index)
            assert published in (turn, following)
            seen["in mid-build"] += staging.exists()
            seen["published"] += published == following
            turn = published

        print(f"{KILLS} kills: {dict(seen)}")  # noqa: T201 - shown by -s
        assert seen["in mid-build"] >= KILLS // 4, (seen, whole)
        assert 1 <= seen["published"] < KILLS, (seen, whole)

        following = (turn + 1) % CONTENTS
        assert begin(following).ended() == (0, "")
    assert turns.checked(index) == following
    kept = without_leftovers(index)
    assert set(kept) <= set(turns.ids)
    assert len(kept) <= KEEP


def test_a_build_killed_before_each_step_of_its_publication_leaves_a_whole_index(
    turns: Turns, build_tiny: BuildTiny, tmp_path: Path, tiny_model: Path, cache: Path
) -> None:
    for corpus in turns.corpora[:-1]:
        build_tiny(corpus, tmp_path / "before")
    old, new = CONTENTS - 2, CONTENTS - 1
    published = []
    with killed_builds(cache, tmp_path) as builds:
        for step in range(BEFORE_SWAP + AFTER_SWAP):
            index = shutil.copytree(tmp_path / "before", tmp_path / str(step))
            suicide = Suicide(step, PUBLICATION)
            build = builds.begin(turns.corpora[-1], index, tiny_model, suicide)
            assert build.ended() == (-signal.SIGKILL, "")
            published.append(turns.checked(index))

            assert build_tiny(turns.corpora[-1], index).snapshot == turns.ids[new]
            assert turns.checked(index) == new
            assert without_leftovers(index) == sorted(turns.ids[1:]), step

    assert published == [old] * BEFORE_SWAP + [new] * AFTER_SWAP
