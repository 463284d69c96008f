from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.report import Report
from indexer.snapshot.snapshot import open_snapshot
from tests.indexer.readers.pdfs import empty_pages

pytestmark = pytest.mark.faults

TYPES = '<?xml version="1.0"?><Types/>'
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def zipped(document: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", document)
    return buffer.getvalue()


def hostile() -> dict[str, tuple[bytes, str]]:
    """Files by name, each with what is said of it; made when asked for, which takes seconds."""
    return {
        "bomb.docx": (
            zipped(b"<?xml version='1.0'?><a>" + b" " * (300 << 20)),
            "bomb.docx: unpacks to more than",
        ),
        "deep.html": (
            b"<div>" * 100_000 + b"Deep down.",
            "deep.html: nested more than 2,000 levels deep",
        ),
        "deep.json": (b"[" * 100_000, "deep.json, line 1: no valid JSON: nested too deeply"),
        "deep.yaml": (
            b"[" * 100_000,
            "deep.yaml, line 1: no valid YAML: nested more than 100 levels deep",
        ),
        "entities.docx": (
            zipped(ENTITIES + "<d>&i;</d>"),
            "entities.docx: holds an XML document type declaration",
        ),
        "laughs.yaml": (
            b"a: &a [x,x,x,x,x,x,x,x,x]\n"
            + b"".join(
                b"%c: &%c [%s]\n" % (b, b, b",".join([b"*" + bytes([a])] * 9))
                for a, b in zip(b"abcdefgh", b"bcdefghi", strict=True)
            ),
            "laughs.yaml: no valid YAML: its aliases unfold to more than 1,000,000 values",
        ),
        "pages.pdf": (empty_pages(10_000), "pages.pdf: has 10000 pages; at most 2000 are read"),
        "scanned.pdf": (empty_pages(3), "scanned.pdf: no text in it"),
        "spaces \n in its name.txt": (b"\0\0\0", "holds NUL characters"),
    }


def test_hostile_files_are_named_and_the_others_are_found(
    tmp_path: Path, build_tiny: Callable[..., Report]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.txt").write_text("The key lies under the mat.", encoding="utf-8")
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "good.txt").write_text("The pump on the square runs again.", encoding="utf-8")
    files = hostile()
    for name, (data, _) in files.items():
        (corpus / name).write_bytes(data)
    Path(os.fsdecode(os.fsencode(corpus) + b"/caf\xe9.txt")).write_text("Coffee.", encoding="utf-8")

    report = build_tiny(corpus, tmp_path / "index", keep_going=True)

    assert [document.id for document in report.read] == ["good.txt"]
    expected = [*(said for _, said in files.values())]
    expected += ["caf\\udce9.txt: its name is not UTF-8", "link.txt: a link that leads out of"]
    assert len(report.skipped) == len(expected)
    for said in expected:
        assert any(said in skipped for skipped in report.skipped), (said, report.skipped)
    texts = [text for _, _, text, _ in open_snapshot(tmp_path / "index").passages.texts()]
    assert texts == ["The pump on the square runs again."]
