from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from indexer.embedding.models import find_model
from indexer.embedding.reference import Reference
from indexer.errors import ModelError
from tests.tiny import make_tiny_model

pytestmark = pytest.mark.slow

TEXTS = [
    "Water tanks came by truck.",
    "",
    "Bogotá 🚰\r\n\t東京",
    "water " * 200,
    "how did cities handle informal settlements",
]


@pytest.fixture(scope="module")
def reference(tiny_model: Path) -> Reference:
    return Reference(find_model(str(tiny_model)))


@pytest.fixture
def copy(tiny_model: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_model, tmp_path / "copy")


def test_vectors_are_those_of_sentence_transformers_at_length_one(reference: Reference) -> None:
    vectors = reference.encode_passages(TEXTS)
    plain = reference.model.encode(TEXTS, show_progress_bar=False)
    expected = plain / np.linalg.norm(plain, axis=1, keepdims=True)
    assert vectors.shape == (5, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_vectors_keep_the_order_of_their_texts(reference: Reference) -> None:
    vectors = reference.encode_passages(TEXTS)
    np.testing.assert_allclose(reference.encode_passages(TEXTS[::-1]), vectors[::-1], atol=1e-6)


def test_a_passage_gets_the_prompt_that_the_model_asks_for(
    reference: Reference, tmp_path: Path
) -> None:
    prompts = {"query": "how did ", "document": "the city "}
    path = make_tiny_model(tmp_path, prompts=prompts)  # the same weights
    prompted = Reference(find_model(str(path)))
    np.testing.assert_allclose(
        prompted.encode_passages(["water tanks"]),
        reference.encode_passages(["the city water tanks"]),
        atol=1e-6,
    )


def test_a_model_is_loaded_when_it_is_first_asked_for_something(copy: Path) -> None:
    reference = Reference(find_model(str(copy)))
    shutil.rmtree(copy)
    with pytest.raises(ModelError, match=f"model '{copy}' cannot be loaded"):
        reference.encode_passages(["water"])


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_model_file_cut_short_is_told_in_a_sentence(copy: Path, name: str) -> None:
    data = (copy / name).read_bytes()
    for kept in (0, 20, -20):
        (copy / name).write_bytes(data[:kept])
        reference = Reference(find_model(str(copy)))
        with pytest.raises(ModelError, match=f"^model '{copy}' cannot be loaded: ."):
            reference.encode_passages(["water"])


def add_module(model: Path, kind: str) -> None:
    modules = json.loads((model / "modules.json").read_text(encoding="utf-8"))
    more = {"idx": len(modules), "name": str(len(modules)), "path": "2_More", "type": kind}
    (model / "modules.json").write_text(json.dumps([*modules, more]), encoding="utf-8")
    (model / "2_More").mkdir()


def test_code_that_comes_with_a_model_is_not_run(copy: Path, tmp_path: Path) -> None:
    add_module(copy, "mine.Module")
    (copy / "mine.py").write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w').close()\nclass Module: ...\n", encoding="utf-8"
    )
    reference = Reference(find_model(str(copy)))
    with pytest.raises(ModelError, match="cannot be loaded"):
        reference.encode_passages(["water"])
    assert not (tmp_path / "ran").exists()


def test_a_layer_whose_weights_are_a_pickle_is_not_loaded(copy: Path) -> None:
    import torch
    from sentence_transformers.sentence_transformer.modules import Dense

    layer = Dense(32, 8)
    add_module(copy, "sentence_transformers.models.Dense")
    layer.save(str(copy / "2_More"))
    (copy / "2_More" / "model.safetensors").unlink()
    torch.save(layer.state_dict(), copy / "2_More" / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"safetensors|pytorch_model\.bin"):
        Reference(find_model(str(copy))).encode_passages(["water"])
