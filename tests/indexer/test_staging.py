from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from indexer.embedding.compiled import Compiled
from indexer.embedding.embedded import Embedded
from indexer.errors import EngineError
from indexer.report import Recipe
from indexer.snapshot.manifest import PASSAGES, ModelInfo
from indexer.staging import Staging
from tests.indexer.snapshot.samples import write


def test_an_engine_that_fails_half_way_is_all_that_is_heard_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = Compiled(tmp_path, ModelInfo("tiny", "f" * 64, 32, 48, 2, "", "", "int8", 1.0))
    recipe = Recipe(tmp_path, tmp_path, tmp_path)
    staging = Staging(tmp_path, recipe, compiled, write(tmp_path / PASSAGES))
    unheard: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unheard.append)

    def embed(texts: Iterable[str]) -> Iterator[list[Embedded]]:
        assert next(iter(texts)).startswith("Title of water")
        raise EngineError("the cluster's head is gone")
        yield []

    with pytest.raises(EngineError, match=r"^the cluster's head is gone$"):
        staging.write_vectors(embed)
    gc.collect()
    assert unheard == []
