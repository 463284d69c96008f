from __future__ import annotations

from pathlib import Path

import pytest

from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.linker import Linker
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def gazetteer(gazetteers: Path) -> Gazetteer:
    """The real one without its smallest places, which take most of the time to load."""
    return Gazetteer.load(ROOT / "corpus" / "cities.yaml", smallest=15_000, folder=gazetteers)


@pytest.fixture(scope="session")
def linker(gazetteer: Gazetteer) -> Linker:
    return Linker(gazetteer)
