"""What makes the vectors of passages: the compiled encoder on processors, torch on a GPU."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.embedding.compiled import Compiled
from indexer.embedding.models import Device
from indexer.embedding.reference import Reference
from indexer.errors import ModelError
from indexer.snapshot.encoder import Encoder

_DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
"""Where a CUDA driver shows itself, natively and under WSL: without one torch need not be asked."""


class Maker(Protocol):
    """Makes vectors of passages.

    Attributes:
        batch: texts that it takes at once, and which a build that dies may lose.
    """

    batch: int

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return normalised vectors, of shape (texts, dimension), in single precision."""
        ...


class CompiledMaker:
    """The compiled encoder, one text a thread: nothing is filled up to the length of another."""

    batch = 256

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled

    @cached_property
    def _encoder(self) -> Encoder:
        return Encoder(self._compiled.folder, self._compiled.info)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_processors(), thread_name_prefix="embed")

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return normalised vectors, of shape (texts, dimension), in single precision."""
        # The longest first, so that at the end no thread waits long for another.
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        made = self._threads.map(self._encoder.encode_passage, [texts[row] for row in order])
        vectors = np.empty((len(texts), self._compiled.info.dimension), dtype=np.float32)
        for row, vector in zip(order, made, strict=True):
            vectors[row] = vector
        return vectors


class CudaMaker:
    """sentence-transformers in half precision on a GPU, which large batches keep busy."""

    batch = 8192
    _AT_ONCE = 512

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    @cached_property
    def _model(self) -> Reference:
        self._reference.move_to_cuda()
        return self._reference

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return normalised vectors, of shape (texts, dimension), in single precision."""
        return self._model.encode_passages(texts, batch=self._AT_ONCE)


def choose_maker(device: Device, compiled: Compiled, reference: Reference) -> Maker:
    """Choose by device; a GPU where there is one, if the choice is left.

    Raises:
        ModelError: a GPU is wanted, and torch finds none.
    """
    if device == "cpu" or (device == "auto" and not any(path.exists() for path in _DRIVERS)):
        return CompiledMaker(compiled)
    if _cuda():
        return CudaMaker(reference)
    if device == "cuda":
        raise ModelError("no CUDA device that torch can use; leave out --device, or say cpu")
    return CompiledMaker(compiled)


def _cuda() -> bool:
    import torch

    return torch.cuda.is_available()


def _processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
