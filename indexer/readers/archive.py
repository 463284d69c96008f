"""Guards for office files, which are ZIP archives of XML: nothing in them may explode."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from indexer.errors import DocumentError

LARGEST = 200 * 1024 * 1024
"""Bytes that an archive may hold once unpacked."""

HARMLESS = 10 * 1024 * 1024
"""Bytes up to which a member may shrink by any ratio; empty rows pack very well."""

HIGHEST_RATIO = 200
"""How many times its packed size a larger member may be; office XML reaches about 50."""

MOST_MEMBERS = 10_000

_CHUNK = 1 << 20
_HEAD = 4096
_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"utf-16", b"utf-16le", b"utf-16be"}
_ENCODING = re.compile(rb"^<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
_XML = (".xml", ".rels", ".vml")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def check_zip(data: bytes, name: str, suffix: str = ".docx") -> None:
    """Refuse what is no sound archive, unpacks to too much, or declares XML entities.

    Sizes are first taken from the table of contents and then measured, member by member, without
    keeping what is unpacked.

    Args:
        data: the file.
        name: its path, for messages.
        suffix: the format that it should have, ".docx" or ".xlsx".

    Raises:
        DocumentError: says what it is instead, or what is wrong with it.
    """
    if not data.startswith(b"PK"):
        raise DocumentError(name, _instead(data, suffix))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_contents(archive.infolist(), name, suffix)
            total = 0
            for member in archive.infolist():
                total += _check_member(archive, member, name, LARGEST - total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise DocumentError(name, f"a damaged {suffix} file; save it again") from error


def _instead(data: bytes, suffix: str) -> str:
    """What a file that is no archive is, and what to do."""
    if not data.strip():
        return "yields no text: the file is empty"
    if data.startswith(_OLE):
        if _LOCKED in data:
            return "protected by a password; save it without one"
        program = "Excel" if suffix == ".xlsx" else "Word"
        return f"old {program} format; save it as {suffix}"
    if data.startswith(b"{\\rtf"):
        return f"rich text (RTF) under the name of another format; save it as {suffix}"
    if data.startswith(b"%PDF"):
        return "a PDF under the name of another format; rename it to .pdf"
    if data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html")):
        return "a web page under the name of another format; rename it to .html"
    return f"no {suffix} file; save it as one"


def _check_contents(members: list[zipfile.ZipInfo], name: str, suffix: str) -> None:
    if len(members) > MOST_MEMBERS:
        raise DocumentError(name, f"holds {len(members):,} parts, more than {MOST_MEMBERS:,}")
    if any(member.flag_bits & 1 for member in members):
        raise DocumentError(name, "protected by a password; save it without one")
    if sum(member.file_size for member in members) > LARGEST:
        raise DocumentError(name, _too_large())
    if not any(member.filename == "[Content_Types].xml" for member in members):
        raise DocumentError(name, f"a ZIP archive, but no {suffix} file; unpack it")


def _too_large() -> str:
    return f"unpacks to more than {LARGEST // 1024**2} MB; split it, or save it without pictures"


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, left: int) -> int:
    """Unpack a member piece by piece; return its true size in bytes."""
    size, tail = 0, b""
    is_xml = member.filename.lower().endswith(_XML)
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            if is_xml:
                _check_xml(tail + chunk, not size, name)
                tail = chunk[-_HEAD:]
            size += len(chunk)
            if size > left:
                raise DocumentError(name, _too_large())
            if size > HARMLESS and size > HIGHEST_RATIO * max(1, member.compress_size):
                reason = f"unpacks to more than {HIGHEST_RATIO} times its size, as no document does"
                raise DocumentError(name, reason)
    return size


def _check_xml(piece: bytes, first: bool, name: str) -> None:
    """Refuse entities, and encodings in which a declaration of them could hide."""
    plain = piece.replace(b"\0", b"")  # UTF-16 of what is looked for is ASCII with zeros between
    if first:
        head = re.sub(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*", b"", plain[:_HEAD])
        encoding = _ENCODING.match(head)
        if not head.startswith(b"<") or (encoding and encoding[1].lower() not in _ENCODINGS):
            reason = "holds XML that is neither UTF-8 nor UTF-16, as no office program writes"
            raise DocumentError(name, reason)
    if b"<!DOCTYPE" in plain:
        reason = "holds an XML document type declaration, which no office program writes"
        raise DocumentError(name, reason)
