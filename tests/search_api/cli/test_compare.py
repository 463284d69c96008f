from __future__ import annotations

import json
from pathlib import Path

import pytest

from search_api.cli import run
from search_api.engine.comparison import compare
from search_api.engine.searcher import Searcher

FOOD = "Food baskets Quito carried food baskets to families in quarantine."


@pytest.fixture(autouse=True)
def no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def compared(
    index: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, str, str]:
    status = run(["compare", FOOD, "--index", str(index), *options])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_cell_holds_a_quotation_with_its_citation_or_a_gap(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = compared(built, capsys, "--cities", "Quito, Atlantis")
    assert (status, err) == (0, "")
    assert FOOD in out
    assert "“Quito carried food baskets to families in quarantine.”" in out
    assert "“Food baskets”, 2020, characters 0–53." in out
    assert "no evidence in this collection: no passage has city “Atlantis”; " in out


def test_names_that_hold_a_comma_are_parted_by_semicolons(
    built: Path, searcher: Searcher, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = compared(built, capsys, "--cities", "Lima, Peru; Quito", "--json")
    assert status == 0
    expected = compare(searcher, FOOD, ["Lima, Peru", "Quito"])
    assert json.loads(out) == expected.model_dump(mode="json")


def test_no_evidence_of_any_city_is_a_no(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = compared(built, capsys, "--cities", "Atlantis,Utopia")
    assert (status, err) == (1, "")
    assert out.count("no evidence in this collection: ") == 2


def test_one_city_is_no_comparison(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "citywise: 1 city to compare; name 2 to 20 different ones\n"
    assert compared(built, capsys, "--cities", "Lima") == (2, "", said)
