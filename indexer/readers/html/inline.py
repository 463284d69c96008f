"""Running text: white space as a browser shows it, line breaks, the label of a cell."""

from __future__ import annotations

import re

_BREAK = "\n"
_LABEL_END = "\x1e"
"""Stands where the bold run that begins a cell ends; white space, so no text holds it."""

_LABEL = re.compile(rf"^([^{_LABEL_END}\n]+){_LABEL_END}(?:([:,.;])|(?=\s|[–—-]))\s*")
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_SOFT_HYPHEN = "\u00ad"


class Inline:
    """The text of one paragraph under construction."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def add(self, text: str | None) -> None:
        """Add text in which white space means a space, no more."""
        if text:
            text = text.replace(_SOFT_HYPHEN, "")
            ends = " " if text[:1].isspace() else "", " " if text[-1:].isspace() else ""
            self._pieces.append(" ".join(text.split()).join(ends) if text.strip() else ends[0])

    def add_lines(self, text: str | None) -> None:
        """Add text whose line breaks and indents are meant."""
        if text:
            text = text.replace(_SOFT_HYPHEN, "").replace("\u00a0", " ").replace(_LABEL_END, " ")
            self._pieces.append(text)

    def line_break(self) -> None:
        """Begin a new line."""
        self._pieces.append(_BREAK)

    def end_label(self) -> None:
        """Say that a bold run ends here, which is a label if the text begins with it."""
        self._pieces.append(_LABEL_END)

    @property
    def is_blank(self) -> bool:
        """Whether nothing visible has been added."""
        return not any(piece.strip() for piece in self._pieces)

    def take(self) -> list[str]:
        """End the text: its paragraphs, which two line breaks part, without outer white space."""
        text, self._pieces = "".join(self._pieces), []
        text = _LABEL.sub(r"\1\2\n", text.lstrip(), count=1).replace(_LABEL_END, "")
        paragraphs = (
            "\n".join(" ".join(line.split()) for line in paragraph.split("\n"))
            for paragraph in _BLANK.split(text.strip())
        )
        return [paragraph.strip() for paragraph in paragraphs if paragraph.strip()]

    def take_lines(self) -> str:
        """End the text as it stands, but for blank lines around it and spaces at line ends."""
        text, self._pieces = "".join(self._pieces).replace(_LABEL_END, ""), []
        lines = [line.rstrip() for line in text.split("\n")]
        return "\n".join(lines).strip("\n")
