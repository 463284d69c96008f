"""A fused graph with its products in 8 bits, and its weights in a file that can be mapped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Encoding

from indexer.embedding.integers import products, with_integers
from indexer.embedding.quiet import quiet
from indexer.embedding.rounding import Floats
from indexer.snapshot.encoder import as_inputs, open_graph

_PAGE = 4096
"""Bytes of the smallest weights that are mapped: less would only lengthen the way to them."""

_BLOCK, _INTEGER_SUMS = 64, 4
"""Weights that share a scale; and ONNX Runtime's number for sums of 8-bit products."""


def whole_numbers(source: Path, target: Path, samples: Sequence[Encoding]) -> None:
    """Write a graph with products in whole numbers of 8 bits, the lightest of all.

    Args:
        source: a graph that `fused` wrote.
        target: where the light one goes.
        samples: texts by which the sizes of channels are told.
    """
    with quiet():
        import onnx

        model = onnx.load(str(source))
        with_integers(model, _normalised(model, target, samples))
        onnx.save(model, str(target))


def _normalised(model: Any, beside: Path, samples: Sequence[Encoding]) -> dict[str, Floats]:
    """Activations that matrices get from a normalisation, by name, of shape (tokens, channels)."""
    import onnx

    made = {node.output[0]: node.op_type for node in model.graph.node}
    sources = [product.source for product in products(model.graph)]
    names = [name for name in sources if made.get(name, "").endswith("LayerNormalization")]
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    del watched.graph.output[:]
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    onnx.save(watched, str(beside))
    session = open_graph(beside)
    inputs = [entry.name for entry in session.get_inputs()]
    runs = [session.run(names, as_inputs(sample, inputs)) for sample in samples]
    return {name: np.concatenate([run[at][0] for run in runs]) for at, name in enumerate(names)}


def eight_bit(source: Path, target: Path) -> None:
    """Write a graph with weights in 8 bits.

    Weights have a scale for each block of a column, activations one for each block of a token: a
    vector does not depend on its neighbours in a batch, and every processor has a kernel for it.
    Embeddings stay as they are: in 8 bits a French test set ranked worse.
    """
    with quiet():
        import onnx
        from onnxruntime.quantization.matmul_nbits_quantizer import (
            DefaultWeightOnlyQuantConfig,
            MatMulNBitsQuantizer,
        )

        blocks = DefaultWeightOnlyQuantConfig(
            block_size=_BLOCK, is_symmetric=True, accuracy_level=_INTEGER_SUMS, bits=8
        )
        matrices = MatMulNBitsQuantizer(onnx.load(str(source)), algo_config=blocks)
        matrices.process()
        matrices.model.save_model_to_file(str(target))


def part(graph: Path, weights: Path) -> None:
    """Move the weights of a graph into a file beside it, from where they can be mapped.

    Args:
        graph: holds its weights; written anew.
        weights: in the same folder; written anew, empty where the graph has only small ones.
    """
    import onnx

    model = onnx.load(str(graph))
    weights.unlink(missing_ok=True)  # or they would be added at its end
    weights.touch()
    onnx.save_model(
        model,
        str(graph),
        save_as_external_data=True,
        location=weights.name,
        size_threshold=_PAGE,
    )
