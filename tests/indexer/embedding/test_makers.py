from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.embedding.compiled import Compiled, compile_model
from indexer.embedding.makers import CompiledMaker, CudaMaker, choose_maker
from indexer.embedding.models import ModelFiles, find_model
from indexer.embedding.reference import Reference
from indexer.errors import ModelError
from indexer.snapshot.encoder import Encoder
from indexer.snapshot.tokens import signs

pytestmark = pytest.mark.slow

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
    encoder = Encoder(compiled.folder, compiled.info)
    for text, made in zip(TEXTS, maker.encode_passages(TEXTS), strict=True):
        expected = encoder.encode_passage(text)
        np.testing.assert_array_equal(made.vector, expected.vector)
        np.testing.assert_array_equal(made.bits, signs(expected.states))
        np.testing.assert_array_equal(made.starts, expected.starts)


class OnProcessor(Reference):
    """The model as a GPU would run it, but where there is none."""

    def move_to_cuda(self) -> None: ...


def test_a_gpu_gives_the_vectors_and_tokens_of_sentence_transformers(
    compiled: Compiled, tiny_model: Path
) -> None:
    reference = OnProcessor(find_model(str(tiny_model)))
    texts = [text for text in TEXTS if text]
    encoder = Encoder(compiled.folder, compiled.info)
    expected = reference.encode_passages(texts)
    for text, vector, made in zip(
        texts, expected, CudaMaker(compiled, reference).encode_passages(texts), strict=True
    ):
        np.testing.assert_allclose(made.vector, vector, atol=1e-6)
        near = encoder.encode_passage(text)
        np.testing.assert_array_equal(made.starts, near.starts)
        # 8 bits turn few signs over.
        assert np.mean(np.unpackbits(made.bits ^ signs(near.states))) < 0.02


def test_a_gpu_that_is_not_there_is_told(compiled: Compiled) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("did not run: there is a GPU")
    with pytest.raises(ModelError, match="no CUDA device that torch can use; leave out --device"):
        choose_maker("cuda", compiled, unloadable())
