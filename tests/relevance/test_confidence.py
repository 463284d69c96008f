from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.build import build
from indexer.report import Recipe
from search_api.cli import run

pytestmark = [pytest.mark.model, pytest.mark.shared]


def test_the_five_sources_know_what_they_answer(
    shared: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(Recipe(shared / "sources", tmp_path / "index", cache))
    arguments = ["eval", str(shared / "eval" / "sources"), "--index", str(tmp_path / "index")]
    assert run([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["metrics"]
    assert found["AUROC"] >= 0.95
    assert found["wrong_strong"] <= 0.05
    assert found["wrong_none"] <= 0.05
