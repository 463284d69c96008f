from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.document import Block, Document, Dropped, Metadata, Place, Quote, Source
from indexer.errors import DocumentError
from indexer.readers.wire import END, read_reply, write_reply

TEXT = "“Café\u2028 in\nBogotá 🚰”"
DOCUMENT = Document(
    id="a",
    path="notes/a.csv",
    text=TEXT,
    blocks=(
        Block(0, 5, "heading", header=("City", "")),
        Block(6, 19, "row", ("Água",), "figure", ("City",), 2, Place("Lima"), "links", "pt"),
    ),
    metadata=Metadata("T", cities=(Place("Lima", "Peru"),), sources=(Source("A", "B"),)),
    quotes=(Quote(0, 19, "Ana Rao", "Mayor"),),
    place="line 7",
    warnings=("look",),
    dropped=(Dropped("footer", "page 1"),),
    characters=40,
    tables=1,
    origins={"title": "its name"},
)


def test_a_document_comes_through_whole_on_one_line() -> None:
    line = write_reply(DOCUMENT)
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
    found = read_reply(line)
    assert isinstance(found, Document)
    assert found == DOCUMENT
    # what does not count when documents are compared
    assert (found.origin, found.warnings, found.dropped) == ("notes/a.csv, line 7",
        DOCUMENT.warnings, DOCUMENT.dropped)  # fmt: skip
    assert (found.characters, found.tables, found.origins) == (40, 1, {"title": "its name"})


def test_an_error_and_the_end_come_through() -> None:
    error = DocumentError("a.md", "is\nodd", "line 3")
    assert read_reply(write_reply(error)) == error
    assert read_reply(END) is None


@pytest.mark.parametrize(
    "document",
    [
        replace(DOCUMENT, text="Thanks \ud83d"),
        replace(DOCUMENT, metadata=Metadata("Thanks \ud83d")),
        replace(DOCUMENT, id="\ud83d"),
    ],
    ids=["text", "title", "id"],
)
def test_half_of_a_surrogate_pair_reaches_nobody(document: Document) -> None:
    # An emoji cut in two by some other program: legal JSON, yet no text that can be stored.
    assert read_reply(write_reply(document)) == DocumentError(
        "notes/a.csv", "holds half of a character (a lone surrogate); mend the text", "line 7"
    )
