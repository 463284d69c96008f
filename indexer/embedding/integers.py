"""The graph for questions: activations in 8 bits as well as weights, which takes a third less time.

One scale for all activations of a product lets its largest drown the others. Two things keep them
apart: where layer normalisation gives them, sizes of channels move into the weights (G. Xiao and
others 2023, "SmoothQuant"), and behind an activation function each token is brought to its own
size. Passages keep the graph with blocks, so that vectors that are stored already stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from indexer.snapshot.encoder import feed

Sizes = Mapping[str, NDArray[np.float32]]
"""Largest activation of each channel, by the name of what is multiplied."""

_NORMALISED = ("LayerNormalization", "SkipLayerNormalization", "EmbedLayerNormalization")
_CONTRIBUTED = "com.microsoft"

_SHARE = 0.7
"""How much of a channel's size moves into the weights; of 0.4 to 0.8 it kept vectors nearest."""

_LARGEST = 127
_LEAST = 1e-6
"""What is smaller counts as this small, so that nothing is divided by zero."""


def with_integer_products(source: Path, target: Path, samples: Iterable[Encoding]) -> None:
    """Write a fused graph such that its products with weights are of 8-bit integers.

    A weight has a scale for each column. Activations get theirs when they are known, one for a
    whole text: a vector depends on no other text.

    Args:
        source: a graph that `graph.fused` wrote.
        target: where the new one goes.
        samples: texts on which the sizes of channels are measured.
    """
    import onnx

    model = onnx.load(str(source))
    _Rewriting(model, _sizes(model, samples)).run()
    onnx.save(model, str(target))


def _products(model: Any) -> dict[str, list[Any]]:
    """Products with weights, by what is multiplied."""
    weights = {each.name for each in model.graph.initializer}
    found: dict[str, list[Any]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            found.setdefault(node.input[0], []).append(node)
    return found


def _sizes(model: Any, samples: Iterable[Encoding]) -> Sizes:
    import onnx
    import onnxruntime

    names = list(_products(model))
    watched = onnx.ModelProto.FromString(model.SerializeToString())
    watched.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
    )
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        watched.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    inputs = [each.name for each in model.graph.input]
    runs = (
        [np.abs(found).max(axis=(0, 1)) for found in session.run(names, feed(sample, inputs))]
        for sample in samples
    )
    return {
        name: np.maximum.reduce(found)
        for name, found in zip(names, zip(*runs, strict=True), strict=True)
    }


class _Rewriting:
    """Rewrites the nodes of a model one after the other."""

    def __init__(self, model: Any, sizes: Sizes) -> None:
        from onnx import numpy_helper

        self._graph, self._sizes, self._groups = model.graph, sizes, _products(model)
        self._makers = {out: node.op_type for node in model.graph.node for out in node.output}
        self._held = {each.name: each for each in model.graph.initializer}
        self._array = numpy_helper.to_array
        self._stored = numpy_helper.from_array

    def run(self) -> None:
        """Put the new nodes and weights in the place of the old ones."""
        nodes = [new for node in list(self._graph.node) for new in self._new(node)]
        held = list(self._held.values())
        del self._graph.node[:], self._graph.initializer[:]
        self._graph.node.extend(nodes)
        self._graph.initializer.extend(held)

    def _new(self, node: Any) -> Iterator[Any]:
        if node.op_type == "MatMul" and node.input[0] in self._groups:
            # Whatever multiplies the same activations shares their integers.
            yield from self._integers(node.input[0], self._groups.get(node.input[0], ()))
            self._groups[node.input[0]] = []
        elif node.op_type == "SkipLayerNormalization" and len(node.input) == 5:
            yield from self._parted(node)
        else:
            yield node

    def _integers(self, name: str, products: Sequence[Any]) -> Iterator[Any]:
        if not products:
            return
        weights = [self._array(self._held.pop(each.input[1])) for each in products]
        moved = np.ones(len(weights[0]), dtype=np.float32)
        source, size = name, None
        if self._makers.get(name) in _NORMALISED:
            moved = _moved(self._sizes[name], weights)
            source = f"{name}.levelled"
            yield _node("Mul", [name, self._keep(f"{name}.moved", 1 / moved)], [source])
        elif self._makers.get(name) != "MultiHeadAttention":
            source, size = f"{name}.levelled", f"{name}.size"
            yield from self._by_token(name, source, size)
        whole = [f"{name}.integers", f"{name}.scale", f"{name}.zero"]
        yield _node("DynamicQuantizeLinear", [source], whole)
        for product, weight in zip(products, weights, strict=True):
            yield from self._product(whole, product, weight * moved[:, None], size)

    def _by_token(self, name: str, target: str, size: str) -> Iterator[Any]:
        """Divide the activations of each token by the largest of them."""
        least = self._keep("least", np.array(_LEAST, dtype=np.float32))
        yield _node("Abs", [name], [f"{name}.absolute"])
        yield _node("ReduceMax", [f"{name}.absolute"], [f"{name}.largest"], axes=[-1], keepdims=1)
        yield _node("Max", [f"{name}.largest", least], [size])
        yield _node("Div", [name, size], [target])

    def _product(
        self, whole: Sequence[str], product: Any, weight: NDArray[np.float32], size: str | None
    ) -> Iterator[Any]:
        name, (out,) = product.input[1], product.output
        scales = np.maximum(np.abs(weight).max(axis=0), _LEAST) / np.float32(_LARGEST)
        integers = np.rint(weight / scales).astype(np.int8)
        held = [
            self._keep(f"{name}.integers", integers),
            self._keep(f"{name}.scales", scales.astype(np.float32)),
            self._keep(f"{name}.zeros", np.zeros(len(scales), dtype=np.int8)),
        ]
        given = [whole[0], held[0], whole[1], held[1], whole[2], held[2]]
        made = out if size is None else f"{out}.levelled"
        yield _node("MatMulIntegerToFloat", given, [made], domain=_CONTRIBUTED)
        if size is not None:
            yield _node("Mul", [made, size], [out])

    def _parted(self, node: Any) -> Iterator[Any]:
        """Sum and normalise in two steps: in one, ONNX Runtime does not use wide registers."""
        values, skipped, scale, shift, bias = node.input
        total = f"{node.output[0]}.total"
        epsilon = {each.name: each.f for each in node.attribute}.get("epsilon", 1e-12)
        yield _node("Sum", [values, skipped, bias], [total])
        given = [total, scale, shift]
        yield _node("LayerNormalization", given, [node.output[0]], axis=-1, epsilon=epsilon)

    def _keep(self, name: str, array: NDArray[Any]) -> str:
        self._held[name] = self._stored(array, name)
        return name


def _moved(sizes: NDArray[np.float32], weights: Sequence[NDArray[np.float32]]) -> NDArray[Any]:
    """By how much each channel of the weights grows, and its activations shrink."""
    largest = np.max([np.abs(each).max(axis=1) for each in weights], axis=0)
    moved = np.maximum(sizes, _LEAST) ** _SHARE / np.maximum(largest, _LEAST) ** (1 - _SHARE)
    return np.asarray(moved / np.exp(np.log(moved).mean()), dtype=np.float32)


def _node(kind: str, given: Sequence[str], made: Sequence[str], **attributes: Any) -> Any:
    from onnx import helper

    return helper.make_node(kind, given, made, name=f"{made[0]}.{kind}", **attributes)
