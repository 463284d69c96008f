from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.embedding.compiled import Compiled, compile_model
from indexer.embedding.makers import CompiledMaker, choose_maker
from indexer.embedding.models import ModelFiles, find_model
from indexer.embedding.reference import Reference
from indexer.errors import ModelError
from indexer.snapshot.encoder import Encoder

TEXTS = ["water " * number for number in (3, 40, 1)] + ["", "informal settlements in durban"]


@pytest.fixture(scope="module")
def compiled(tiny_model: Path, cache: Path) -> Compiled:
    files = find_model(str(tiny_model))
    return compile_model(files, Reference(files), cache)


def unloadable() -> Reference:
    return Reference(ModelFiles("gone", Path("no such folder"), ""))


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_without_a_gpu_the_compiled_encoder_embeds_and_torch_is_not_asked(
    compiled: Compiled, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.embedding.makers._DRIVERS", (Path("no such device"),))
    maker = choose_maker(device, compiled, unloadable())  # type: ignore[arg-type]
    assert isinstance(maker, CompiledMaker)
    made = maker.encode_passages(TEXTS)
    assert made.dtype == np.float32
    encoder = Encoder(compiled.folder, compiled.info)
    for text, vector in zip(TEXTS, made, strict=True):
        np.testing.assert_array_equal(vector, encoder.encode_passages([text])[0])


def test_a_gpu_that_is_not_there_is_told(compiled: Compiled) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("did not run: there is a GPU")
    with pytest.raises(ModelError, match="no CUDA device that torch can use; leave out --device"):
        choose_maker("cuda", compiled, unloadable())
