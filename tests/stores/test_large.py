"""PostgreSQL with as many passages as it takes for indexes to matter; 100,000 in the long form."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.scaling.making import Made, make
from benchmarks.scaling.material import Material
from benchmarks.storing.asking import alike
from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from indexer.stores.opening import open_store
from tests.bounds import LONG
from tests.conftest import FEWEST_PLACES
from tests.stores.cluster import Cluster

pytestmark = pytest.mark.stores

PASSAGES = 100_000 if LONG else 2_000
TOKENS = 8
NEAREST = 10

CITIES = ("Lima", "Quito", "Durban", "Accra", "Nairobi", "Bogota", "Porto", "Osaka")
ACTS = ("opened", "moved", "painted", "closed", "repaired", "counted", "lent", "planted")
THINGS = ("markets", "water tanks", "bicycle lanes", "clinics", "buses", "gardens", "shelters")
QUESTIONS = [
    f"who {act} {thing} in {city}?"
    for act, thing, city in itertools.islice(
        zip(ACTS * 5, THINGS * 6, CITIES * 5, strict=False), 40
    )
]


@pytest.fixture(scope="module")
def material(tiny_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Material:
    folder = tmp_path_factory.mktemp("material")
    (folder / "corpus").mkdir()
    said = itertools.product(CITIES, ACTS, THINGS)
    (folder / "corpus" / "made.jsonl").write_text(
        "".join(
            json.dumps({"id": f"r{n}", "title": f"{thing} {n}", "city": city, "language": "en",
                        "text": f"{city} {act} {n} {thing} within {n * 7 % 31} weeks."}) + "\n"
            for n, (city, act, thing) in enumerate(said)
        )
    )  # fmt: skip
    build(Recipe(folder / "corpus", folder / "index", cache, str(tiny_model), False, FEWEST_PLACES))
    snapshot = open_snapshot(folder / "index")
    rows = range(snapshot.manifest.passages)
    places = snapshot.places.of_passages(rows)
    hits = snapshot.passages.hits(rows)
    return Material(snapshot, hits, [places.get(row, []) for row in rows], QUESTIONS)


def loaded(cluster: Cluster, name: str, index: Path, cache: Path) -> Snapshot:
    store = open_store(cluster.url(index=name, timeout=60), cache)
    store.publish(IndexFolder(index).published(), lambda part: None)
    return store.open(store.published())


def test_where_all_is_compared_the_first_ten_are_the_folders(
    cluster: Cluster, name: str, material: Material, tmp_path: Path
) -> None:
    make(Made(material, PASSAGES, TOKENS), material, tmp_path / "index", "exact")
    here = open_snapshot(tmp_path / "index")
    there = loaded(cluster, name, tmp_path / "index", tmp_path / "cache")
    assert alike(here, there, QUESTIONS, NEAREST) >= 0.99


def test_a_walk_through_hnsw_finds_the_nearest_under_filters_too(
    cluster: Cluster, name: str, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.stores.postgres.schema.COMPARED", 0)
    monkeypatch.setattr("indexer.stores.postgres.engine.GATHERED", PASSAGES // 100)
    make(Made(material, PASSAGES, TOKENS), material, tmp_path / "index", "rabitq")
    there = loaded(cluster, name, tmp_path / "index", tmp_path / "cache")
    (plan,) = cluster.execute(
        "SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%' "  # noqa: S608
        f"AND schemaname = '{name}_{there.manifest.id}'"
    )
    assert plan == (1,)
    whole = open_snapshot(tmp_path / "index").vectors.at(np.arange(PASSAGES))
    for among in (None, np.arange(0, PASSAGES, 3), np.arange(PASSAGES // 2, PASSAGES)):
        allowed = np.arange(PASSAGES) if among is None else among
        shares = []
        for question in QUESTIONS:
            query = there.encoder.encode_question(question).vector
            least = np.sort(whole[allowed] @ query)[-NEAREST]
            rows, cosines = there.vectors.search(query, NEAREST, among)
            assert np.isin(rows, allowed).all()
            shares.append(np.mean(cosines >= least - 1e-5))
        assert np.mean(shares) >= 0.98
