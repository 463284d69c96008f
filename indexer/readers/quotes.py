"""Who is quoted, where the text itself says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.document import Quote

_SHORTEST = 4
"""Words under which quotation marks set off a term, not speech."""

_QUOTED = re.compile(r"“[^“”]+”|«[^«»]+»|(?<!\w)\"[^\"\n]+\"(?!\w)")
_PARTICLES = r"(?:de la|de las|de los|de|del|da|do|dos|das|di|du|von|van|der|bin|al|el|ben|y|e)"
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]*"
_ADDRESS = r"(?:Mr|Ms|Mrs|Dr|Prof|Sr|Sra|M|Mme)\.?"
_OPENER = (
    r"(?!(?:An?|As|In|On|At|For|From|To|With|During|After|Before|When|While|And|But|According"
    r"|Today|Yesterday|Later|Also|Meanwhile|His|Her|Their|En|Según|Como|Ayer|Hoy|Para|Dans|Selon"
    r"|Comme|Hier|Pour|Em|Segundo|Ontem|Hoje) )"
)
"""Words that begin a sentence with a capital and are no part of a name."""

_NAME = rf"{_OPENER}(?:{_ADDRESS} )?{_CAPITAL}(?: (?:{_PARTICLES} )?{_CAPITAL}){{1,4}}"
_OF = (
    r"(?:of|for|the|and|&|at|on|in|to|de la|de los|de las|de|del|des|du|da|do|dos|e|y|et|la|le|a|à)"
)
_OFFICER = re.compile(
    r"\b(?:Secretary|General|Director|Mayor|Minister|President|Chief|Manager|Councillor|Head|Chair"
    r"|Alcalde(?:sa)?|Director[a]?|Secretari[oa]|Maire|Directeur|Directrice|Prefeit[oa])\b"
)
_LOWER = (
    r"(?:mayor|deputy mayor|director|councillor|minister|alcalde(?:sa)?|concejala?|directora?"
    r"|ministr[oa]|secretari[oa]|maire|directeur|directrice|ministre|prefeit[oa]|vereador[a]?)"
)
_OFFICE = rf"(?:(?:the|The) )?(?:{_CAPITAL}|{_LOWER})(?:,? (?:{_OF} )*{_CAPITAL})*"
_SAID = (
    r"(?:said|says|stated|states|declared|declares|stressed|explained|added|noted|affirmed|asserted"
    r"|argued|dijo|afirmó|señaló|declaró|explicó|a déclaré|a dit|a souligné|explique|disse|afirmou"
    r"|declarou)"
)
_BEHIND = re.compile(
    rf"\s*[,–—-]?\s*(?:{_SAID} )?(?:as )?(?P<name>{_NAME})(?:, (?P<office>{_OFFICE}))?"
    rf"(?=\s*(?:[.,;:]|$|\n|during |at |in |{_SAID}\b))"
)
_BEFORE = re.compile(
    rf"(?P<name>{_NAME})(?:, (?P<office>{_OFFICE}))?(?:,| -)?"
    rf" [^\n“”«»\"]{{0,160}}(?::|\bthat|\bque|,)\s*$"
)
_REACH = 320
"""Characters before a quotation in which its speaker is looked for."""


def quotes(text: str) -> tuple[Quote, ...]:
    """Find quotations whose speaker stands right behind them, or introduces them.

    Marks inside a quotation's own text are not looked at; a quotation without a named speaker is
    left out.
    """
    return tuple(_attributed(text))


def _attributed(text: str) -> Iterator[Quote]:
    for quoted in _QUOTED.finditer(text):
        if len(quoted[0].split()) < _SHORTEST:
            continue
        start, end = quoted.span()
        speaker = _behind(text, end) or _before(text, start)
        if speaker:
            yield Quote(start, end, *speaker)


def _behind(text: str, end: int) -> tuple[str, str] | None:
    line = text[end:].split("\n\n", 1)[0]
    found = _BEHIND.match(line)
    return _speaker(found)


def _before(text: str, start: int) -> tuple[str, str] | None:
    lead = text[max(0, start - _REACH) : start].rsplit("\n\n", 1)[-1]
    sentence = re.split(r"(?<=[.!?”»\"])\s+(?=[^\W\d_a-z])", lead)[-1]
    found = _BEFORE.search(sentence)
    return _speaker(found)


def _speaker(found: re.Match[str] | None) -> tuple[str, str] | None:
    """Name and office, in whichever order they stand; an office without a name says too little."""
    if not found:
        return None
    name, office = (part.rstrip(".,") for part in (found["name"], found["office"] or ""))
    if _OFFICER.search(name):
        name, office = (office, name) if office else _parted(name)
    return (re.sub(r"^(?:Mr|Ms|Mrs|Sr|Sra|M|Mme)\.? ", "", name), office) if " " in name else None


def _parted(name: str) -> tuple[str, str]:
    """A name and the office that stands in front of it ("Mayor Ada Lovelace")."""
    *_, last = _OFFICER.finditer(name)
    return name[last.end() :].strip(), name[: last.end()]
