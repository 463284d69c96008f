from __future__ import annotations

import json

from search_api.citations.cited import Cited, read_citations
from search_api.citations.csl import csl_items, csl_json
from search_api.citations.record import Citation
from tests.search_api.citations.samples import SELECTION

VARIABLES = {
    "id", "type", "title", "genre", "author", "publisher", "issued", "accessed", "language", "URL",
    "locator", "abstract", "source", "note", "custom",
}  # fmt: skip
"""Of csl-data.json (CSL 1.0.2), which allows no other names; the types are its own, too."""


def record(citation: Citation) -> Cited:
    return Cited.model_validate(citation.plain())


def test_items_hold_what_the_schema_knows_and_nothing_empty() -> None:
    items = csl_items(SELECTION)
    assert set().union(*items) == VARIABLES
    types = [item["type"] for item in items]
    assert types == ["document", "report", "document", "document", "report"]
    assert [value for item in items for value in item.values() if value in (None, "", [], {})] == []


def test_an_item_is_read_back_as_the_record_it_was_made_of() -> None:
    assert read_citations(csl_json(SELECTION), "file") == [record(each) for each in SELECTION]


def test_an_item_that_lost_its_own_fields_is_read_by_its_note() -> None:
    items = [
        {name: value for name, value in item.items() if name != "custom"}
        for item in csl_items(SELECTION)
    ]
    for item, citation in zip(items, SELECTION, strict=True):
        (found,) = read_citations(json.dumps(item), "file")
        whole = record(citation)
        document = whole.document if citation.permalink else None
        assert found == whole.model_copy(update={"document": document})
