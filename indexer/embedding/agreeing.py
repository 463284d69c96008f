"""The lightest graph of a model that still speaks as sentence-transformers does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tokenizers import Encoding, Tokenizer

from indexer.embedding.exporting import export_graph
from indexer.embedding.fusing import fused
from indexer.embedding.graph import eight_bit, part, whole_numbers
from indexer.errors import DamagedError, ModelError
from indexer.snapshot.encoder import GRAPH, PARITY, TOKENIZER, WEIGHTS, Encoder
from indexer.snapshot.manifest import ModelInfo, Precision

SAMPLES = [
    "water",
    "How did cities handle informal settlements?",
    "¿Cómo ayudó la ciudad a los inquilinos?",
    "Le marché central fournit la plupart des denrées. " * 20,
]
"""Short and long, in several languages: here the compiled model must agree with the original, and
by these the sizes of its channels are told."""

_CLOSE = 0.997
"""Lowest cosine at which products in whole numbers are taken; else weights are in blocks."""


def first_that_agrees(model: Any, info: ModelInfo, folder: Path) -> ModelInfo:
    """Leave the lightest graph in the folder that speaks as sentence-transformers does.

    Raises:
        ModelError: none does: the model does something that no graph holds.
    """
    lowest = float("nan")
    for precision, needed in _graphs(model, folder, info.name):
        part(folder / GRAPH, folder / WEIGHTS)
        try:
            lowest = _agreement(model, _opened(folder, info))
        except DamagedError:
            continue  # fused or quantised into something that cannot be run
        if lowest >= needed:
            return replace(info, precision=precision, agreement=round(lowest, 6))
    raise ModelError(
        f"model {info.name!r}: compiled, it differs from sentence-transformers "
        f"(cosine {lowest:.4f}); choose another model"
    )


def _opened(folder: Path, info: ModelInfo) -> Encoder:
    """Open what was just written; if it was the system that failed and not the graph, again."""
    with suppress(DamagedError):
        return Encoder(folder, info)
    return Encoder(folder, info)


def _graphs(model: Any, folder: Path, name: str) -> Iterator[tuple[Precision, float]]:
    """Put one graph after the other in its place, the lightest first, with the cosine it needs."""
    plain, light, graph = folder / "plain.onnx", folder / "fused.onnx", folder / GRAPH
    export_graph(model, plain, name)
    try:
        if _made(lambda: fused(plain, light, model[0].model.config)):
            if _made(lambda: whole_numbers(light, graph, _samples(folder))):
                yield "int8", _CLOSE
            if _made(lambda: eight_bit(light, graph)):
                yield "int8", PARITY["int8"]
            light.replace(graph)
            yield "float32", PARITY["float32"]
        plain.replace(graph)
        yield "float32", PARITY["float32"]
    finally:
        plain.unlink(missing_ok=True)
        light.unlink(missing_ok=True)


def _made(make: Callable[[], None]) -> bool:
    """Whether that can be made of a model: its layout may be one that the optimiser fails on."""
    try:
        make()
    except OSError:
        raise  # the disk's fault is no reason for a heavier graph
    except Exception:
        return False
    return True


def _samples(folder: Path) -> list[Encoding]:
    return Tokenizer.from_file(str(folder / TOKENIZER)).encode_batch(SAMPLES)


def _agreement(model: Any, encoder: Encoder) -> float:
    """Lowest cosine with sentence-transformers' own vectors, as question and as passage."""
    pairs = (
        (model.encode_query(SAMPLES, normalize_embeddings=True), encoder.encode_questions(SAMPLES)),
        (
            model.encode_document(SAMPLES, normalize_embeddings=True),
            encoder.encode_passages(SAMPLES),
        ),
    )
    return min(float((expected * made).sum(axis=1).min()) for expected, made in pairs)
