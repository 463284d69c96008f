from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from indexer.errors import KeysError
from search_api.keys import FORM, Key, KeyFile, Terms, create, listed, revoke, today

TERMS = Terms(
    ("https://city.example",), {"city": ("Lima", "Quito")}, "60/minute", date(2099, 12, 31)
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "keys.sqlite"


def test_a_key_is_found_with_all_its_terms_and_no_other_is(path: Path) -> None:
    assert (listed(path), KeyFile(path).find("cwpk_")) == ([], None)
    secret, key = create(path, TERMS)
    bare, plain = create(path, Terms())
    assert FORM.fullmatch(secret)
    assert KeyFile(path).find(secret) == key == Key(key.id, TERMS, today())
    assert KeyFile(path).find(bare) == Key(plain.id, Terms(), today())
    assert KeyFile(path).find(secret[:-1]) is None
    assert [each.id for each in listed(path)] == [key.id, plain.id]


def test_the_file_holds_no_key(path: Path) -> None:
    secret, _ = create(path, TERMS)
    assert secret.encode() not in path.read_bytes()
    assert secret.removeprefix("cwpk_").encode() not in path.read_bytes()


def test_a_key_is_revoked_once_and_for_all(path: Path) -> None:
    assert not revoke(path, "0123abcd")
    secret, key = create(path, TERMS)
    assert not revoke(path, "0123abcd")
    assert revoke(path, key.id)
    assert not revoke(path, key.id)
    held = KeyFile(path).find(secret)
    assert held is not None
    assert held.fault(today()) == f"was revoked on {today()}"


def test_a_key_holds_to_the_end_of_its_last_day() -> None:
    key = Key("0123abcd", TERMS, date(2099, 1, 1))
    assert key.fault(date(2099, 12, 31)) is None
    assert key.fault(date(2100, 1, 1)) == "expired on 2099-12-31"


def test_where_keys_cannot_be_kept_the_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(KeysError, match=r"keys cannot be written there .*; set CITYWISE_KEYS"):
        create(tmp_path / "file" / "keys.sqlite", TERMS)
    (tmp_path / "notes").write_text("notes " * 100)
    with pytest.raises(KeysError, match=r"notes: holds no keys \(file is not a database\); give"):
        listed(tmp_path / "notes")


def test_what_is_kept_of_a_key_is_what_is_documented(path: Path) -> None:
    create(path, TERMS)
    with sqlite3.connect(path) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(keys)")]
    database.close()
    assert columns == [
        "id", "fingerprint", "origins", "presets", "rate", "created", "expires", "revoked",
    ]  # fmt: skip
