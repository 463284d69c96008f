"""The formats in which passages are cited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from search_api.citations.bibtex import bibtex
from search_api.citations.csl import csl_json
from search_api.citations.record import Citation
from search_api.citations.ris import ris
from search_api.citations.styles import apa, chicago

Format = Literal["apa", "chicago", "bibtex", "ris", "csl-json"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class FileType:
    """A format's writer, its media type, and the ending of its files; text to read has none."""

    write: Callable[[Sequence[Citation]], str]
    media_type: str
    suffix: str = ""


TYPES: dict[Format, FileType] = {
    "apa": FileType(apa, "text/plain; charset=utf-8"),
    "chicago": FileType(chicago, "text/plain; charset=utf-8"),
    "bibtex": FileType(bibtex, "application/x-bibtex; charset=utf-8", ".bib"),
    "ris": FileType(ris, "application/x-research-info-systems; charset=utf-8", ".ris"),
    "csl-json": FileType(csl_json, "application/vnd.citationstyles.csl+json", ".json"),
}
