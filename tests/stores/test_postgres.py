"""What may be wrong with a PostgreSQL server, and what is said of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from starlette.testclient import TestClient

from indexer.errors import StoreError
from indexer.snapshot.folder import IndexFolder
from indexer.stores.opening import open_store
from indexer.stores.postgres.store import PostgresStore
from indexer.stores.store import Store
from search_api.cli import run
from search_api.engine.searcher import Searcher
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import ROOT, BuildTiny
from tests.stores.cluster import Cluster
from tests.stores.test_contract import change

pytestmark = pytest.mark.stores


@pytest.fixture
def store(cluster: Cluster, name: str, built: Path, tmp_path: Path) -> Store:
    """A store in which the small corpus is published."""
    opened = open_store(cluster.url(index=name), tmp_path / "cache")
    opened.publish(IndexFolder(built).published(), lambda part: None)
    return opened


@pytest.fixture
def database(cluster: Cluster, name: str) -> str:
    """A database without the extension."""
    cluster.execute(f"CREATE DATABASE {name}")
    return name


Asked = Callable[..., str]


@pytest.fixture
def asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Asked:
    """Runs a command against a store and returns the one sentence that it leaves with."""
    monkeypatch.setenv("CITYWISE_CACHE", str(tmp_path / "cache"))

    def ask(url: str, *command: str) -> str:
        capsys.readouterr()
        assert run([*(command or ("ask", "water?")), "--store", url]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        return " ".join(said.err.split())

    return ask


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "http://db.example/x",
            "--store http: no kind of store; write postgresql://host/database or",
        ),
        ("nonsense", "--store nonsense: no kind of store; write postgresql://host/database"),
        ("postgresql://h/d?index=Two Words", "--store: index='Two Words' is no name; write up to"),
        ("postgresql://h/d?timeout=soon", "--store: timeout=soon is no number from 1 to 600"),
        ("postgresql://h/d?colour=red", "no address that PostgreSQL's driver understands"),
        ("postgresql://u:secret@127.0.0.1:1/d", "postgresql://127.0.0.1:1/d: cannot be reached"),
    ],
)
def test_a_wrong_address_is_one_sentence_without_a_password(
    asked: Asked, url: str, said: str
) -> None:
    found = asked(url)
    assert said in found
    assert "secret" not in found


def test_what_is_not_there_is_named(cluster: Cluster, name: str, asked: Asked) -> None:
    assert f"no index {name} here; load one with" in asked(cluster.url(index=name))
    assert 'database "nowhere" does not exist' in asked(cluster.url(database="nowhere"))
    assert 'role "nobody" does not exist' in asked(cluster.url("nobody"))


def test_a_missing_or_old_extension_is_named_before_anything_is_built(
    cluster: Cluster, database: str, asked: Asked, tmp_path: Path
) -> None:
    cluster.execute(
        f"CREATE ROLE {database} LOGIN; GRANT CREATE ON DATABASE {database} TO {database}"
    )
    url = cluster.url(database, database)
    index = ("index", str(tmp_path), "--index", str(tmp_path / "index"))
    said = "the extension vector is missing; have the database's administrator run CREATE EXTENSION"
    assert said in asked(url, *index)
    assert not (tmp_path / "index").exists()
    cluster.execute(
        "CREATE EXTENSION vector; SET allow_system_table_mods = on; "
        "UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'",
        database,
    )
    assert "its extension vector is 0.7.4, 0.8 or newer is needed" in asked(url, *index)


def test_a_role_that_may_not_is_told_what_it_lacks(
    cluster: Cluster, store: Store, name: str, asked: Asked, built: Path
) -> None:
    role = f"reader_{name}"
    cluster.execute(f"CREATE ROLE {role} LOGIN")
    url = cluster.url(role, index=name)
    assert "the role may not do this (permission denied for schema" in asked(url)
    assert "grant it what docs/stores.md lists" in asked(url)
    schema = store.published().path.name
    for each in (name, schema):
        cluster.execute(
            f"GRANT USAGE ON SCHEMA {each} TO {role}; "
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {each} TO {role}"
        )
    assert run(["ask", "informal settlements", "--store", url]) in (0, 1)
    with pytest.raises(StoreError, match="the role may not do this"):
        open_store(url, built).prepare()


def test_the_roles_of_the_manual_are_enough_and_not_more(
    cluster: Cluster, name: str, built: Path, tmp_path: Path
) -> None:
    manual = (ROOT / "docs" / "stores.md").read_text(encoding="utf-8")
    (statements,) = re.findall(r"```sql\n(.*?)```", manual, re.DOTALL)
    for role in ("builder", "reader"):
        statements = statements.replace(role, f"{role}_{name}")
    create, rest = statements.replace("citywise", name).split(f"\\c {name}\n")
    cluster.execute(create)
    cluster.execute(rest, name)
    builder, reader = (
        open_store(cluster.url(f"{role}_{name}", name), tmp_path / role)
        for role in ("builder", "reader")
    )
    builder.publish(IndexFolder(built).published(), lambda part: None)
    assert reader.verify(reader.published()) == []
    assert len(Searcher(reader.open(reader.published())).ask("water in Durban").results) > 0
    with pytest.raises(StoreError, match="the role may not do this"):
        reader.publish(IndexFolder(built).published(), lambda part: None)
    schema = reader.published().path.name
    cluster.execute("CREATE SCHEMA others; CREATE TABLE others.held (number integer)", name)
    refused = {
        "reader": [
            f"TRUNCATE {schema}.passages",
            f"ALTER TABLE {schema}.vectors DROP embedding",
            f"DROP SCHEMA {schema} CASCADE",
            "UPDATE citywise.published SET name = name",
            "DELETE FROM citywise.files",
            "CREATE SCHEMA mine",
            f"CREATE TABLE {schema}.mine (number integer)",
        ],
        "builder": ["CREATE DATABASE mine", "DROP EXTENSION vector", "DROP TABLE others.held"],
    }
    everybody = ["CREATE ROLE mine", "CREATE TABLE public.mine (number integer)",
                 "SELECT * FROM others.held", "COPY others.held TO PROGRAM 'true'"]  # fmt: skip
    for role, statements in refused.items():
        with psycopg.connect(cluster.url(f"{role}_{name}", name), autocommit=True) as connection:
            for statement in [*statements, *everybody]:
                with pytest.raises(errors.InsufficientPrivilege, match=r"denied|must be"):
                    connection.execute(statement.encode())
    builder.close()
    reader.close()


def test_sessions_that_read_can_change_nothing_whatever_the_role_may(
    cluster: Cluster, name: str, store: Store
) -> None:
    assert isinstance(store, PostgresStore)
    published = store.published()
    for reader in (store._readers.own(), store._readers.of(published)):
        with pytest.raises(StoreError, match="cannot execute DELETE in a read-only transaction"):
            reader.rows(f"DELETE FROM {published.path.name}.tokens RETURNING row")  # noqa: S608
    assert store.verify(published) == []


def test_tables_of_a_newer_program_are_left_alone(
    cluster: Cluster, store: Store, name: str, asked: Asked, corpus: Path
) -> None:
    cluster.execute(f"INSERT INTO {name}.migrations VALUES (99, now())")  # noqa: S608
    said = "its tables are of version 99, this program knows 1; update citywise"
    assert said in asked(cluster.url(index=name))
    assert said in asked(cluster.url(index=name), "index", str(corpus))


WRONG = {
    "DELETE FROM {0}.tokens WHERE row = 6": "tokens has 6 of 7 passages; load the index again",
    "DELETE FROM {0}.vectors; ALTER TABLE {0}.vectors ALTER embedding TYPE vector(3); "
    "INSERT INTO {0}.vectors SELECT row, '[1,0,0]' FROM {0}.passages": (
        "vectors are vector(3), those of the model"
    ),
    "UPDATE {1}.versions SET manifest = replace(manifest, '7', '8')": (
        "the manifest differs from its checksum"
    ),
    "UPDATE {1}.files SET data = 'x'": "the store holds other bytes than were loaded",
    "UPDATE {1}.versions SET sha256 = encode(sha256(replace(manifest, '\"format\": 8', "
    "'\"format\": 6')::bytea), 'hex'), manifest = replace(manifest, '\"format\": 8', "
    "'\"format\": 6')": "index of format 6, this program reads format 8",
    "DROP TABLE {0}.postings": "what was asked is no longer kept there (relation",
}


@pytest.mark.parametrize("statement", WRONG, ids=[said.split(";")[0] for said in WRONG.values()])
def test_what_is_not_whole_is_refused(
    cluster: Cluster, store: Store, name: str, asked: Asked, statement: str, built: Path
) -> None:
    schema = store.published().path.name
    cluster.execute(statement.format(schema, name))
    assert WRONG[statement] in asked(cluster.url(index=name), "ask", "settlements?")
    if name not in statement and "files" not in statement:
        open_store(cluster.url(index=name), built.parent / "other").publish(
            IndexFolder(built).published(), lambda part: None
        )
        assert run(["ask", "informal settlements", "--store", cluster.url(index=name)]) in (0, 1)


def test_a_damaged_copy_in_the_cache_is_fetched_again(store: Store) -> None:
    published = store.published()
    store.open(published)
    (published.path / "centre.npy").write_bytes(b"x" * 256)
    assert store.open(published).vectors.spread.centre.shape == (32,)


def test_a_slow_answer_is_given_up(cluster: Cluster, store: Store, name: str, asked: Asked) -> None:
    schema = store.published().path.name
    cluster.execute(
        f"ALTER TABLE {schema}.words RENAME TO real_words; CREATE VIEW {schema}.words AS "  # noqa: S608
        f"SELECT r.* FROM {schema}.real_words r, LATERAL (SELECT pg_sleep(1)) AS slow"
    )
    said = asked(cluster.url(index=name, timeout=0.3))
    assert "no answer within 0.3 s; see the server's load, or set timeout= in the address" in said


def test_the_api_answers_503_while_the_engine_refuses_and_heals(
    cluster: Cluster, store: Store, name: str, tmp_path: Path, built: Path
) -> None:
    schema = store.published().path.name
    settings = Settings(
        store=cluster.url(index=name), cache=tmp_path / "cache", answers=0, keys=None, feedback=None
    )
    with TestClient(create_app(settings)) as client:
        identity = client.get("/v1/search", params={"q": "food"}).json()["results"][0]["passage_id"]
        cluster.execute(f"ALTER TABLE {schema}.postings RENAME TO away")
        refused = client.get("/v1/search", params={"q": "water in Durban"})
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "30"
        assert refused.json()["detail"] == "the index cannot be read at present"
        cluster.execute(f"ALTER TABLE {schema}.away RENAME TO postings")
        assert client.get("/v1/search", params={"q": "water in Durban"}).status_code == 200
        served = IndexFolder(built).published().manifest.id
        assert client.get("/readyz").json()["index"] == served
        for path in (f"/v1/passages/{identity}", f"/v1/passages/{identity}/similar", "/v1/cities"):
            assert client.get(path).status_code == 200, path


def test_what_a_store_keeps_is_listed_and_gone_back_to(
    cluster: Cluster,
    store: Store,
    name: str,
    index: Path,
    corpus: Path,
    build_tiny: BuildTiny,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url, old = cluster.url(index=name), store.published().manifest.id
    change(corpus, 1)
    new = build_tiny(corpus, index).snapshot
    store.publish(IndexFolder(index).published(), lambda part: None)
    assert run(["snapshots", "list", "--store", url, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["snapshots"]
    found = [(each["id"], each["current"], each["passages"]) for each in listed]
    assert found == [(new, True, 8), (old, False, 7)]
    assert run(["snapshots", "rollback", old, "--store", url]) == 0
    assert store.published().manifest.id == old
    schema = store.kept(new).path.name
    cluster.execute(f"DELETE FROM {schema}.tokens WHERE row = 7")  # noqa: S608
    assert run(["snapshots", "rollback", new, "--store", url]) == 1
    said = f"snapshot {new} is damaged; what was published before still is"
    assert said in " ".join(capsys.readouterr().err.split())
    assert store.published().manifest.id == old
    assert run(["snapshots", "diff", old, new, "--store", url, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["id"], each["passages"]) for each in told["added"]] == [("extra.md", 1)]
    assert (told["removed"], told["changed"], told["unchanged"]) == ([], [], 3)
    assert run(["snapshots", "diff", old, "0" * 16, "--store", url]) == 2
    assert f"snapshot {'0' * 16} is not kept; kept are: " in capsys.readouterr().err


def doctored(url: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """How `doctor` finds the index of a store, and the end of what it says of it."""
    run(["doctor", "--store", url, "--json"])
    told = {each["about"]: each for each in json.loads(capsys.readouterr().out)["findings"]}
    assert "disk of the index" not in told
    assert ("answers" in told) == (told["index"]["state"] == "ok")
    return told["index"]["state"], " ".join(re.split(r"documents, |: ", told["index"]["said"])[-1:])


def test_verify_and_index_say_where(
    cluster: Cluster,
    name: str,
    corpus: Path,
    tiny_model: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("CITYWISE_CACHE", str(cache))
    url = cluster.url(index=name)
    command = ["index", str(corpus), "--model", str(tiny_model), "--index", str(tmp_path / "index")]
    assert run([*command, "--store", url]) == 0
    said = capsys.readouterr().out
    assert re.search(rf"Published it in postgresql://{cluster.folder}/postgres too\.", said)
    assert run(["verify", "--store", url]) == 0
    assert "is whole: every file, and all 7 passages." in capsys.readouterr().out
    assert doctored(url, capsys) == ("ok", f"7 passages; in postgresql://{cluster.folder}/postgres")
    nowhere = cluster.url(index=f"{name}_not")
    assert doctored(nowhere, capsys) == ("wrong", f"no index {name}_not here")
    schema = open_store(url, cache).published().path.name
    cluster.execute(f"UPDATE {schema}.postings SET weights[1] = 9 WHERE term = 3")  # noqa: S608
    assert run(["verify", "--store", url]) == 1
    said = "postings: 1 of 1 parts differ from their checksums, the first of them part 0"
    assert said in " ".join(capsys.readouterr().err.split())
