from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest

from indexer.embedding.compiled import QUESTIONS, Compiled, compile_model
from indexer.embedding.models import find_model
from indexer.embedding.reference import Reference
from indexer.snapshot.encoder import Encoder

TEXTS = [
    "",
    "water",
    "How did cities handle informal settlements?",
    "Bogot\u00e1 1,5 % \u6771\u4eac",
    "tanks " * 40,
]


@pytest.fixture(scope="module")
def compiled(tiny_model: Path, cache: Path) -> Compiled:
    files = find_model(str(tiny_model))
    return compile_model(files, Reference(files), cache)


def test_every_product_with_weights_is_of_integers(compiled: Compiled) -> None:
    passages = onnx.load(str(compiled.folder / "model.onnx")).graph
    questions = onnx.load(str(compiled.folder / QUESTIONS)).graph
    before, after = (Counter(node.op_type for node in each.node) for each in (passages, questions))
    assert before["MatMulNBits"] == after["MatMulIntegerToFloat"] == 6
    assert before["MultiHeadAttention"] == after["MultiHeadAttention"] == 1
    assert "MatMul" not in after
    integers = [each for each in questions.initializer if each.name.endswith(".integers")]
    assert {each.data_type for each in integers} == {onnx.TensorProto.INT8}
    assert len(integers) == 6


def test_questions_are_encoded_nearly_as_with_blocks(compiled: Compiled) -> None:
    blocks = Encoder(compiled.folder, compiled.info)
    integers = Encoder(compiled.folder, compiled.info, QUESTIONS)
    for text in TEXTS:
        one, other = blocks.encode_question(text), integers.encode_question(text)
        assert 0.999 < one.vector @ other.vector < 1.00001
        np.testing.assert_allclose(one.states, other.states, atol=0.2)


def test_activations_of_nothing_are_no_division_by_zero(compiled: Compiled, tmp_path: Path) -> None:
    model = onnx.load(str(compiled.folder / QUESTIONS))
    for each in model.graph.initializer:
        if "LayerNorm" in each.name or each.name.endswith("bias"):
            array = np.zeros_like(onnx.numpy_helper.to_array(each))
            each.CopyFrom(onnx.numpy_helper.from_array(array, each.name))
    compiled.copy_to(tmp_path / "zero")
    onnx.save(model, str(tmp_path / "zero" / "model.onnx"))
    encoded = Encoder(tmp_path / "zero", compiled.info).encode_question("water")
    np.testing.assert_array_equal(encoded.states, 0)
