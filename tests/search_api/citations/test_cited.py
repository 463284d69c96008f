from __future__ import annotations

import pytest

from indexer.errors import CitationError
from search_api.citations.cited import Cited, read_citations


def test_one_citation_or_an_array_of_them_is_read() -> None:
    one = '{"passage": "p", "quote": "Water came.", "colour": "blue"}'
    assert read_citations(one, "f") == [Cited(passage="p", quote="Water came.")]
    assert read_citations(f"[{one}, {one}]", "f") == [Cited(passage="p", quote="Water came.")] * 2


def test_a_permalink_names_the_passage_unless_the_citation_does() -> None:
    address = "https://example.org/documents/a/b.md#p-5f"
    (found,) = read_citations(f'{{"permalink": "{address}", "passage": null}}', "f")
    assert (found.document, found.passage) == ("a/b.md", "5f")
    (found,) = read_citations(f'{{"permalink": "{address}", "passage": "6a"}}', "f")
    assert (found.document, found.passage) == ("a/b.md", "6a")


def test_the_address_of_a_source_is_no_permalink() -> None:
    (found,) = read_citations(
        '{"URL": "https://example.org/documents/x", "abstract": "Water came."}', "f"
    )
    assert found == Cited(quote="Water came.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@misc{a}", "f: no JSON; give what `citywise cite --format csl-json` writes"),
        ("[" * 100_000, "f: no JSON; give what `citywise cite --format csl-json` writes"),
        ("[]", "f: holds no citation"),
        ('[{"passage": "p"}, 7]', "f, citation 2: Input should be a valid dictionary or instance"),
        ('{"title": "Notes"}', "f, citation 1: names no passage; give `passage`, a `permalink`,"),
        ('{"passage": 7}', "f, citation 1: passage: Input should be a valid string"),
        ('{"passage": "p", "start": -1}', "f, citation 1: start: Input should be greater than"),
        ('{"permalink": 7}', "f, citation 1: permalink: Input should be a valid string"),
    ],
)
def test_what_cannot_be_understood_is_named(text: str, said: str) -> None:
    with pytest.raises(CitationError, match=f"^{said}"):
        read_citations(text, "f")
