from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.scaling.making import Made, make
from benchmarks.scaling.material import Material
from benchmarks.scaling.measuring import measure
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import Snapshot, full_check, open_snapshot

COUNT, TOKENS = 120, 6


@pytest.fixture(scope="module")
def material(snapshot: Snapshot) -> Material:
    rows = range(snapshot.manifest.passages)
    places = snapshot.places.of_passages(rows)
    return Material(
        snapshot,
        snapshot.passages.hits(rows),
        [places.get(row, []) for row in rows],
        ["how did Durban handle informal settlements?", "bicycle lanes"],
    )


@pytest.fixture(scope="module")
def index(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "index"
    make(Made(material, COUNT, TOKENS), material, folder, "rabitq")
    return folder


def test_a_made_collection_is_whole_and_begins_with_the_real_passages(
    index: Path, material: Material
) -> None:
    assert full_check(IndexFolder(index).published()) == []
    made = open_snapshot(index)
    assert (made.manifest.passages, made.manifest.vectors.kind) == (COUNT, "rabitq")
    texts = [passage.text for passage in made.passages.all()]
    assert texts[:7] == [hit.passage.text for hit in material.hits]
    np.testing.assert_allclose(
        made.vectors.at(np.arange(7)), material.snapshot.vectors.at(np.arange(7)), atol=1e-3
    )
    further = made.vectors.at(np.arange(7, COUNT))
    np.testing.assert_allclose(np.linalg.norm(further, axis=1), 1, atol=1e-3)
    assert made.tokens.of(range(COUNT))[1].max() == TOKENS


def test_what_is_measured_of_it_adds_up(index: Path, material: Material) -> None:
    figures = measure(index, material.questions)
    assert (figures.passages, figures.kind) == (COUNT, "rabitq")
    assert figures.recall >= 0.9
    assert figures.stated == open_snapshot(index).manifest.vectors.recall
    assert 0 < figures.ask[0] <= figures.ask[1]
    assert 0 < figures.anonymous <= figures.resident
    assert figures.disk > 0
