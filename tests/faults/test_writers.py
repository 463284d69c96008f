from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import full_check
from tests.conftest import BuildTiny
from tests.faults.killed_builds import killed_builds

RECORDS = 300


@pytest.mark.faults
def test_of_two_builds_at_once_one_publishes_and_the_other_says_why_not(
    tmp_path: Path, build_tiny: BuildTiny, tiny_model: Path, cache: Path
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    records = ({"id": str(n), "text": f"Truck {n} carried water to Lima."} for n in range(RECORDS))
    text = "".join(json.dumps(record) + "\n" for record in records)
    (corpus / "trucks.jsonl").write_text(text, encoding="utf-8")
    expected = build_tiny(corpus, tmp_path / "other")

    with (
        killed_builds(cache, tmp_path) as one,
        killed_builds(cache, tmp_path) as two,
    ):
        begun = [builds.begin(corpus, index, tiny_model) for builds in (one, two)]
        won, lost = sorted(build.ended() for build in begun)

    assert won == (0, "")
    message = "another build is writing this index; wait until it is done"
    assert lost == (2, f"citywise: {index}: {message}\n")
    published = IndexFolder(index).published()
    assert (published.manifest.id, published.manifest.documents) == (expected.snapshot, RECORDS)
    assert full_check(published) == []
    assert sorted(path.name for path in index.rglob("*")) == sorted(
        path.name for path in (tmp_path / "other").rglob("*")
    )
