"""References to read: APA (7th edition) and Chicago, author-date (17th edition), as plain text.

The publisher stands where an author would: of documents without one, both styles cite the body
that is responsible. A document is one reference however many of its passages are cited; below it
stands, for each passage, what is written in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_lowercase

from search_api.citations.csl import GENRES
from search_api.citations.dates import in_words, month_day, month_day_year, parts
from search_api.citations.record import Citation

_INNER = str.maketrans("“”", "‘’")


@dataclass(frozen=True, slots=True)
class Entry:
    """A reference: the citations of one document, and its year as the list needs it.

    Attributes:
        citations: one or more, in the order asked for.
        year: "2020", "n.d.", or with a letter where others of that name have the same year.
    """

    citations: tuple[Citation, ...]
    year: str

    @property
    def first(self) -> Citation:
        """The citation that speaks for the document."""
        return self.citations[0]

    @property
    def permalink(self) -> str | None:
        """The passage's address, or the document's if several passages are cited."""
        address = self.first.permalink
        return address if address is None or len(self.citations) == 1 else address.split("#")[0]


def apa(citations: Sequence[Citation]) -> str:
    """Write references and what stands in the text by APA."""
    return _written(citations, _apa_reference, _apa_in_text)


def chicago(citations: Sequence[Citation]) -> str:
    """Write references and what stands in the text by Chicago, author-date."""
    return _written(citations, _chicago_reference, _chicago_in_text)


def _written(
    citations: Sequence[Citation],
    reference: Callable[[Entry], str],
    in_text: Callable[[Citation, str], str],
) -> str:
    blocks = []
    for entry in entries(citations):
        lines = [in_text(citation, entry.year) for citation in entry.citations]
        blocks.append("\n".join([reference(entry), *dict.fromkeys(lines)]) + "\n")
    return "\n".join(blocks)


def entries(citations: Sequence[Citation]) -> list[Entry]:
    """Gather citations by document, in the order of a list of references."""
    documents: dict[str, list[Citation]] = {}
    for citation in citations:
        documents.setdefault(citation.document, []).append(citation)
    ordered = sorted(documents.values(), key=_order)
    found = []
    for (_, year), alike in groupby(ordered, key=lambda group: _name_and_year(group[0])):
        same = list(alike)
        for number, group in enumerate(same):
            found.append(Entry(tuple(group), year + (_letter(number, year) if same[1:] else "")))
    return found


def _order(group: list[Citation]) -> tuple[str, tuple[int, ...], str, str]:
    """By name, then by date, those without one first, then by title."""
    first = group[0]
    name, _ = _name_and_year(first)
    return name, parts(first.date), first.title.casefold(), first.document


def _name_and_year(citation: Citation) -> tuple[str, str]:
    issued = parts(citation.date)
    name = citation.publisher or citation.title
    return name.casefold(), f"{issued[0]:04}" if issued else "n.d."


def _letter(number: int, year: str) -> str:
    round_, place = divmod(number, len(ascii_lowercase))
    letter = ascii_lowercase[place] * (round_ + 1)
    return f"-{letter}" if year == "n.d." else letter


def _apa_reference(entry: Entry) -> str:
    c, day = entry.first, month_day(entry.first.date)
    when = f"({entry.year}, {day})." if day else f"({entry.year})."
    genre = GENRES.get(c.kind) if c.kind in ("press-release", "session") else None
    title = _closed(f"{c.title} [{genre}]" if genre else c.title)
    head = [_closed(c.publisher), when, title] if c.publisher else [title, when]
    retrieved = f"Retrieved {in_words(c.accessed)}, from"
    address = c.url or entry.permalink
    if not address:
        return " ".join([*head, f"{retrieved} citywise index {c.snapshot}."])
    archived = [f"(archived at {entry.permalink})"] if c.url and entry.permalink else []
    return " ".join([*head, retrieved, address, *archived])


def _apa_in_text(citation: Citation, year: str) -> str:
    name = citation.publisher or _quoted(citation.title)
    where = {"page": "p. {}", "section": "{} section", "paragraph": "para. {}"}
    return f"({', '.join([name, year, *_where(citation, where)])})"


def _chicago_reference(entry: Entry) -> str:
    c = entry.first
    title = _quoted(_closed(c.title))
    year = f"{entry.year.removesuffix('.')}."
    head = [_closed(c.publisher), year, title] if c.publisher else [title, year]
    genre = GENRES.get(c.kind) if c.kind in ("press-release", "session") else None
    published = ", ".join(filter(None, (genre, month_day_year(c.date))))
    address = c.url or entry.permalink or f"citywise index {c.snapshot}"
    tail = [published, f"Accessed {in_words(c.accessed)}", address]
    tail += [f"Archived at {entry.permalink}"] if c.url and entry.permalink else []
    return " ".join([*head, *(f"{part}." for part in tail if part)])


def _chicago_in_text(citation: Citation, year: str) -> str:
    name = citation.publisher or _quoted(citation.title)
    where = {"page": "{}", "section": "sec. {}", "paragraph": "para. {}"}
    return f"({', '.join([f'{name} {year}', *_where(citation, where)])})"


def _where(citation: Citation, words: dict[str, str]) -> list[str]:
    found = citation.locator
    if not found:
        return []
    value = _quoted(found.value) if found.label == "section" else found.value
    return [words[found.label].format(value)]


def _quoted(text: str) -> str:
    """Put text in quotation marks; those within it become single ones."""
    return f"“{text.translate(_INNER)}”"


def _closed(text: str) -> str:
    """A sentence that ends with one mark, whichever it brings along."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
