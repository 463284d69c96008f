"""A model as one ONNX graph: exported, its attention fused, its products in 8 bits."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Encoding

from indexer.embedding.integers import products, with_integers
from indexer.embedding.rounding import Floats
from indexer.errors import MissingExtraError, ModelError, first_line
from indexer.snapshot.encoder import SENTENCE, TOKENS, as_inputs, open_graph

if TYPE_CHECKING:
    import torch

_OPSET = 17
"""The newest whose patterns ONNX Runtime's fusions of attention know."""

_PAGE = 4096
"""Bytes of the smallest weights that are mapped: less would only lengthen the way to them."""

_BLOCK, _INTEGER_SUMS = 64, 4
"""Weights that share a scale; and ONNX Runtime's number for sums of 8-bit products."""


def export_graph(model: Any, path: Path, name: str) -> None:
    """Write a sentence-transformers model as a graph with pooling and normalisation included.

    The exporter that traces is used, not the newer one: ONNX Runtime fuses attention only in what
    it writes, and fused is three times as fast.

    Args:
        model: a SentenceTransformer.
        path: of the graph.
        name: of the model, for errors.

    Raises:
        ModelError: the model cannot be exported.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("Compiling a model", "indexer") from error
    batch = model.tokenizer(
        ["a question", "another, longer question"], padding=True, return_tensors="pt"
    )
    fields = [field for field in model.tokenizer.model_input_names if field in batch]
    axes = {field: {0: "batch", 1: "tokens"} for field in [*fields, TOKENS]}
    device = model.device
    try:
        with _quiet(), _plain_attention(model), torch.no_grad():
            torch.onnx.export(
                _whole(model, fields).eval().cpu(),
                tuple(batch[field].cpu() for field in fields),
                str(path),
                input_names=fields,
                output_names=[SENTENCE, TOKENS],
                dynamic_axes=axes | {SENTENCE: {0: "batch"}},
                opset_version=_OPSET,
                dynamo=False,
            )
    except Exception as error:  # the exporter raises whatever a model's code raises
        raise ModelError(
            f"model {name!r} cannot be compiled to ONNX: {first_line(error)}"
        ) from error
    finally:
        model.to(device)


def _whole(model: Any, fields: list[str]) -> torch.nn.Module:
    import torch

    class Whole(torch.nn.Module):
        """Tensors in, tensors out, in the order of `fields`."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            out = self.model(dict(zip(fields, tensors, strict=True)))
            vectors = torch.nn.functional.normalize(out["sentence_embedding"], dim=-1)
            return vectors, out["token_embeddings"]

    return Whole()


@contextlib.contextmanager
def _plain_attention(model: Any) -> Iterator[None]:
    """Attention written out in single steps, which is what the fusion looks for."""
    from transformers import PreTrainedModel

    parts = [part for part in model.modules() if isinstance(part, PreTrainedModel)]
    before = [part.config._attn_implementation for part in parts]
    try:
        for part in parts:
            part.set_attn_implementation("eager")
        yield
    finally:
        for part, kind in zip(parts, before, strict=True):
            part.set_attn_implementation(kind)


def fused(source: Path, target: Path, config: Any) -> None:
    """Write a graph with attention, layer normalisation and activation fused where they are known.

    Args:
        source: a graph that `export_graph` wrote.
        target: where the fused one goes.
        config: of the transformer.
    """
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_model

    options = FusionOptions("bert")
    options.use_multi_head_attention = True  # it leaves the matrices apart, to be quantised
    with _quiet():
        found = optimize_model(
            str(source),
            model_type="bert",
            num_heads=getattr(config, "num_attention_heads", 0),
            hidden_size=getattr(config, "hidden_size", 0),
            optimization_options=options,
            opt_level=0,
        )
        _part_sums(found.model.graph)
        found.save_model_to_file(str(target))


def _part_sums(graph: Any) -> None:
    """Sum and normalise in steps of their own, which have faster kernels than both in one."""
    from onnx import helper

    nodes = []
    for node in graph.node:
        if node.op_type != "SkipLayerNormalization" or len(node.output) > 1:
            nodes.append(node)
            continue
        total, (_, skip, scale, shift, *bias) = node.input[0], node.input
        for place, other in enumerate([*bias, skip]):
            summed = f"{node.output[0]}_sum{place}"
            nodes.append(helper.make_node("Add", [total, other], [summed]))
            total = summed
        (epsilon,) = (held.f for held in node.attribute if held.name == "epsilon")
        nodes.append(
            helper.make_node(
                "LayerNormalization", [total, scale, shift], node.output, axis=-1, epsilon=epsilon
            )
        )
    del graph.node[:]
    graph.node.extend(nodes)


def whole_numbers(source: Path, target: Path, samples: Sequence[Encoding]) -> None:
    """Write a graph with products in whole numbers of 8 bits, the lightest of all.

    Args:
        source: a graph that `fused` wrote.
        target: where the light one goes.
        samples: texts by which the sizes of channels are told.
    """
    with _quiet():
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
    with _quiet():
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


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence exporter and optimiser: what they say is about other people's models."""
    before, nowhere = logging.root.manager.disable, logging.NullHandler()
    logging.disable(logging.CRITICAL)
    logging.root.addHandler(nowhere)  # or the quantiser sets up the whole program's logging
    try:
        with (
            warnings.catch_warnings(),
            Path(os.devnull).open("w") as devnull,
            contextlib.redirect_stdout(devnull),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.root.removeHandler(nowhere)
        logging.disable(before)
