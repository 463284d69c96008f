from __future__ import annotations

import inspect
import re

import pytest

from indexer import errors
from indexer.errors import CitywiseError, DocumentError, MissingExtraError, SnapshotError


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DocumentError("a/b.md", "is empty"), "a/b.md: is empty"),
        (DocumentError("a/b.csv", "is ragged", "line 3"), "a/b.csv, line 3: is ragged"),
        (
            MissingExtraError("Building an index", "indexer"),
            "Building an index needs the extra [indexer]: pip install 'citywise[indexer]'",
        ),
    ],
)
def test_messages_say_what_where_and_what_to_do(error: CitywiseError, message: str) -> None:
    assert str(error) == message


def tree(root: type[Exception], depth: int = 0) -> list[tuple[int, str]]:
    below = [entry for child in root.__subclasses__() for entry in tree(child, depth + 1)]
    return [(depth, root.__name__), *below]


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    drawn = re.findall(r"^([│├└─ ]*)(\w+Error)\b", str(errors.__doc__), re.MULTILINE)
    ours = [entry for entry in tree(CitywiseError) if hasattr(errors, entry[1])]
    assert [(len(branch) // 4, name) for branch, name in drawn] == ours
    defined = {name for name, _ in inspect.getmembers(errors, inspect.isclass)}
    assert {name for _, name in ours} == defined


def test_one_except_clause_catches_every_trouble_with_an_index() -> None:
    caught = []
    for name in ("NoSnapshotError", "DamagedError", "FormatError", "BusyError"):
        try:
            raise getattr(errors, name)("x")
        except SnapshotError as error:
            caught.append(type(error).__name__)
    assert caught == ["NoSnapshotError", "DamagedError", "FormatError", "BusyError"]
