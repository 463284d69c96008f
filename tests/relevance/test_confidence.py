from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.build import build
from indexer.report import Recipe
from search_api.cli import run

pytestmark = [pytest.mark.model, pytest.mark.shared]


@pytest.fixture(scope="module")
def sources(shared: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("sources") / "index"
    build(Recipe(shared / "sources", index, cache))
    return index


def test_the_five_sources_know_what_they_answer(
    shared: Path, sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["eval", str(shared / "eval" / "sources"), "--index", str(sources), "--json"]
    assert run(arguments) == 0
    found = json.loads(capsys.readouterr().out)["metrics"]
    assert found["AUROC"] >= 0.95
    assert found["wrong_strong"] <= 0.05
    assert found["wrong_none"] <= 0.05
    assert found["Brier"] <= 0.2


def test_without_good_evidence_the_answer_is_no(
    sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "How do I bake sourdough bread?", "--index", str(sources), "-k", "1"]) == 1
    said = "\nNo good evidence in this index: 62 passages searched; nearest: “"
    assert capsys.readouterr().out.startswith(said)
