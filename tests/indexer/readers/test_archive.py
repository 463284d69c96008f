from __future__ import annotations

import io
import zipfile

import pytest

from indexer.errors import DocumentError
from indexer.readers.archive import MOST_MEMBERS, check_zip

TYPES = "[Content_Types].xml"


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def understated(data: bytes) -> bytes:
    """The same archive, whose first member claims to unpack to one byte."""
    entry = data.index(b"PK\x01\x02")
    return data[: entry + 24] + (1).to_bytes(4, "little") + data[entry + 28 :]


DOCTYPE = '<?xml version="1.0"?>{}<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
BLANK = b" " * 9_900_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "yields no text: the file is empty"),
        (OLE + b"WordDocument", r"old Word format; save it as \.docx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password; save it without"),
        (b"{\\rtf1 text}", "rich text"),
        (b"%PDF-1.7", r"a PDF under the name of another format; rename it to \.pdf"),
        (b"<html><body>", r"a web page under the name of another format; rename it to \.html"),
        (b"plain words", r"no \.docx file; save it as one"),
        (packed({TYPES: b"<a/>"})[:40], r"a damaged \.docx file; save it again"),
        (packed({"photo.jpg": b"x"}), r"a ZIP archive, but no \.docx file; unpack it"),
        ({TYPES: b"<a/>", "b.xml": b"<" + b" " * 12_000_000}, "than 200 times its size"),
        ({TYPES: b"<a/>", **{f"{n}.bin": BLANK for n in range(22)}}, "unpacks to more than 200 MB"),
        ({TYPES: b"<a/>", **{f"{n}": b"" for n in range(MOST_MEMBERS)}},
         "holds 10,001 parts, more than 10,000"),
        (understated(packed({TYPES: b"<a/>" * 9})), r"a damaged \.docx file"),
        (packed({TYPES: DOCTYPE.format("").encode()}), "holds an XML document type declaration"),
        (packed({TYPES: DOCTYPE.format("").encode("utf-16")}), "document type declaration"),
        (packed({TYPES: DOCTYPE.format(" " * (2**20 - 30)).encode()}), "document type declaration"),
        (packed({TYPES: b'<?xml version="1.0" encoding="utf-7"?><a/>'}), "neither UTF-8 nor"),
        (packed({TYPES: DOCTYPE.format("").encode("cp037")}), "neither UTF-8 nor UTF-16"),
    ],
    # not the bytes, which hold the time of their packing
    ids=lambda part: part if isinstance(part, str) else "archive",
)  # fmt: skip
def test_what_is_no_sound_archive_is_refused(data: bytes | dict[str, bytes], message: str) -> None:
    # Large ones are packed here: every process that looks for tests would pay for them.
    held = data if isinstance(data, bytes) else packed(data)
    with pytest.raises(DocumentError, match=rf"^n/a\.docx: .*{message}"):
        check_zip(held, "n/a.docx")


def test_an_old_workbook_is_told_how_to_be_saved() -> None:
    with pytest.raises(DocumentError, match=r"^a: old Excel format; save it as \.xlsx$"):
        check_zip(OLE + b"Workbook", "a", ".xlsx")


def test_a_sound_archive_passes() -> None:
    utf16 = '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")
    check_zip(packed({TYPES: b"\xef\xbb\xbf<a/>", "b.xml": utf16, "c.bin": b"\0"}), "a")
