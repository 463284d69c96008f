from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from search_api.cli import run
from search_api.keys import KeyFile, Terms, today

ORDER = [
    "keys", "create", "--origin", "https://City.example", "--origin", "http://127.0.0.1:8080",
    "--filter", "city=Lima", "--filter", "city=Quito", "--filter", "since=2020-05",
    "--rate", "60/minute", "--expires", "2099-12-31",
]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys.sqlite"
    monkeypatch.setenv("CITYWISE_KEYS", str(path))
    return path


def test_a_key_is_made_shown_once_listed_and_revoked(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(ORDER) == 0
    out, said = capsys.readouterr()
    key = KeyFile(file).find(out.removesuffix("\n"))
    assert key is not None
    assert key.terms == Terms(
        ("https://city.example", "http://127.0.0.1:8080"),
        {"city": ("Lima", "Quito"), "since": ("2020-05",)},
        "60/minute",
        date(2099, 12, 31),
    )
    assert f"`citywise keys revoke {key.id}` withdraws it" in said
    assert run(["keys", "list"]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if key.id in line)
    assert [cell.strip() for cell in line.strip("│").split("│")] == [
        key.id, "https://city.example http://127.0.0.1:8080",
        "city=Lima, city=Quito, since=2020-05", "60/minute", str(today()), "holds to 2099-12-31",
    ]  # fmt: skip
    assert [run(["keys", "revoke", key.id]) for _ in range(2)] == [0, 1]
    out, said = capsys.readouterr()
    assert out == f"Key {key.id} is revoked; servers refuse it from now on.\n"
    assert f"no key {key.id} that could be revoked; `citywise keys list` names them" in said


def test_programs_are_told_in_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*ORDER, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert KeyFile(file).find(made.pop("key")) is not None
    assert run(["keys", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"keys": [made]}
    assert made["filters"] == {"city": ["Lima", "Quito"], "since": ["2020-05"]}
    assert (made["expires"], made["revoked"]) == ("2099-12-31", None)


def test_where_there_are_no_keys_the_answer_is_no(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["keys", "list", "--json"]) == 1
    out, said = capsys.readouterr()
    assert json.loads(out) == {"keys": []}
    assert said.endswith("no keys are kept there yet; make one with `citywise keys create`\n")
    assert not file.exists()


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--origin", "https://city.example/a", ": no site; write https://city.example, without a"),
        ("--filter", "Lima", ": no filter; write NAME=VALUE, where NAME is city, country, region,"),
        ("--filter", "within=Lima", ": no filter; write NAME=VALUE"),
        ("--filter", "city= ", ": no filter; write NAME=VALUE"),
        ("--filter", "kind=poem", ": no kind; kinds are session, initiative, news, press-release"),
        ("--filter", "since=spring", ": no date; write it as 2020, 2020-05 or 2020-05-31"),
        ("--rate", "0/minute", ": no rate; write it as 60/minute or 1000/day"),
        ("--rate", "60 per week", ": no rate; write it as 60/minute or 1000/day"),
        ("--expires", "soon", ": no day; write it as 2027-12-31"),
        ("--expires", "2020-01-01", ": is over; name today or a later day"),
    ],
)
def test_what_a_key_cannot_be_is_said(
    option: str, value: str, message: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["keys", "create", option, value]) == 2
    assert f"citywise: {option} {value}{message}" in capsys.readouterr().err
    assert not file.exists()


def test_two_values_of_a_date_and_an_empty_setting_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = ["--filter", "since=2020", "--filter", "since=2021"]
    assert run(["keys", "create", *twice]) == 2
    assert "since=2021: there is one since already; leave one of them" in capsys.readouterr().err
    monkeypatch.setenv("CITYWISE_KEYS", "")
    assert run(["keys", "list"]) == 2
    assert "CITYWISE_KEYS is empty: there are no keys; set it" in capsys.readouterr().err
