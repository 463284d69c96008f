"""Values as PostgreSQL and pgvector write them in binary: what COPY takes and `*_send` gives."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

INT4, FLOAT4 = 23, 700
"""Numbers of types, the same in every PostgreSQL (its catalogue `pg_type`)."""

_VECTOR = struct.Struct(">hh")
_ARRAY = struct.Struct(">iiIii")


def vector_bytes(vector: NDArray[np.float32], *, half: bool) -> bytes:
    """A vector as `vector_recv` or `halfvec_recv` takes it."""
    return _VECTOR.pack(len(vector), 0) + vector.astype(">f2" if half else ">f4").tobytes()


def vector_of(data: bytes, *, half: bool) -> NDArray[np.float32]:
    """The vector that `vector_send` or `halfvec_send` gave."""
    found = np.frombuffer(data, dtype=">f2" if half else ">f4", offset=_VECTOR.size)
    return found.astype(np.float32)


def vector_text(vector: NDArray[np.float32]) -> str:
    """A vector as text, from which the same is read."""
    return f"[{','.join(map(str, vector.tolist()))}]"


def array_bytes(numbers: NDArray[np.int32] | NDArray[np.float32]) -> bytes:
    """An array of one dimension as `array_recv` takes it."""
    if not len(numbers):
        return struct.pack(">iiI", 0, 0, _kind(numbers))
    held = np.empty(
        len(numbers), dtype=[("size", ">i4"), ("value", numbers.dtype.newbyteorder(">"))]
    )
    held["size"], held["value"] = 4, numbers
    return _ARRAY.pack(1, 0, _kind(numbers), len(numbers), 1) + held.tobytes()


def _kind(numbers: NDArray[np.int32] | NDArray[np.float32]) -> int:
    return INT4 if numbers.dtype == np.int32 else FLOAT4
