from __future__ import annotations

import pytest

from search_api.citations.permalink import parse_permalink, permalink

BASE = "https://example.org/search"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("sessions/x.md", "sessions/x.md"),
        ("a note.md", "a%20note.md"),
        ("50%?#a&b", "50%25%3F%23a%26b"),
        ("São Paulo/à", "S%C3%A3o%20Paulo/%C3%A0"),
    ],
)
def test_a_permalink_names_document_and_passage_and_is_read_back(document: str, path: str) -> None:
    address = permalink(BASE, document, "5f9a7e286c66c7e1")
    assert address == f"{BASE}/documents/{path}#p-5f9a7e286c66c7e1"
    assert parse_permalink(address) == (document, "5f9a7e286c66c7e1")
    whole = permalink(BASE, document)
    assert whole == f"{BASE}/documents/{path}"
    assert parse_permalink(whole) == (document, None)


def test_what_a_visitor_adds_does_not_hide_what_is_named() -> None:
    found = parse_permalink(f"{BASE}/documents/x.md?lang=fr#p-5f9a7e286c66c7e1")
    assert found == ("x.md", "5f9a7e286c66c7e1")


def test_without_a_known_address_of_the_server_there_is_no_permalink() -> None:
    assert permalink(None, "x.md", "p") is None


@pytest.mark.parametrize("address", ["", "https://example.org/", "x.md#p-5f9a7e286c66c7e1"])
def test_another_address_names_nothing(address: str) -> None:
    assert parse_permalink(address) == (None, None)
