from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.chunking import Chunker
from indexer.document import Document
from indexer.passage import Passage
from indexer.readers.formats import read
from tests.documents.contents import CONTENTS
from tests.documents.golden import DOCUMENTS, GOLDEN, HERE, read_plain

FORMATS = (".html", ".docx", ".pdf")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_is_read_as_its_golden_file_says(path: Path) -> None:
    golden = json.loads((GOLDEN / f"{path.name}.json").read_text(encoding="utf-8"))
    assert read_plain(path) == golden


def test_every_format_has_two_documents_and_every_golden_file_one() -> None:
    kinds = {".yml": ".yaml"}
    formats = [kinds.get(path.suffix, path.suffix) for path in DOCUMENTS]
    assert {form: formats.count(form) for form in formats} == dict.fromkeys(
        (".csv", ".docx", ".html", ".jsonl", ".md", ".pdf", ".txt", ".xlsx", ".yaml"), 2
    )
    assert {path.name for path in GOLDEN.iterdir()} == {f"{path.name}.json" for path in DOCUMENTS}


def passages(path: Path) -> list[Passage]:
    (document,) = read(path, path.stem, {})  # one id for all formats
    assert isinstance(document, Document)
    return Chunker(lambda texts: [len(text.split()) for text in texts], 60).split(document)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", [content.name for content in CONTENTS])
def test_one_content_gives_the_same_passages_in_every_format(name: str, form: str) -> None:
    expected = passages(HERE / f"{name}.md")
    found = passages(HERE / f"{name}{form}")
    assert {passage.page for passage in found} == ({1} if form == ".pdf" else {None})
    assert [replace(passage, page=None) for passage in found] == expected
    assert len(expected) == {"night-buses": 13, "azoteas": 7}[name]
