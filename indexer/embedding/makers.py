"""What embeds passages: the compiled encoder on processors, torch on a GPU."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Protocol

from tokenizers import Tokenizer

from indexer.embedding.compiled import Compiled
from indexer.embedding.embedded import Embedded, at_one_bit
from indexer.embedding.models import Device
from indexer.embedding.reference import Reference
from indexer.errors import ModelError
from indexer.snapshot.encoder import TOKENIZER, Encoded, Encoder, own_tokens

_DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
"""Where a CUDA driver shows itself, natively and under WSL: without one torch need not be asked."""


class Maker(Protocol):
    """Embeds passages.

    Attributes:
        batch: texts that it takes at once, and which a build that dies may lose.
    """

    batch: int

    def encode_passages(self, texts: Sequence[str]) -> list[Embedded]:
        """Return what the model makes of each text."""
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

    def encode_passages(self, texts: Sequence[str]) -> list[Embedded]:
        """Return what the model makes of each text."""
        # The longest first, so that at the end no thread waits long for another.
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        made = self._threads.map(self._embed, [texts[row] for row in order])
        by_row = dict(zip(order, made, strict=True))
        return [by_row[row] for row in range(len(texts))]

    def _embed(self, text: str) -> Embedded:
        return at_one_bit(self._encoder.encode_passage(text))


class CudaMaker:
    """sentence-transformers in half precision on a GPU, which large batches keep busy."""

    batch = 8192
    _AT_ONCE = 512

    def __init__(self, compiled: Compiled, reference: Reference) -> None:
        self._compiled, self._reference = compiled, reference

    @cached_property
    def _model(self) -> Reference:
        self._reference.move_to_cuda()
        return self._reference

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer.from_file(str(self._compiled.folder / TOKENIZER))

    def encode_passages(self, texts: Sequence[str]) -> list[Embedded]:
        """Return what the model makes of each text."""
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        made: dict[int, Embedded] = {}
        for first in range(0, len(order), self._AT_ONCE):
            rows = order[first : first + self._AT_ONCE]
            made.update(zip(rows, self._embed([texts[row] for row in rows]), strict=True))
        return [made[row] for row in range(len(texts))]

    def _embed(self, texts: Sequence[str]) -> Iterator[Embedded]:
        prompt = self._compiled.info.passage_prompt
        encodings = self._tokenizer.encode_batch([prompt + text for text in texts])
        states = self._model.token_states(texts)
        for encoding, (vector, held) in zip(encodings, states, strict=True):
            own, starts = own_tokens(encoding, prompt)
            yield at_one_bit(Encoded(vector, held[own], starts))


def choose_maker(device: Device, compiled: Compiled, reference: Reference) -> Maker:
    """Choose by device; a GPU where there is one, if the choice is left.

    Raises:
        ModelError: a GPU is wanted, and torch finds none.
    """
    if device == "cpu" or (device == "auto" and not any(path.exists() for path in _DRIVERS)):
        return CompiledMaker(compiled)
    if _cuda():
        return CudaMaker(compiled, reference)
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
