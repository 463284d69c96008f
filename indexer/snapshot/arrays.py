"""Arrays in files of their own, mapped: they take memory only where they are touched."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def mapped(path: Path) -> NDArray[Any]:
    """Open an array to read; as a plain view, since NumPy's class of mapped ones is slow to slice.

    Raises:
        OSError: the file is not there or too short.
        ValueError: it holds no array.
    """
    array: NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    return array


def distinct(*arrays: NDArray[Any]) -> NDArray[Any]:
    """The values of arrays of one dimension, each once, ascending; one array at the least.

    What `numpy.unique` gives, which loads all of `numpy.ma` when it is first called.
    """
    values = np.sort(np.concatenate(arrays))
    first = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def new_array(path: Path, dtype: DTypeLike, shape: tuple[int, ...]) -> NDArray[Any]:
    """Make an array of zeros to be filled.

    Raises:
        OSError: there is no room for it. Without asking first, a full disk would end the process.
    """
    array: NDArray[Any] = np.lib.format.open_memmap(path, "w+", dtype, shape)
    if array.nbytes and hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return array


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array into a file.

    Raises:
        OSError: there is no room for it. NumPy's own way for files says nothing of what only their
            last flush finds: on a full disk, a small array was cut short in silence.
    """
    with path.open("wb") as file:
        np.save(_Written(file.write), array)


@dataclass(frozen=True, slots=True)
class _Written:
    """What NumPy takes for something else than a file, and writes bytes to."""

    write: Callable[[bytes], int]


class ReadRows:
    """Rows of a large array in a file, read as they are asked for.

    Not mapped: with a page that is touched the system maps its neighbours, and all of them count
    as memory of the process.
    """

    def __init__(self, path: Path, dtype: DTypeLike, width: int, before: int = 0) -> None:
        """Take a file.

        Args:
            path: of the file.
            dtype: of a number.
            width: numbers in a row.
            before: bytes before the first row.
        """
        self._dtype, self._width, self._before = np.dtype(dtype), width, before
        self._file = os.open(path, os.O_RDONLY)
        self._close = weakref.finalize(self, os.close, self._file)

    def spans(self, spans: Iterable[tuple[int, int]]) -> NDArray[Any]:
        """Return the rows of half-open spans, one span after the other, of shape (rows, width)."""
        size = self._dtype.itemsize * self._width
        parts = [
            os.pread(self._file, (end - start) * size, self._before + start * size)
            for start, end in spans
        ]
        return np.frombuffer(b"".join(parts), dtype=self._dtype).reshape(-1, self._width)


class GrowingArray:
    """An array of one dimension in a file, written as it comes; its length stands in it at last."""

    def __init__(self, path: Path, dtype: DTypeLike) -> None:
        """Take the new file, and the type of a number."""
        self._dtype, self._count = np.dtype(dtype), 0
        self._file = path.open("wb")
        self._write_header()

    def _write_header(self) -> None:
        # NumPy leaves room for a greater length, so that the header keeps its size.
        form = {"descr": self._dtype.str, "fortran_order": False, "shape": (self._count,)}
        np.lib.format.write_array_header_1_0(self._file, form)

    def add(self, numbers: NDArray[Any]) -> None:
        """Add numbers at the end."""
        self._file.write(np.ascontiguousarray(numbers, dtype=self._dtype).tobytes())
        self._count += len(numbers)

    def close(self) -> None:
        """Write everything out."""
        with self._file:  # closed even where there is no room for that
            self._file.seek(0)
            self._write_header()
