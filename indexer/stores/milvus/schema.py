"""What a collection holds: of a snapshot its passages, and beside them files in pieces."""

from __future__ import annotations

import base64
from typing import Any

from pymilvus import DataType, MilvusClient

KEY = 128
"""Characters of a file's key."""

WIDEST = 65_535
"""Bytes of a text field."""

PIECE = 48_000
"""Bytes of a file in one row: in base64 they fit into a field."""

NOTHING = 2**31 - 2
"""Number of the term that stands for none: Milvus takes no empty sparse vector."""


def make_collection(client: MilvusClient, name: str, dimension: int, *, approximate: bool) -> None:
    """Make the collection of a snapshot, and have both sides indexed as rows come."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_field("bits", DataType.VARCHAR, max_length=WIDEST)
    schema.add_field("sentences", DataType.VARCHAR, max_length=WIDEST)
    indexes = client.prepare_index_params()
    kind = {"index_type": "HNSW", "params": {"M": 24, "efConstruction": 200}}
    near: dict[str, Any] = kind if approximate else {"index_type": "FLAT"}
    indexes.add_index("vector", metric_type="IP", **near)
    indexes.add_index("words", metric_type="IP", index_type="SPARSE_INVERTED_INDEX")
    # Strong: whoever asks sees every row that was written before, or nothing.
    client.create_collection(name, schema=schema, index_params=indexes, consistency_level="Strong")


def make_files(client: MilvusClient, name: str) -> None:
    """Make the collection of files; it must have a vector, which here means nothing."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=KEY)
    schema.add_field("data", DataType.VARCHAR, max_length=WIDEST)
    schema.add_field("number", DataType.INT64)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=2)
    indexes = client.prepare_index_params()
    indexes.add_index("vector", metric_type="IP", index_type="FLAT")
    client.create_collection(name, schema=schema, index_params=indexes, consistency_level="Strong")


def file_row(key: str, data: str, number: int) -> dict[str, Any]:
    """A row of the collection of files."""
    return {"key": key, "data": data, "number": number, "vector": [1.0, 0.0]}


def text_of(data: bytes) -> str:
    """Bytes as a text field holds them."""
    return base64.b64encode(data).decode()


def bytes_of(text: str) -> bytes:
    """The bytes that a text field holds."""
    return base64.b64decode(text)
