"""What is sent where Citus is, to a stand-in; `CITYWISE_TEST_CITUS` has the contract run on one."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from indexer.build import build
from indexer.errors import StoreError
from indexer.report import Recipe
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import open_snapshot
from indexer.stores.opening import open_store
from indexer.stores.postgres.loading import _among
from search_api.engine.searcher import Searcher
from tests.conftest import FEWEST_PLACES
from tests.stores.cluster import Cluster
from tests.stores.standin import StandIn
from tests.stores.test_contract import FILTERS, QUESTIONS, untimed

pytestmark = pytest.mark.stores

PARTED = [
    ("documents", "row", "none"),
    ("passages", "document", "documents"),
    ("copies", None, None),
    ("vectors", "row", "none"),
    ("words", "row", "vectors"),
    ("tokens", "row", "vectors"),
    ("postings", "part", "none"),
]
TABLES = [name for name, *_ in PARTED]
SETTINGS = [
    "statement_timeout TO '5000'",
    "jit TO 'off'",
    "hnsw.ef_search TO '1000'",
    "hnsw.iterative_scan TO 'relaxed_order'",
    "hnsw.max_scan_tuples TO '200000'",
    "enable_seqscan TO 'off'",
]


STATEMENT = re.compile("BEGIN|COMMIT|SET |CREATE |ALTER |SELECT create_|COPY |ANALYZE |UPDATE ")


@pytest.fixture
def citus(cluster: Cluster, name: str) -> StandIn:
    return StandIn(cluster, name)


@pytest.fixture
def walked(
    index: Path, corpus: Path, tiny_model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An index whose vectors a store finds by HNSW."""
    monkeypatch.setattr("indexer.stores.postgres.schema.COMPARED", 0)
    monkeypatch.setattr("indexer.stores.postgres.engine.GATHERED", 2)
    monkeypatch.setattr("indexer.stores.postgres.loading.POSTINGS", 1)
    build(Recipe(corpus, index, cache, str(tiny_model), False, FEWEST_PLACES, vectors="rabitq"))
    return index


def test_tables_are_parted_while_empty_then_filled_indexed_named_and_pointed_to(
    citus: StandIn, walked: Path, tmp_path: Path
) -> None:
    citus.install()
    citus.heard()
    store = open_store(citus.url, tmp_path / "cache")
    store.publish(IndexFolder(walked).published(), lambda part: None)
    assert citus.parted() == PARTED
    (version,) = store.versions()
    assert version.size == 7 * len(TABLES) + 32768  # and `checks`, which stays on the coordinator
    said = [each for each in citus.heard() if STATEMENT.match(each)]
    patterns = [
        "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'",
        "SET LOCAL citus.propagate_set_commands TO 'local'",
        f'CREATE SCHEMA "{version.name}"',
        *(f"CREATE TABLE {table} .*" for table in TABLES),
        "ALTER TABLE vectors .*",
        *(
            r"SELECT create_distributed_table\(\$1, \$2, colocate_with => \$3\)"
            if shard
            else r"SELECT create_reference_table\(\$1\)"
            for _, shard, _ in PARTED
        ),
        *(rf"COPY {table} FROM STDIN \(FORMAT BINARY\)" for table in TABLES),
        "SET LOCAL maintenance_work_mem = '512MB'",
        r"CREATE INDEX ON passages \(document\)",
        r"CREATE INDEX ON passages \(id\)",
        r"CREATE INDEX ON documents \(id\)",
        r"CREATE INDEX ON vectors USING hnsw .*",
        *(f"ANALYZE {table}" for table in TABLES),
        "COMMIT",
        "BEGIN",
        "UPDATE .*versions SET number .*",
        "COMMIT",
    ]
    sent = said[said.index(patterns[0]) :]
    for found, pattern in zip(sent, patterns, strict=False):
        assert re.fullmatch(pattern, found), (found, pattern)
    assert sent[len(patterns) :] == ["BEGIN", "COMMIT"]
    store.close()


def test_answers_are_the_embedded_ones_and_settings_go_with_each_question(
    citus: StandIn, walked: Path, tmp_path: Path
) -> None:
    citus.install()
    store = open_store(citus.url, tmp_path / "cache")
    store.publish(IndexFolder(walked).published(), lambda part: None)
    here, there = Searcher(open_snapshot(walked)), Searcher(store.open(store.published()))
    for filters in FILTERS:
        for question in QUESTIONS:
            expected = here.ask(question, filters=filters)
            assert untimed(there.ask(question, filters=filters)) == untimed(expected)
    assert store.verify(store.published()) == []
    citus.heard()
    there.snapshot.vectors.search(np.eye(1, 32, dtype=np.float32)[0], 3)
    terms = there.snapshot.lexical.analyzer.question_terms("informal settlements")
    there.snapshot.lexical.best(terms, 3)
    said = citus.heard()
    near = next(n for n, each in enumerate(said) if "embedding <#> $1" in each)
    assert said[near - 7 : near + 2] == [
        "BEGIN",
        *(f"SET LOCAL {setting}" for setting in SETTINGS),
        said[near],
        "COMMIT",
    ]
    assert sum("GROUP BY p.part, u.row" in each for each in said) == 1
    store.close()


def test_machines_add_up_whole_scores_of_their_own_passages(
    citus: StandIn, walked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.stores.postgres.engine.SPARE", 0)
    citus.install()
    store = open_store(citus.url, tmp_path / "cache")
    store.publish(IndexFolder(walked).published(), lambda part: None)
    here, there = open_snapshot(walked).lexical, store.open(store.published()).lexical
    for question in (*QUESTIONS, "Quito Lima Durban water food families bicycle lanes trucks"):
        terms = here.analyzer.question_terms(question)
        for k in (1, 2, 7):
            expected, found = here.best(terms, k), there.best(terms, k)
            assert found[0].tolist() == expected[0].tolist()
            assert found[1].tolist() == expected[1].tolist()
    store.close()


def test_a_snapshot_of_before_citus_came_is_asked_as_before(
    citus: StandIn, walked: Path, tmp_path: Path
) -> None:
    store = open_store(citus.url, tmp_path / "cache")
    store.publish(IndexFolder(walked).published(), lambda part: None)
    store.close()
    citus.install()
    assert citus.parted() == []
    there = Searcher(store.open(store.published()))
    citus.heard()
    expected = Searcher(open_snapshot(walked)).ask(QUESTIONS[0])
    assert untimed(there.ask(QUESTIONS[0])) == untimed(expected)
    assert not any("p.part, u.row" in each or "SET LOCAL" in each for each in citus.heard())
    store.close()


def test_an_old_citus_is_refused(cluster: Cluster, name: str, tmp_path: Path) -> None:
    StandIn(cluster, name, "10.2-4").install()
    with pytest.raises(StoreError, match=r"its extension citus is 10\.2-4, 11 or newer is needed"):
        open_store(cluster.url(database=name), tmp_path / "cache").prepare()


def test_a_passage_has_its_postings_of_all_terms_in_parts_of_one_number() -> None:
    assert list(_among(np.array([0, 2, 3, 11], dtype=np.int32), 3)) == [
        (0, slice(0, 2)),
        (1, slice(2, 3)),
        (3, slice(3, 4)),
    ]
    assert list(_among(np.zeros(0, dtype=np.int32), 3)) == []
