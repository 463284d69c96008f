"""Opens the store that a URL names; a driver is imported only when its kind is named."""

from __future__ import annotations

from pathlib import Path

from indexer.errors import MissingExtraError, StoreError
from indexer.stores.address import Address, parse_address
from indexer.stores.store import Store

POSTGRES, MILVUS = ("postgresql", "postgres"), ("milvus",)


def open_store(url: str, cache: Path, name: str | None = None) -> Store:
    """Open a store; nothing is asked of it yet.

    Args:
        url: `postgresql://…` or `milvus://…`.
        cache: folder for files that travel beside an engine's rows; safe to delete.
        name: of the index, instead of the one that the address names.

    Raises:
        StoreError: there is no such kind of store, or the address cannot be.
        MissingExtraError: its driver is not installed.
    """
    address = parse_address(url)
    if name is not None:
        address = address.named(name)
    if address.scheme in POSTGRES:
        return _postgres(address, cache)
    if address.scheme in MILVUS:
        return _milvus(address, cache)
    raise StoreError(
        f"--store {address.scheme or url}: no kind of store; write postgresql://host/database or "
        "milvus://host:19530"
    )


def _postgres(address: Address, cache: Path) -> Store:
    try:
        from indexer.stores.postgres.store import PostgresStore
    except ImportError as error:
        raise MissingExtraError("A PostgreSQL store", "postgres") from error
    return PostgresStore(address, cache)


def _milvus(address: Address, cache: Path) -> Store:
    try:
        from indexer.stores.milvus.store import MilvusStore
    except ImportError as error:
        raise MissingExtraError("A Milvus store", "milvus") from error
    return MilvusStore(address, cache)
