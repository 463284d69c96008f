"""Parts that many tests use: a tiny model made on the fly, a small corpus, an index of it."""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.pop("COLUMNS", None)  # each worker of a parallel run is told one
os.environ["CITYWISE_SMALLEST_PLACE"] = "15000"  # loads in half the time

from indexer.build import build
from indexer.embedding.compiled import compile_model
from indexer.embedding.models import find_model
from indexer.embedding.reference import Reference
from indexer.program import program
from indexer.report import Recipe, Report
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from search_api.engine.searcher import Searcher
from tests import tiny
from tests.tiny import MAX_TOKENS, make_tiny_crossing, make_tiny_model

settings.register_profile("citywise", deadline=None)  # time is measured in benchmarks
settings.load_profile("citywise")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

DURBAN = """---
id: durban-note
title: Notes from Durban
kind: session
date: "2020-03-25"
publisher: Network of Cities
url: https://example.org/durban
language: en
topics: [housing, water]
cities:
  - {name: Durban, country: South Africa}
---

# Notes from Durban

The city met on Wednesday. Dr. Tang spoke first.

## Informal settlements

Informal settlements were the hardest problem. Water tanks came by truck.

| City | Closed or moved | Crowded |
|---|---|---|
| Durban | Public buildings were closed. | Informal settlements present a major challenge. |
| Lima | Markets were moved outdoors. | Buses were crowded. |
"""

PARTS = (".counts", "")

SNAPSHOT_FILES = [
    "centre.npy",
    *(f"columns/{name}.npy" for name in ("aspects", "copies", "documents", "languages", "noise")),
    "columns/values.json",
    "encoder/model.onnx",
    "encoder/tokenizer.json",
    "encoder/weights.bin",
    *(f"labels/{name}{part}.npy" for name in ("acted", "city", "country") for part in PARTS),
    "labels/days.npy",
    *(f"labels/{name}{part}.npy" for name in ("kind", "language", "own") for part in PARTS),
    *(f"labels/{name}{part}.npy" for name in ("region", "topic") for part in PARTS),
    "labels/values.json",
    *(f"labels/year{part}.npy" for part in PARTS),
    "lexical/analysis.json",
    *(f"lexical/{name}.npy" for name in ("most", "offsets", "postings")),
    "lexical/terms.bin",
    "lexical/terms.npy",
    "lexical/weights.npy",
    "passages.sqlite",
    "places.sqlite",
    "spread.npy",
    "tokens/bits.bin",
    "tokens/offsets.npy",
    "tokens/sentences.npy",
    "vectors.faiss",
]
"""Every file of a snapshot but its manifest, sorted."""

FEWEST_PLACES = 15_000
"""As in the environment above, for builds that do not go through the settings."""

RECORDS = """\
{"id": "lima-bikes", "title": "Bicycle lanes", "city": "Lima", "country": "Peru", \
"date": "2020-05", "text": "Lima painted 46 kilometres of bicycle lanes.", \
"challenge": "Cyclists feared the traffic.", "language": "en"}
{"id": "quito-food", "title": "Food baskets", "city": "Quito", "country": "Ecuador", \
"date": "2020", "text": "Quito carried food baskets to families in quarantine.", "language": "en"}
"""


@pytest.fixture(scope="session")
def outliving(pytestconfig: pytest.Config) -> Path:
    """A folder that outlives the run, for what takes seconds to make and is always the same."""
    assert pytestconfig.cache is not None
    made_by = hashlib.sha256(f"{program()}{inspect.getsource(tiny)}".encode()).hexdigest()[:16]
    folders = pytestconfig.cache.mkdir("made")
    folder = folders / made_by
    for outdated in set(folders.iterdir()) - {folder}:
        shutil.rmtree(outdated, ignore_errors=True)
    for kept in ("models", "read"):
        (folder / kept).mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def tiny_model(outliving: Path) -> Path:
    """A sentence-transformers model of 32 dimensions that reads 48 tokens, with random weights."""
    return _made(outliving, "tiny", MAX_TOKENS)


@pytest.fixture(scope="session")
def long_model(outliving: Path) -> Path:
    """The same, but that it reads 512 tokens, so that passages are as long as shipped ones."""
    return _made(outliving, "long", 512)


def _made(outliving: Path, name: str, tokens: int) -> Path:
    # Of processes that test side by side one makes and compiles it, and the others wait.
    with (outliving / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = outliving / name
        if not done.is_dir():
            half = outliving / "half"
            shutil.rmtree(half, ignore_errors=True)
            files = find_model(str(make_tiny_model(half, tokens=tokens)))
            compile_model(files, Reference(files), outliving)
            half.rename(done)
    return done / "model"


@pytest.fixture(scope="session")
def tiny_crossing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder that reads 48 tokens, with random weights."""
    return make_tiny_crossing(tmp_path_factory.mktemp("crossing"))


@pytest.fixture(scope="session")
def gazetteers(pytestconfig: pytest.Config) -> Path:
    """A folder of compiled gazetteers that outlives the run: compiling takes seconds."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("gazetteers")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory, gazetteers: Path, outliving: Path) -> Path:
    """A cache that all tests of a run share, with what other runs compiled and read."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "gazetteers").symlink_to(gazetteers, target_is_directory=True)
    for kept in ("models", "read"):
        (folder / kept).symlink_to(outliving / kept, target_is_directory=True)
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of three documents: a session note, and two records in a file."""
    return write_corpus(tmp_path / "corpus")


def write_corpus(folder: Path) -> Path:
    (folder / "sessions").mkdir(parents=True)
    (folder / "sessions" / "durban.md").write_text(DURBAN, encoding="utf-8")
    (folder / "initiatives").mkdir()
    (folder / "initiatives" / "records.jsonl").write_text(RECORDS, encoding="utf-8")
    return folder


BuildTiny = Callable[..., Report]


@pytest.fixture
def build_tiny(tiny_model: Path, cache: Path) -> BuildTiny:
    """Build an index with the tiny model: `build_tiny(corpus, index, keep_going=False)`."""

    def run(corpus: Path, index: Path, *, keep_going: bool = False) -> Report:
        return build(Recipe(corpus, index, cache, str(tiny_model), keep_going, FEWEST_PLACES))

    return run


@pytest.fixture(scope="session")
def built(tiny_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder of the small corpus; tests must not change it."""
    folder = tmp_path_factory.mktemp("built")
    corpus = write_corpus(folder / "corpus")
    build(Recipe(corpus, folder / "index", cache, str(tiny_model), False, FEWEST_PLACES))
    return folder / "index"


@pytest.fixture(scope="session")
def snapshot(built: Path) -> Snapshot:
    return open_snapshot(built)


@pytest.fixture(scope="session")
def searcher(snapshot: Snapshot) -> Searcher:
    return Searcher(snapshot)


@pytest.fixture
def index_copy(built: Path, tmp_path: Path) -> IndexFolder:
    """A copy of the index that a test may damage."""
    shutil.copytree(built, tmp_path / "index")
    return IndexFolder(tmp_path / "index")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public texts and test sets beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"did not run: no folder {SHARED.name} beside the checkout")
    return SHARED
