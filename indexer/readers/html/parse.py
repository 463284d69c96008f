"""From bytes to a tree: encodings, bombs, and files that are no HTML."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes
from lxml import etree
from lxml.etree import _Element

from indexer.errors import DocumentError

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DECLARED = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)|^\s*<\?xml[^>]*?encoding=["']([\w.-]+)""",
    re.IGNORECASE,
)
_HEAD = 4096
"""Bytes at the beginning among which a page declares its encoding."""

# Pages that say Latin-1 mean Windows-1252: https://encoding.spec.whatwg.org/#names-and-labels
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252"}
_WESTERN = re.compile(rb"""<html\b[^>]*?\blang=["']?(?:en|es|fr|pt|de|it|nl|ca|gl|da|sv|nb)\b""")

_ARCHIVE = re.compile(rb"^(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*?MIME-Version:", re.IGNORECASE)
_BINARY = re.compile(rb"%PDF-|PK\x03\x04|\x89PNG|\xff\xd8\xff|\x1f\x8b|\xd0\xcf\x11\xe0|\{\\rtf")
_SUBSET = re.compile(r"<!DOCTYPE[^>\[]*\[.*?\]\s*>", re.IGNORECASE | re.DOTALL)
_CLOSED = re.compile(
    r"<(script|style|title|textarea|iframe|a|b|i|em|strong|div|span|p|td|th|li)\b([^<>]*)/>"
)


def parse(data: bytes, name: str) -> tuple[_Element, list[str]]:
    """Parse a page as a browser would, in whatever encoding it is.

    Returns:
        The root of the tree, and a warning if the encoding had to be guessed.

    Raises:
        DocumentError: the file is empty, no HTML, in no known encoding, or nested too deeply.
    """
    _refuse_others(data, name)
    text, warnings = _decoded(data, name)
    text = _without_subset(text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.lstrip().startswith("<?xml"):
        text = _CLOSED.sub(r"<\1\2></\1>", text)
    if not text.strip() or "\0" in text:
        fault = "holds NUL characters: a binary file under an HTML name" if text.strip() else ""
        raise DocumentError(name, fault or "yields no text: the file is empty")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root: _Element | None = etree.fromstring(text.encode(), parser)
    except etree.LxmlError:
        root = None
    if parser.error_log.filter_from_fatals().filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT):
        reason = "nested more than 2,000 levels deep; save the page anew, or as PDF"
        raise DocumentError(name, reason)
    if root is None:
        raise DocumentError(name, "yields no text: it holds no element; save the page anew")
    return root, warnings


def _without_subset(text: str) -> str:
    """Take out declarations of entities, which HTML has not and would show as text."""
    start = text[:_HEAD].upper().find("<!DOCTYPE")
    found = _SUBSET.match(text, start) if start >= 0 else None
    return text if found is None else f"{text[:start]}<!DOCTYPE html>{text[found.end() :]}"


def _refuse_others(data: bytes, name: str) -> None:
    if _ARCHIVE.match(data[:_HEAD]):
        reason = "a web archive (MHTML), no HTML; open it in a browser and save it as HTML or PDF"
        raise DocumentError(name, reason)
    if _BINARY.match(data):
        raise DocumentError(name, "no HTML but another kind of file; give it its right ending")


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return _strict(data, encoding, name).removeprefix("\ufeff"), []
    if b"\0" in data:
        raise DocumentError(name, "holds NUL characters: a binary file under an HTML name")
    # Text that is valid UTF-8 is UTF-8, whatever a page says that a browser saved anew; an escape
    # character speaks for one of the old encodings that shift between alphabets.
    for encoding in (*(("utf-8",) if b"\x1b" not in data else ()), *_declared(data)):
        try:
            return data.decode(encoding), []
        except UnicodeDecodeError:
            continue
    encoding = _guessed(data, name)
    return data.decode(encoding), [f"neither UTF-8 nor as declared; read as {encoding}"]


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"begins as {encoding.upper()} but is not; save the file as UTF-8"
        raise DocumentError(name, reason, f"byte {error.start}") from error


def _declared(data: bytes) -> tuple[str, ...]:
    found = _DECLARED.search(data[:_HEAD])
    if found is None:
        return ()
    label = (found[1] or found[2]).decode("ascii", "replace")
    try:
        b"".decode(label)  # Python's codecs include conversions such as base64
    except LookupError:
        return ()
    encoding = codecs.lookup(label).name
    return (_MEANT.get(encoding, encoding),)


def _guessed(data: bytes, name: str) -> str:
    likely = ["cp1252"] if _WESTERN.search(data[:_HEAD]) else None
    best = from_bytes(data, cp_isolation=likely).best() or from_bytes(data).best()
    if best is None:
        raise DocumentError(name, "in an encoding that cannot be told; save the file as UTF-8")
    return _MEANT.get(codecs.lookup(best.encoding).name, best.encoding)
