"""BibTeX, in UTF-8 as biber and current BibTeX tools read it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search_api.citations.dates import parts
from search_api.citations.note import note
from search_api.citations.record import Citation

TYPES = {"press-release": "techreport", "report": "techreport"}
GENRES = {"press-release": "Press release"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\lbrace{}",  # an escaped brace would still count in what BibTeX balances
        "}": r"\rbrace{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=[?!])(?=`)")
"""Between characters that TeX would melt into another one: a dash, a quotation mark."""

_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def bibtex(citations: Sequence[Citation]) -> str:
    """Write an entry for each citation."""
    return "\n".join(_entry(citation) for citation in citations)


def _entry(citation: Citation) -> str:
    kind = TYPES.get(citation.kind, "misc")
    fields = [f"  {name} = {value}," for name, value in _fields(citation, kind).items() if value]
    return "\n".join([f"@{kind}{{citywise-{citation.passage},", *fields, "}\n"])


def _fields(citation: Citation, kind: str) -> dict[str, str]:
    c, issued = citation, parts(citation.date)
    page = c.locator.value if c.locator and c.locator.label == "page" else ""
    publisher = "institution" if kind == "techreport" else "publisher"
    return {
        # Doubly braced: a name that is no person's, and capitals that styles must keep.
        "author": f"{{{_braced(c.publisher)}}}" if c.publisher else "",
        "title": f"{{{_braced(c.title)}}}",
        publisher: _braced(c.publisher),
        "type": _braced(GENRES.get(c.kind)),
        "year": f"{{{issued[0]:04}}}" if issued else "",
        "month": MONTHS[issued[1] - 1] if len(issued) > 1 else "",
        "date": f"{{{c.date}}}" if issued else "",
        "pages": _braced(page),
        "url": _address(c.url or c.permalink),
        "urldate": f"{{{c.accessed.isoformat()}}}",
        "language": _braced(c.language),
        "abstract": _braced(c.quote),
        "note": _braced(note(c)),
    }


def _braced(text: str | None) -> str:
    """A value on one line; characters that mean something to TeX are escaped."""
    if not text:
        return ""
    return f"{{{_LIGATURES.sub('{}', ' '.join(text.split()).translate(_ESCAPES))}}}"


def _address(url: str | None) -> str:
    """An address is read verbatim, so what would end the value is percent-encoded."""
    return f"{{{url.translate(_ADDRESS)}}}" if url else ""
