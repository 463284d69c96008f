"""The seam: all that is asked of a store, whatever engine it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from indexer.snapshot.folder import Published
from indexer.snapshot.source import Source

Told = Callable[[str], None]
"""Whom to tell which part is being loaded."""


@dataclass(frozen=True, slots=True)
class Version:
    """A snapshot that a store keeps.

    Attributes:
        id: of the snapshot.
        name: by which the store tells it from another loading of the same.
        current: whether it is the published one.
        size: bytes that it takes in the store.
    """

    id: str
    name: str
    current: bool
    size: int


class Store(Source, Protocol):
    """Keeps the last snapshots, one of them published, and searches both sides of each.

    Every method raises StoreError where the store cannot be reached or refuses.
    """

    def prepare(self) -> None:
        """See that a snapshot could be published, before one is built for hours."""
        ...

    def publish(self, published: Published, told: Told) -> None:
        """Load a snapshot of an index folder and publish it, in one step or not at all.

        One that is kept is not loaded again. Of the older ones the last are kept.

        Raises:
            BusyError: another process is loading.
        """
        ...

    def roll_back(self, identity: str) -> None:
        """Publish a snapshot that is kept, else raise NotHeldError."""
        ...

    def versions(self) -> list[Version]:
        """What is kept, the one published last first."""
        ...
