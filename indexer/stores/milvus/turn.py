"""The right to publish: on one machine a lock, between machines a row that says who is loading.

Milvus has no locks. Whoever wants to publish writes a row and then reads those of others, with
strong consistency: of two at once at least one sees the other and gives way, maybe both.
"""

from __future__ import annotations

import fcntl
import platform
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indexer.errors import BusyError, StoreError
from indexer.stores.address import Address
from indexer.stores.milvus.files import Files

LEASE = "lease:"

RENEWED = 60.0
"""Seconds after which whoever is loading says so again."""

EXPIRED = 600.0
"""Seconds after which one that says nothing counts as dead; machines' clocks may differ by less."""


class Turn:
    """Who publishes in a store, among the machines that may."""

    def __init__(self, address: Address, files: Files, folder: Path) -> None:
        """Take the collection in which leases are rows, and this machine's folder for the store."""
        self._address, self._files, self._folder = address, files, folder
        self._here = f"{platform.node()} {uuid.getnode():012x} {folder.absolute()}"

    @contextmanager
    def taken(self) -> Iterator[Callable[[], None]]:
        """Take the right to publish until the block ends; the collection is made if need be.

        Yields:
            What raises StoreError if the right was lost meanwhile.

        Raises:
            BusyError: another process has it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise self._busy("another process") from error
            self._files.prepare()
            with self._leased() as check:
                yield check

    @contextmanager
    def _leased(self) -> Iterator[Callable[[], None]]:
        own, ended = f"{LEASE}{uuid.uuid4().hex}", threading.Event()
        self._write(own)
        renewing = threading.Thread(
            target=self._renew, args=(own, ended), name="lease", daemon=True
        )
        try:
            for row in self._files.rows(LEASE):
                if row["key"] != own:
                    self._see_dead(row)
            renewing.start()
            yield lambda: self._check(own)
        finally:
            ended.set()
            if renewing.ident is not None:
                renewing.join()
            self._files.remove([own])

    def _see_dead(self, row: dict[str, Any]) -> None:
        """Remove a lease whose holder is gone: one of this folder's, whose lock is ours now."""
        if row["data"] != self._here and time.time() - row["number"] < EXPIRED:
            raise self._busy(f"a process on {row['data'].partition(' ')[0]}")
        self._files.remove([row["key"]])

    def _check(self, own: str) -> None:
        if own not in {row["key"] for row in self._files.rows(LEASE)}:
            raise StoreError(
                f"{self._address}: the right to publish was lost meanwhile, and nothing was "
                "published; see the machines' clocks, and load again"
            )

    def _renew(self, own: str, ended: threading.Event) -> None:
        while not ended.wait(RENEWED):
            try:
                self._check(own)
                self._write(own)
            except StoreError:  # said once the alias is to be exchanged, if it lasts
                continue

    def _write(self, own: str) -> None:
        self._files.put(own, self._here, int(time.time()))

    def _busy(self, who: str) -> BusyError:
        return BusyError(f"{self._address}: {who} is loading this index; wait until it is done")
