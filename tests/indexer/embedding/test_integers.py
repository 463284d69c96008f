from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.embedding.integers import products, with_integers
from indexer.embedding.rounding import Floats
from indexer.snapshot.encoder import open_graph

pytestmark = pytest.mark.slow

WIDTH, INNER = 64, 128


def drawn(*shape: int, seed: int = 3) -> Floats:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def block() -> Any:
    """Two matrices side by side on the same tokens; on the first, a function and a matrix."""
    from onnx import TensorProto, helper, numpy_helper

    nodes = [
        helper.make_node("MatMul", ["x", "left"], ["inner"]),
        helper.make_node("MatMul", ["x", "right"], ["beside"]),
        helper.make_node("Relu", ["inner"], ["kept"]),
        helper.make_node("MatMul", ["kept", "up"], ["wide"]),
        helper.make_node("BiasGelu", ["wide", "bias"], ["bent"], domain="com.microsoft"),
        helper.make_node("MatMul", ["bent", "down"], ["y"]),
    ]
    shapes = {
        "left": (WIDTH, WIDTH),
        "right": (WIDTH, 24),
        "up": (WIDTH, INNER),
        "bias": (INNER,),
        "down": (INNER, WIDTH),
    }
    held = {name: drawn(*shape, seed=at) for at, (name, shape) in enumerate(shapes.items())}
    held["down"][7] *= 30
    ends = [("x", WIDTH), ("y", WIDTH), ("beside", 24)]
    into, *out = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", width])
        for name, width in ends
    ]
    constants = [numpy_helper.from_array(value / 8, name) for name, value in held.items()]
    graph = helper.make_graph(nodes, "block", [into], out, constants)
    domains = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=8)


def answers(model: Any, tokens: Floats, folder: Path) -> list[Floats]:
    import onnx

    onnx.save(model, str(folder / "graph.onnx"))
    made: list[Floats] = open_graph(folder / "graph.onnx").run(["y", "beside"], {"x": tokens[None]})
    return [each[0] for each in made]


@pytest.fixture
def light() -> Any:
    model = block()
    tokens = drawn(20, WIDTH)
    tokens[:, 5] *= 40
    with_integers(model, {"x": tokens})
    return model


def test_whole_numbers_give_what_the_graph_gave(light: Any, tmp_path: Path) -> None:
    tokens = drawn(9, WIDTH, seed=11)
    tokens[:, 5] *= 40
    for made, expected in zip(
        answers(light, tokens, tmp_path), answers(block(), tokens, tmp_path), strict=True
    ):
        cosines = (made * expected).sum(axis=1)
        cosines /= np.linalg.norm(made, axis=1) * np.linalg.norm(expected, axis=1)
        assert cosines.min() > 0.999


def test_every_product_with_a_matrix_is_one_of_whole_numbers(light: Any) -> None:
    operators = [node.op_type for node in light.graph.node]
    assert operators.count("MatMulIntegerToFloat") == 3  # two matrices side by side are one
    assert products(light.graph) == []
    widths = {held.name: list(held.dims) for held in light.graph.initializer}
    assert widths["y_matrix"] == [INNER + 64, WIDTH]
    assert not {"left", "right", "up", "bias", "down"} & set(widths)


def test_a_token_does_not_depend_on_its_neighbours(light: Any, tmp_path: Path) -> None:
    tokens = drawn(2, WIDTH, seed=11)
    tokens[1] *= 1000
    for alone, together in zip(
        answers(light, tokens[:1], tmp_path), answers(light, tokens, tmp_path), strict=True
    ):
        assert alone[0].tobytes() == together[0].tobytes()


def test_a_token_of_nothing_gives_nothing(light: Any, tmp_path: Path) -> None:
    made, beside = answers(light, np.zeros((1, WIDTH), np.float32), tmp_path)
    assert np.isfinite(made).all()
    assert not beside.any()
