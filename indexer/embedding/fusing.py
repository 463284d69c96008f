"""A graph with attention, normalisation and activation fused, where they are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from indexer.embedding.quiet import quiet


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
    with quiet():
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
