"""A sentence-transformers model as one ONNX graph, as it is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.embedding.quiet import quiet
from indexer.errors import MissingExtraError, ModelError, first_line
from indexer.snapshot.encoder import SENTENCE, TOKENS

if TYPE_CHECKING:
    import torch

_OPSET = 17
"""The newest whose patterns ONNX Runtime's fusions of attention know."""


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
        with quiet(), _plain_attention(model), torch.no_grad():
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
