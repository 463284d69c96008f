from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.readers.delimited import csv_rows


def rows(text: str, notes: list[str] | None = None) -> list[Any]:
    found = csv_rows(text, "a.csv", notes)
    return [(row[0], list(row[1])) if isinstance(row, tuple) else str(row) for row in found]


COMMAS = "Tanks, taps, and pumps, everywhere, at last"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (f"id;text\n1;{COMMAS}\n2;b\n", [("id", "1"), ("text", COMMAS)]),
        (f"id\ttext\n1\t{COMMAS}\n2\t{COMMAS}\n", [("id", "1"), ("text", COMMAS)]),
        (f'"id, or name, or both"|text\n1|{COMMAS}\n', [("id, or name, or both", "1"),
                                                       ("text", COMMAS)]),
        ('id,"a;b;c;d"\n1,"x;y;z;w"\n', [("id", "1"), ("a;b;c;d", "x;y;z;w")]),
        (f"id;text\n1;{COMMAS}\n2\n3;{COMMAS}\n4;{COMMAS}\n", [("id", "1"), ("text", COMMAS)]),
        ("\ufeffsep=;\nid;a,b,c\n1;x,y,z\n", [("id", "1"), ("a,b,c", "x,y,z")]),
        ("text\nTanks\nTaps\n", [("text", "Tanks")]),
    ],
)  # fmt: skip
def test_the_delimiter_is_what_makes_the_records_even(
    text: str, first: list[tuple[str, str]]
) -> None:
    assert rows(text)[0][1] == first


def test_lines_are_counted_as_in_the_file() -> None:
    text = 'sep=;\n\nid;text;text;\na;"One\n\n; more";x;y\nb;Two\n;;;\nc;"d" e;;\nd;Four;;\n'
    assert rows(text) == [
        ("line 6", [("id", "a"), ("text", "One\n\n; more"), ("text", "x"), ("column 4", "y")]),
        "a.csv, line 7: 2 fields where the header has 4; quote fields that hold ';'",
        "a.csv, line 9: no valid CSV: ';' expected after '\"'",
        ("line 10", [("id", "d"), ("text", "Four"), ("text", ""), ("column 4", "")]),
    ]


@pytest.mark.parametrize("padding", ["", ",,"])
def test_titles_above_the_header_are_passed_over_and_noted(padding: str) -> None:
    notes: list[str] = []
    text = f"Measures of 2020{padding}\n\nid,city,text\n1,Lima,Lanes\n2,Pune,Taps\n"
    assert rows(text, notes) == [
        ("line 4", [("id", "1"), ("city", "Lima"), ("text", "Lanes")]),
        ("line 5", [("id", "2"), ("city", "Pune"), ("text", "Taps")]),
    ]
    assert notes == ["line 1: passed over above the header: Measures of 2020"]


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=12)


@settings(max_examples=80, derandomize=True)
@given(st.sampled_from(",;\t|"), st.lists(st.tuples(FIELD, FIELD, FIELD), min_size=1, max_size=6))
def test_what_a_program_writes_is_read_back(
    delimiter: str, records: list[tuple[str, str, str]]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "city", "text"), *records])
    kept = [record for record in records if any(map(str.strip, record))]
    assert [[value for _, value in row[1]] for row in rows(out.getvalue())] == [
        list(record) for record in kept
    ]
