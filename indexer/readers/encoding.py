"""Decoding bytes: UTF-8 above all, else what the text itself makes all but certain."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from indexer.errors import DocumentError
from indexer.language import detect

MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
"""Byte order marks; those of UTF-32 come first, since one of them begins as UTF-16's does."""

LATIN = ["cp1252", "mac_roman", "cp1250"]
"""Encodings of languages in Latin letters, the likeliest first."""

NEIGHBOURS = {
    "cp1250": {"bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl"},
    "cp1254": {"tr"},
    "cp1257": {"lt", "lv"},
}
"""Languages by which encodings are told that differ from cp1252 in a few letters alone."""

OTHER = ["cp1251", "koi8_r", "cp1253", "gb18030", "shift_jis", "euc_jp", "euc_kr", "big5"]

ENOUGH = 60
"""Bytes beyond ASCII from which on statistics about a script can be believed."""

_RUN = re.compile(rb"[\x80-\xff]{3,}")
_BEYOND = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LONG_SAMPLE = 200_000


def decode_text(data: bytes, name: str) -> tuple[str, str | None]:
    """Decode a text file; every line end becomes a newline.

    Args:
        data: the file.
        name: its path, for messages.

    Returns:
        The text, and the encoding's name if it had to be guessed; None for UTF-8, and for what
        begins with a byte order mark.

    Raises:
        DocumentError: the file is empty or binary, mixes encodings, or is too short or too odd to
            tell its encoding.
    """
    text, guessed = _decoded(data, name)
    if "\0" in text:
        raise DocumentError(name, "holds NUL characters: a binary file under a text name")
    if not text.strip():
        raise DocumentError(name, "yields no text: the file is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n"), guessed


def text_of(data: bytes, name: str, notes: list[str]) -> str:
    """Decode a text file as `decode_text` does; a guessed encoding goes to the notes."""
    text, guessed = decode_text(data, name)
    if guessed:
        notes.append(f"not UTF-8; read as {guessed}: look at its accents, or save it as UTF-8")
    return text


def _decoded(data: bytes, name: str) -> tuple[str, str | None]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data.removeprefix(mark), encoding, name), None
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        if b"\0" in data:
            reason = "holds NUL characters: a binary file under a text name"
            raise DocumentError(name, reason) from error
        guessed = None if _is_broken_utf8(data, error) else _guess(data)
        if guessed is None:
            raise _not_utf8(data, error, name) from error
        return data.decode(guessed), guessed


def _marked(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise _not_utf8(data, error, name) from error
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        reason = f"not {encoding[:6].upper()}, though marked as it; save the file as UTF-8"
        raise DocumentError(name, reason, f"line {line}") from error


def _not_utf8(data: bytes, error: UnicodeDecodeError, name: str) -> DocumentError:
    line = len(re.findall(rb"\r\n?|\n", data[: error.start])) + 1
    reason = f"not UTF-8 (byte 0x{data[error.start]:02x}); save the file as UTF-8"
    return DocumentError(name, reason, f"line {line}")


def _is_broken_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether it was UTF-8 once: cut short, or with some bytes of another encoding in it."""
    if error.reason == "unexpected end of data" and error.end - error.start > 1:
        return True
    lenient = data.decode(errors="surrogateescape")
    wrong = sum("\udc80" <= char <= "\udcff" for char in lenient)
    right = sum(char > "\x7f" for char in lenient) - wrong
    # In single-byte text hardly any two characters look like one of UTF-8; in Chinese some do.
    return right > wrong or (right * 4 > wrong and not _is_foreign(data))


def _is_foreign(data: bytes) -> bool:
    """Whether the script is not Latin: words are whole runs of bytes beyond ASCII."""
    in_runs = sum(map(len, _RUN.findall(data)))
    return in_runs * 3 > len(_BEYOND.findall(data))


def _guess(data: bytes) -> str | None:
    if _CONTROL.search(data):
        return None
    if not _is_foreign(data):
        return _guess_latin(data)
    if len(_BEYOND.findall(data)) < ENOUGH:
        return None
    best = from_bytes(data[:_LONG_SAMPLE], cp_isolation=OTHER).best()
    if best is None or not _decodes(data, best.encoding):
        return None
    return best.encoding if best.coherence > 0 else None


def _guess_latin(data: bytes) -> str | None:
    """The encoding under which the fewest characters stand where they cannot.

    The library's statistics are no help here: on a few accents they turn "niño" into "nińo".
    """
    possible = [encoding for encoding in LATIN if _decodes(data, encoding)]
    if not possible:
        return None
    oddities = {encoding: _oddity(data.decode(encoding)) for encoding in possible}
    best = min(possible, key=lambda encoding: oddities[encoding])
    if oddities[best] * 4 > len(_BEYOND.findall(data)):
        return None
    return _by_language(data) if best == "cp1252" else best


def _by_language(data: bytes) -> str:
    """Tell Western text from its neighbours, whose letters stand at the same numbers."""
    for encoding, languages in NEIGHBOURS.items():
        if _decodes(data, encoding) and detect(data.decode(encoding)) in languages:
            return encoding
    return "cp1252"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _oddity(text: str) -> int:
    """Characters beyond ASCII where no writing has them: "cafŽ", "Medell¡n", "s¹"."""
    return sum(
        _is_odd(text[max(0, place - 1) : place], char, text[place + 1 : place + 2])
        for place, char in enumerate(text)
        if char > "\x7f"
    )


def _is_odd(before: str, char: str, after: str) -> bool:
    kind = unicodedata.category(char)
    if kind in ("Cc", "Co", "Cn"):
        return True
    if kind == "Lu":
        return before.islower()
    if kind.startswith("L") or char in "ºª°²³¹":
        return kind == "No" and after.isalpha()
    if char in "’'‑-·–—":
        return char in "–—" and before.isalpha() and not after.isspace() and not after.isalnum()
    return before.isalpha() and after.isalpha()
