from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexer.errors import DocumentError
from indexer.gazetteer.gazetteer import Gazetteer
from tests.conftest import ROOT

pytestmark = pytest.mark.gazetteer

CITIES, FEWEST = ROOT / "corpus" / "cities.yaml", 15_000
NAMES = ("Durban", "eThekwini", "Gauteng", "San José", "Córdoba")


def found(gazetteer: Gazetteer) -> list[object]:
    return [(gazetteer.find(name), gazetteer.candidates(name.lower())) for name in NAMES]


def files(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    Gazetteer.load(CITIES, FEWEST, folder)
    return folder


@pytest.fixture
def stored(compiled: Path, tmp_path: Path) -> Path:
    """A folder with a compiled gazetteer that a test may damage."""
    return Path(shutil.copytree(compiled, tmp_path / "new"))


def test_a_gazetteer_is_compiled_once_and_says_what_one_in_memory_says(
    stored: Path, gazetteer: Gazetteer
) -> None:
    made = files(stored)
    assert found(Gazetteer.load(CITIES, FEWEST, stored)) == found(gazetteer)
    assert files(stored) == made
    assert sorted(Path(name).suffix for name in made) == [".sha256", ".sqlite"]


def test_a_damaged_gazetteer_is_compiled_anew(stored: Path, gazetteer: Gazetteer) -> None:
    (path,) = stored.glob("*.sqlite")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert found(Gazetteer.load(CITIES, FEWEST, stored)) == found(gazetteer)
    assert path.read_bytes() == data


def test_a_broken_cities_yaml_leaves_nothing_behind(tmp_path: Path) -> None:
    cities = tmp_path / "cities.yaml"
    cities.write_text("aliases: 7\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="aliases is no list"):
        Gazetteer.load(cities, FEWEST, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []
