"""The bytes of a snapshot follow from what went into it, not from process or cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import FileInfo
from tests.bounds import bounded
from tests.conftest import ROOT, write_corpus

TOWNS = """\
Vaxholm, Sweden, and Ascona in Switzerland, built cycle lanes. Bad Ischl in Austria followed.

The mayor of Hallstatt, Austria, met that of Ronda, Spain, and of Skagen, Denmark.
"""
"""Places that only a snapshot that speaks of them knows the names of."""

GONE = (("built",), ("built", "read"), ("built", "models"))
"""What is not in the cache, beside vectors."""

pytestmark = pytest.mark.faults


def built(corpus: Path, index: Path, cache: Path, model: Path, seed: int) -> dict[str, FileInfo]:
    """Build in a process whose sets have an order of their own."""
    told = ["index", str(corpus), "--index", str(index), "--model", str(model)]
    done = subprocess.run(
        [sys.executable, "-m", "search_api", *told],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "CITYWISE_CACHE": str(cache), "PYTHONHASHSEED": str(seed)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return IndexFolder(index).published().manifest.files


def test_every_process_makes_the_same_bytes_whatever_is_in_its_cache(
    tmp_path: Path, tiny_model: Path, cache: Path
) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    (corpus / "towns.txt").write_text(TOWNS, encoding="utf-8")
    own = tmp_path / "cache"
    shutil.copytree(cache / "models", own / "models")
    (own / "gazetteers").symlink_to(cache / "gazetteers")
    first = built(corpus, tmp_path / "first", own, tiny_model, seed=0)
    assert len(first) > 40
    for seed, gone in enumerate(GONE[: bounded(2, len(GONE))], start=1):
        for vectors in own.glob("embedded-*"):
            vectors.unlink()
        for name in gone:
            shutil.rmtree(own / name)
        again = built(corpus, tmp_path / str(seed), own, tiny_model, seed)
        assert {name for name in first | again if again.get(name) != first.get(name)} == set()
