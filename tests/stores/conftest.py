"""Stores for the contract; each test has an index of its own in them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import BuildTiny
from tests.stores.cluster import Cluster
from tests.stores.kinds import Embedded, InMilvus, InPostgres, Kind

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for all tests that leave it as it is."""
    made = Cluster()
    made.start()
    yield made
    made.remove()


@pytest.fixture
def name() -> str:
    """A name for an index that no other test has."""
    return f"test{next(_NUMBERS)}"


@pytest.fixture(params=["embedded", "postgresql", "citus", "milvus"])
def kind(request: pytest.FixtureRequest, name: str, tmp_path: Path, index: Path) -> Iterator[Kind]:
    if request.param == "citus" and "CITYWISE_TEST_CITUS" not in os.environ:
        pytest.skip("did not run: CITYWISE_TEST_CITUS names no server")
    if request.param == "embedded":
        yield Embedded(index)
    elif request.param == "milvus":
        url = os.environ.get("CITYWISE_TEST_MILVUS") or f"milvus://{tmp_path}/milvus.db"
        with closing(InMilvus(url, name, tmp_path / "cache")) as stored:
            yield stored
    else:
        named = os.environ.get("CITYWISE_TEST_CITUS") if request.param == "citus" else None
        url = named or request.getfixturevalue("cluster").url()
        with closing(InPostgres(url, name, tmp_path / "cache")) as stored:
            yield stored


@pytest.fixture
def index(corpus: Path, tmp_path: Path, build_tiny: BuildTiny) -> Path:
    """An index of the small corpus, which a test may build anew."""
    build_tiny(corpus, tmp_path / "index")
    return tmp_path / "index"
