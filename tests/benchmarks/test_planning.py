from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.plan import RESULTS, report
from benchmarks.planning.measuring import seconds_of, sizes_of
from benchmarks.planning.reckoning import Basis, Line, largest_shard, line, need
from benchmarks.planning.sharding import merged, simulate
from indexer.snapshot.snapshot import Snapshot
from tests.conftest import ROOT

BASIS = Basis(
    work=Line(10.0, 9e-6), own=Line(1e8, 10.0), disk=Line(5e7, 5000.0), hot=700.0,
    seconds=0.018, merging=0.04,
)  # fmt: skip


def test_a_need_is_reckoned_by_hand() -> None:
    assert line((100, 5.0), (300, 9.0)) == Line(3.0, 0.02)
    assert largest_shard(BASIS) == 10_000_000
    one, ten = need(BASIS, 1_000_000), need(BASIS, 100_000_000)
    assert (one.shards, one.work, one.latency, one.month) == (1, 19.0, 19.0, 1460 + 5 / 16)
    assert (one.cpu_hours, one.disk) == (5.0, 4 * (5e7 + 5e9))
    assert one.memory == 1e8 + 1e7 + 7e8
    assert ten.shards == 10
    assert ten.latency == pytest.approx(100 + 1 + 0.04 * 10 / 4)
    assert ten.month == pytest.approx(10 * 2 * 730 + 500 / 16)
    assert ten.gpu_hours == pytest.approx(1e8 / 3000 / 3600)


def test_the_best_of_shards_are_those_of_one_collection_ties_by_row() -> None:
    found = [
        (np.array([2, 0]), np.array([0.9, 0.5], dtype=np.float32)),
        (np.array([1, 3]), np.array([0.9, 0.1], dtype=np.float32)),
    ]
    rows, scores = merged(found, [0, 10], 3)
    assert rows.tolist() == [2, 11, 0]
    assert scores.tolist() == pytest.approx([0.9, 0.9, 0.5])


@pytest.mark.slow
def test_shards_answer_as_one_and_a_passage_has_its_price(snapshot: Snapshot) -> None:
    found = simulate(snapshot, ["water for informal settlements", "bicycle lanes"], 3)
    assert (found.passages, found.shards) == (7, 3)
    assert (found.dense, found.lexical, found.questions) == (2, 2, 2)
    sizes = sizes_of(snapshot)
    files = sum(info.size for info in snapshot.manifest.files.values())
    assert sizes.encoder + 7 * sum(sizes.parts.values()) == pytest.approx(files)
    assert 0 < seconds_of(snapshot) < 1


def test_the_plan_on_paper_is_what_the_script_prints() -> None:
    scale, plan = (
        json.loads((ROOT / RESULTS / name).read_text(encoding="utf-8"))
        for name in ("scale.json", "plan.json")
    )
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8").splitlines()
    assert [text for text in report(scale, plan) if text not in page] == []
