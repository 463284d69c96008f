from __future__ import annotations

from pathlib import Path

import pytest

from indexer.document import Document, Metadata
from indexer.errors import DocumentError
from indexer.metadata import Fields
from indexer.readers.structure import LONGEST_TITLE
from tests.indexer.readers.reading import read_one


def plaintext(
    folder: Path, source: str, name: str = "notes/talk.txt", fields: Fields | None = None
) -> Document:
    return read_one(folder, source, name, fields)


def test_blank_lines_part_title_and_paragraphs_and_line_ends_are_unwrapped(tmp_path: Path) -> None:
    source = "Talk\r\n\r\nThe mayor\r\nspoke.\r\n\r\n- Water\r\n- Food\r\n"
    document = plaintext(tmp_path, source)
    assert document.text == "Talk\n\nThe mayor spoke.\n\n- Water\n- Food"
    assert [(block.kind, block.start, block.end) for block in document.blocks] == [
        ("heading", 0, 4),
        ("paragraph", 6, 22),
        ("item", 24, 31),
        ("item", 32, 38),
    ]


def test_a_file_is_one_document_named_by_its_path(tmp_path: Path) -> None:
    document = plaintext(tmp_path, "Talk", "news/2020/talk.txt")
    assert (document.id, document.path) == ("news/2020/talk.txt", "news/2020/talk.txt")
    assert document.metadata == Metadata(title="Talk", kind="news")


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Notes from Cafe\u0301", "Notes from Cafe\u0301"),
        ("x" * LONGEST_TITLE, "x" * LONGEST_TITLE),
        ("x" * (LONGEST_TITLE + 1), "talk"),
    ],
)
def test_a_short_first_line_is_the_title(tmp_path: Path, first: str, title: str) -> None:
    assert plaintext(tmp_path, f"{first}\n\nText.").metadata.title == title


def test_the_first_line_is_the_title_without_a_blank_line_behind_it(tmp_path: Path) -> None:
    document = plaintext(tmp_path, "Report of the mayor\nTen shelters were opened.\n")
    assert document.metadata.title == "Report of the mayor"


def test_the_folder_knows_better_than_the_first_line(tmp_path: Path) -> None:
    fields = {"title": "A better title", "date": "2020-05", "kind": "report", "cities": "Lima"}
    document = plaintext(tmp_path, "Talk\n\nText.", fields=fields)
    assert document.metadata.title == "A better title"
    assert (document.metadata.date, document.metadata.kind) == ("2020-05", "report")
    assert [place.name for place in document.metadata.cities] == ["Lima"]


def test_what_the_folder_says_wrongly_is_a_warning_of_the_document(tmp_path: Path) -> None:
    document = plaintext(tmp_path, "Talk", fields={"date": "spring 2020"})
    assert document.warnings == ("date 'spring 2020' is not YYYY, YYYY-MM or YYYY-MM-DD; left out",)


def test_enough_text_tells_its_language(tmp_path: Path) -> None:
    line = (
        "La ville a ouvert dix refuges pour les personnes sans abri dans les quartiers du nord.\n"
    )
    assert plaintext(tmp_path, line * 3).metadata.language == "fr"
    assert plaintext(tmp_path, line[:30]).metadata.language == "en"


def test_an_empty_file_yields_no_text(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"^notes/talk\.txt: yields no text: the file is empty"):
        plaintext(tmp_path, "\n \n")
