from __future__ import annotations

import pytest

from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.linker import Linker
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The real one without its smallest places, which take most of the time to load."""
    return Gazetteer.load(ROOT / "corpus" / "cities.yaml", smallest=15_000)


@pytest.fixture(scope="session")
def linker(gazetteer: Gazetteer) -> Linker:
    return Linker(gazetteer)
