"""The places of passages while a build goes on: on disk, since all of a large corpus are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from indexer.place import PassagePlace

_PLACES: TypeAdapter[list[PassagePlace]] = TypeAdapter(list[PassagePlace])


class FoundPlaces:
    """Places of passages, added in the order of rows and given back in it as often as needed."""

    def __init__(self, path: Path) -> None:
        """Take a new file, which is there until this is closed."""
        self._path = path
        self._file = path.open("wb")

    def add(self, found: Sequence[list[PassagePlace]]) -> None:
        """Add the places of each of the next passages."""
        for places in found:
            self._file.write(_PLACES.dump_json(places) + b"\n")

    def __iter__(self) -> Iterator[list[PassagePlace]]:
        """Yield the places of each passage."""
        self._file.flush()
        with self._path.open("rb") as file:
            for line in file:
                yield _PLACES.validate_json(line)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)
