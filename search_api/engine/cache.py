"""What was asked before, kept within a number of bytes. Safe to share between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from pydantic import BaseModel

from indexer.snapshot.encoder import Encoded

Value = TypeVar("Value")

_LIVE = 4
"""Bytes of live objects for one byte of their JSON, about (measured on answers)."""


class BoundedCache(Generic[Value]):
    """Keeps the values used last, as long as they fit.

    Attributes:
        held: bytes of all values kept, as `size` tells them.
        hits: how often a value was found.
        misses: how often it had to be made.
    """

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        """Take the bytes to keep at most (0 keeps nothing), and what tells those of a value."""
        self._limit, self._size = limit, size
        self._kept: OrderedDict[Hashable, tuple[int, Value]] = OrderedDict()
        self._lock = threading.Lock()
        self.held = self.hits = self.misses = 0

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key, made now if it is not kept.

        Two threads that ask for the same at once may both make it; nothing waits for a value.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                self.hits += 1
                return self._kept[key][1]
            self.misses += 1
        value = make()
        if self._limit:  # else what tells the bytes of an answer would write it for nothing
            self._keep(key, value, self._size(value))
        return value

    def _keep(self, key: Hashable, value: Value, size: int) -> None:
        if size > self._limit:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = size, value
            self.held += size
            while self.held > self._limit:
                _, (freed, _) = self._kept.popitem(last=False)
                self.held -= freed


def answer_bytes(answer: BaseModel) -> int:
    """Bytes that an answer takes, about."""
    return _LIVE * len(answer.model_dump_json())


def encoded_bytes(encoded: Encoded) -> int:
    """Bytes that an encoded question takes; an array's header is some hundred."""
    arrays = (encoded.vector, encoded.states, encoded.starts)
    return sum(array.nbytes + 128 for array in arrays)
