from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from indexer.errors import DocumentError
from indexer.readers.xlsx import xlsx_rows
from tests.indexer.readers.test_archive import packed


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(**sheets: list[list[Any]]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return book


def told(book: Workbook | bytes, notes: list[str] | None = None) -> list[Any]:
    data = book if isinstance(book, bytes) else saved(book)
    found = xlsx_rows(data, "a.xlsx", notes)
    return [(row[0], list(row[1])) if isinstance(row, tuple) else str(row) for row in found]


def test_each_row_below_the_header_is_a_record() -> None:
    rows: list[list[Any]] = [
        ["Measures of the network"],
        [],
        ["Source", "Ministry"],
        ["city", "text", None, "n", "text"],
        ["Lima", "Lanes\r\nand more", "extra", 46, None],
        [None, " "],
        ["Pune", "Taps", None, 2.0, "Tanks", "beyond"],
    ]
    notes: list[str] = []
    assert told(workbook(Data=rows), notes) == [
        ("sheet Data, row 5", [("city", "Lima"), ("text", "Lanes\nand more"), ("column 3", "extra"),
                               ("n", "46"), ("text", "")]),
        ("sheet Data, row 7", [("city", "Pune"), ("text", "Taps"), ("n", "2"), ("text", "Tanks"),
                               ("column 6", "beyond")]),
    ]  # fmt: skip
    assert notes == [
        "sheet Data: passed over above the header: Measures of the network",
        "sheet Data: passed over above the header: Source | Ministry",
    ]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (3.0, "General", "3"), (0.1 + 0.2, "General", "0.3"), (0.255, "0%", "25.5%"),
        (2.5e15, "General", "2500000000000000"), (True, "General", "true"), ("=water", "@", None),
        (date(2020, 5, 9), "dd/mm/yyyy", "2020-05-09"), (date(2020, 5, 1), "mmm yyyy", "2020-05"),
        (date(2020, 1, 1), "yyyy", "2020"), (datetime(2020, 5, 9, 14, 30), "d.m.yy h:mm",
                                            "2020-05-09 14:30"),
        (time(9, 5), "hh:mm", "09:05"), (12, '0" % of homes"', "12"),
    ],
)  # fmt: skip
def test_a_value_reads_as_it_is_shown(value: Any, form: str, text: str | None) -> None:
    rows: list[list[Any]] = [["city", "what"], ["Lima", value]]
    book = workbook(Data=rows)
    book["Data"]["B2"].number_format = form
    if text is None:
        reason = "cell B2 holds a formula without its result; save the file in Excel"
        assert told(book) == [f"a.xlsx, sheet Data, row 2: {reason}"]
    else:
        assert told(book) == [("sheet Data, row 2", [("city", "Lima"), ("what", text)])]


def test_several_sheets_name_themselves_and_one_without_a_header_is_an_error() -> None:
    head = ["city", "text"]
    book = workbook(A=[head, ["Lima", "One"]], B=[head, ["Pune", "Two"]], Empty=[],
                    Notes=[["About these data"]], Codes=[["x"], ["y"]])  # fmt: skip
    book["B"].sheet_state = "hidden"
    book["Codes"].sheet_state = "veryHidden"
    notes: list[str] = []
    assert told(book, notes) == [
        ("sheet A, row 2", [("city", "Lima"), ("text", "One"), ("sheet", "A")]),
        ("sheet B, row 2", [("city", "Pune"), ("text", "Two"), ("sheet", "B")]),
        "a.xlsx, sheet Notes: no header row found; put the names of the columns into one row above "
        "the data",
    ]
    assert notes == ["sheet Codes: hidden and without a header row, left out"]


def test_what_is_merged_over_rows_counts_for_each() -> None:
    book = workbook(Data=[["city", "text"], ["Lima", "One"], [None, "Two"], ["Pune", "Three"]])
    book["Data"].merge_cells("A2:A3")
    book["Data"].row_dimensions[3].hidden = True
    assert [row[1][0][1] for row in told(book)] == ["Lima", "Lima", "Pune"]


SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<dimension ref="A1:XFD1048576"/><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>city</t></is></c>
<c r="B1" t="inlineStr"><is><t>text</t></is></c></row>
<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B2" t="str"><f>A9</f><v></v></c>
<c r="C2"><f>1+1</f><v>2</v></c></row>
<row r="4"><c r="B4"><f>1+1</f></c></row></sheetData></worksheet>"""


def test_results_of_formulas_are_read_and_errors_noted() -> None:
    with_sheet = dict(_members(saved(workbook(Data=[["x"]]))))
    with_sheet["xl/worksheets/sheet1.xml"] = SHEET.encode()
    notes: list[str] = []
    assert told(packed(with_sheet), notes) == [
        ("sheet Data, row 2", [("city", ""), ("text", ""), ("column 3", "2")]),
        "a.xlsx, sheet Data, row 4: cell B4 holds a formula without its result; save the file in "
        "Excel",
    ]
    assert notes == ["sheet Data, cell A2: holds the error #DIV/0!"]


def _members(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (saved(workbook(Data=[])), "holds no records: every sheet is empty"),
        (packed({"[Content_Types].xml": b"<a/>"}), "a damaged workbook; open it in Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Book", r"old Excel format; save it as \.xlsx"),
    ],
)
def test_a_file_without_a_record_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^a\.xlsx: {message}"):
        list(xlsx_rows(data, "a.xlsx"))
