from __future__ import annotations

import pytest

from indexer.document import KINDS, Document, Metadata


def document(text: str, place: str = "") -> Document:
    return Document("d", "notes/d.csv", text, (), Metadata(), place=place)


@pytest.mark.parametrize(
    ("text", "sha256"),
    [
        # The first is the test vector of FIPS 180-2.
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("Caf\u00e9", "73473dcc12b763085904a5279d048c4d5b3b008c46f1f32443b99de04aa83a14"),
        ("Cafe\u0301", "c42cc7a1ca08364b6fd859fa50d2454730a8236290a423373cc630da77c6d711"),
    ],
)
def test_the_fingerprint_is_that_of_the_text_in_utf_8(text: str, sha256: str) -> None:
    assert document(text).sha256 == sha256


def test_a_record_s_origin_names_file_and_place() -> None:
    assert document("a").origin == "notes/d.csv"
    assert document("a", "line 7").origin == "notes/d.csv, line 7"


def test_the_kinds_are_those_of_the_interface() -> None:
    assert KINDS == ("session", "initiative", "news", "press-release", "report", "other")
