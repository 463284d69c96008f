"""Arrays in files of their own, mapped: they take memory only where they are touched."""

from __future__ import annotations

import os
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
