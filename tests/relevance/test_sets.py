from __future__ import annotations

import json
from pathlib import Path

import pytest

from search_api.cli import run

pytestmark = [pytest.mark.model, pytest.mark.shared]

# Two of Cranfield's records are empty: what holds no text is left out, and said to be.
INDEXED = {"cranfield": (1398, 2), "medline": (1033, 0), "xquad_es": (240, 0)}


@pytest.mark.parametrize(
    ("name", "mode", "floor"),
    [
        ("cranfield", "hybrid", 0.6),
        ("cranfield", "dense", 0.504),
        ("medline", "hybrid", 0.8),
        ("medline", "dense", 0.782),
        ("xquad_es", "hybrid", 0.955),
    ],
)
def test_ranking_is_as_good_as_it_was(
    name: str,
    mode: str,
    floor: float,
    shared: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CITYWISE_CACHE", str(cache))
    status = run(["eval", str(shared / "eval" / name), "--mode", mode, "--json"])
    said = capsys.readouterr()
    assert status == 0, said.err
    result = json.loads(said.out)
    assert result["metrics"]["nDCG@10"] >= floor
    documents, skipped = INDEXED[name]
    assert (result["dataset"], result["index"]["documents"]) == (name, documents)
    assert said.err.count("Skipped: ") == skipped
