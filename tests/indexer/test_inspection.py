from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.corpus import read_corpus
from indexer.document import Document
from indexer.errors import CorpusError, DocumentError, ModelError
from indexer.inspection import Inspected, inspect
from indexer.report import Report
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import PASSAGES
from indexer.snapshot.passages import Passages

pytestmark = pytest.mark.gazetteer

RECORDS = '{"id": "rain", "text": "Barrels came."}\n[]\n{"id": "pumps", "text": "Pumps came."}\n'


def test_a_file_is_read_as_it_is_indexed(
    tmp_path: Path, tiny_model: Path, cache: Path, build_tiny: Callable[..., Report]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    file = corpus / "rain.txt"
    file.write_text(
        "Rain\n\nBarrels came by truck. " + "Schools got water. " * 30, encoding="utf-8"
    )
    (corpus / "metadata.yaml").write_text("files:\n  rain.txt: {date: '2021-06'}\n", "utf-8")
    before = {path: path.read_bytes() for path in corpus.iterdir()}
    (inspected,) = inspect(file, str(tiny_model), cache)
    assert isinstance(inspected, Inspected)
    assert [inspected.document] == list(read_corpus(corpus))
    assert inspected.document.metadata.date == "2021-06"
    assert {path: path.read_bytes() for path in corpus.iterdir()} == before
    build_tiny(corpus, tmp_path / "index")
    indexed = Passages(IndexFolder(tmp_path / "index").published().path / PASSAGES)
    assert list(inspected.passages) == list(indexed.all())
    assert len(inspected.passages) == 11
    indexed.close()


def test_each_record_is_a_document_or_an_error(
    tmp_path: Path, tiny_model: Path, cache: Path
) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text(RECORDS, encoding="utf-8")
    first, wrong, third = inspect(file, str(tiny_model), cache)
    assert isinstance(first, Inspected)
    assert isinstance(third, Inspected)
    assert isinstance(first.document, Document)
    assert [passage.text for passage in first.passages] == ["Barrels came."]
    assert (third.document.id, third.document.place) == ("pumps", "line 3")
    assert isinstance(wrong, DocumentError)
    assert str(wrong) == "records.jsonl, line 2: one JSON object a line is expected"


def test_what_is_not_there_is_named(tmp_path: Path, tiny_model: Path, cache: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.md"):
        missing = re.escape(f"{path}: no such file; name one file of the corpus")
        with pytest.raises(CorpusError, match=f"^{missing}$"):
            list(inspect(path, str(tiny_model), cache))
    file = tmp_path / "rain.txt"
    file.write_text("Rain", encoding="utf-8")
    empty = tmp_path / "model"
    empty.mkdir()
    with pytest.raises(ModelError, match=re.escape(str(empty))):
        list(inspect(file, str(empty), cache))
