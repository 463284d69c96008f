"""Products of a graph in whole numbers: weights scaled by column, activations by token."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from indexer.embedding.rounding import (
    Floats,
    Layout,
    Steps,
    as_they_are,
    evened,
    rounded,
    with_copies,
)

_GELU, _LEAST = ("Gelu", "BiasGelu", "FastGelu"), 0.171
"""Activation functions that never give less than minus this."""

_FEW_BELOW = 24
"""Steps for what is less than zero, where little is."""

_COPIES = 64
_DOMAIN = "com.microsoft"


@dataclass(frozen=True, slots=True)
class Product:
    """What is multiplied by one or several matrices.

    Attributes:
        source: name of the activations.
        nodes: one for each matrix.
        weights: matrices beside one another, of shape (channels, columns of all).
        bounded: the activations are those of a function that gives little below zero.
        layout: of the channels.
    """

    source: str
    nodes: tuple[Any, ...]
    weights: Floats
    bounded: bool
    layout: Layout


def products(graph: Any) -> list[Product]:
    """Find all products of activations with constant matrices, by what is multiplied."""
    from onnx import numpy_helper

    matrices = {held.name: held for held in graph.initializer if len(held.dims) == 2}
    made = {name: node.op_type for node in graph.node for name in node.output}
    by_source: dict[str, list[Any]] = defaultdict(list)
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            by_source[node.input[0]].append(node)
    found = []
    for source, nodes in by_source.items():
        weights = [numpy_helper.to_array(matrices[node.input[1]]) for node in nodes]
        beside = np.concatenate(weights, axis=1).astype(np.float32)
        bounded = made.get(source) in _GELU
        found.append(Product(source, tuple(nodes), beside, bounded, as_they_are(len(beside))))
    return found


def with_integers(model: Any, seen: Mapping[str, Floats]) -> None:
    """Turn products with constant matrices into products of 8-bit numbers.

    Each token's activations have a scale of their own, so that no token depends on another. What an
    activation function bounds from below is counted from that bound.

    Args:
        model: an ONNX graph in which attention and activations are fused; it is changed.
        seen: activations by name, of shape (tokens, channels), to choose the sizes of channels by.
    """
    graph = model.graph
    found = {product.source: product for product in products(graph)}
    for source in list(found):
        _copy_channels(graph, found, source)
    nodes: list[Any] = []
    first = {product.nodes[0].output[0]: product for product in found.values()}
    replaced = {node.output[0] for product in found.values() for node in product.nodes}
    for node in graph.node:
        if (product := first.get(node.output[0])) is not None:
            nodes += _Writer(graph, product.nodes[0].output[0]).product(product, seen)
        elif node.output[0] not in replaced:
            nodes.append(node)
    _exchange(graph.node, nodes)
    used = {name for node in nodes for name in node.input}
    _exchange(graph.initializer, [held for held in graph.initializer if held.name in used])


def _exchange(held: Any, new: Iterable[Any]) -> None:
    kept = list(new)
    del held[:]
    held.extend(kept)


def _copy_channels(graph: Any, found: dict[str, Product], source: str) -> None:
    """Hold channels of an activation function more than once, where a product alone makes them."""
    from onnx import numpy_helper

    function = next((node for node in graph.node if source in node.output), None)
    if function is None or function.op_type != "BiasGelu":
        return
    summed, bias = function.input
    before = next((each for each in found.values() if each.nodes[0].output[0] == summed), None)
    held = next((each for each in graph.initializer if each.name == bias), None)
    uses = Counter(name for node in graph.node for name in node.input)
    if before is None or held is None or len(before.nodes) > 1 or uses[source] + uses[summed] > 2:
        return
    layout = with_copies(found[source].weights, _COPIES)
    found[source] = replace(found[source], layout=layout)
    found[before.source] = replace(before, weights=before.weights[:, layout.channels])
    function.input[1] = f"{source}_bias"
    placed = numpy_helper.to_array(held)[layout.channels]
    graph.initializer.append(numpy_helper.from_array(placed, function.input[1]))


class _Writer:
    """Nodes of one product, named after what it gives."""

    def __init__(self, graph: Any, name: str) -> None:
        self._graph, self._name = graph, name
        self._nodes: list[Any] = []

    def product(self, product: Product, seen: Mapping[str, Floats]) -> list[Any]:
        """Return the nodes that stand for it."""
        source, weights = product.source, product.weights
        if source in seen:
            sizes = evened(seen[source], weights)
            source = self._node("Mul", [source, self._constant("sizes", 1 / sizes)], "even")
            weights = weights * sizes[:, None]
        steps = Steps(_FEW_BELOW) if product.bounded else Steps()
        largest = self._largest(source, product.bounded, steps)
        unit = self._node("Div", [source, largest], "unit")
        step = self._constant("step", np.float32(1 / steps.above))
        zero = self._constant("zero", np.uint8(steps.below))
        whole = self._node("QuantizeLinear", [unit, step, zero], "whole")
        held, scale = rounded(weights, product.layout)
        matrix, scales = self._constant("matrix", held), self._constant("scales", scale)
        sums = self._node(
            "MatMulIntegerToFloat", [whole, matrix, step, scales, zero], "sums", domain=_DOMAIN
        )
        self._give([sums, largest], product.nodes)
        return self._nodes

    def _largest(self, source: str, bounded: bool, steps: Steps) -> str:
        """What the last step of each token stands for; nothing for a token of zeros."""
        if not bounded:
            size = self._node("Abs", [source], "size")
            return self._node("ReduceMax", [size], "largest", axes=[-1], keepdims=1)
        top = self._node("ReduceMax", [source], "top", axes=[-1], keepdims=1)
        least = self._constant("least", np.float32(_LEAST * steps.above / steps.below))
        return self._node("Max", [top, least], "largest")

    def _give(self, factors: list[str], nodes: tuple[Any, ...]) -> None:
        """Scale the sums, and part them by matrix."""
        from onnx import helper

        if len(nodes) == 1:
            self._nodes.append(helper.make_node("Mul", factors, [nodes[0].output[0]]))
            return
        beside = self._node("Mul", factors, "beside")
        widths = {
            held.name: held.dims[1] for held in self._graph.initializer if len(held.dims) == 2
        }
        parts = self._constant("parts", np.array([widths[node.input[1]] for node in nodes]))
        outputs = [node.output[0] for node in nodes]
        self._nodes.append(helper.make_node("Split", [beside, parts], outputs, axis=-1))

    def _node(self, operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        from onnx import helper

        name = f"{self._name}_{name}"
        self._nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def _constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        name = f"{self._name}_{name}"
        self._graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        return name
