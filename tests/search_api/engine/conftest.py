"""An index of a small collection about cities, for all that speaks of places."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from search_api.engine.searcher import Searcher
from tests.conftest import FEWEST_PLACES
from tests.search_api.engine.cities_corpus import write_cities


@pytest.fixture(scope="session")
def cities(tiny_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of records of cities; tests must not change it."""
    folder = tmp_path_factory.mktemp("cities")
    corpus = write_cities(folder / "corpus")
    build(Recipe(corpus, folder / "index", cache, str(tiny_model), smallest_place=FEWEST_PLACES))
    return open_snapshot(folder / "index")


@pytest.fixture(scope="session")
def city_searcher(cities: Snapshot) -> Searcher:
    return Searcher(cities)
