"""A document: one canonical text, its structure as spans of that text, and what is known of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

Kind = Literal["session", "initiative", "news", "press-release", "report", "other"]
KINDS: tuple[str, ...] = get_args(Kind)

Aspect = Literal["response", "challenge", "figure", "recommendation"]
BlockKind = Literal["heading", "paragraph", "item", "row"]
Noise = Literal["contact", "links", "contents", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document's facts come from."""

    publisher: str
    title: str
    url: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the document names it; the gazetteer has not spoken yet."""

    name: str
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that the document puts into somebody's mouth: `text[start:end]`, marks included."""

    start: int
    end: int
    speaker: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Text of the source that is no part of the canonical text, and why."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """The smallest piece of structure: `text[start:end]` of its document.

    Attributes:
        start: first character, counted in code points from 0.
        end: one past the last character.
        kind: what the source marks it as.
        section: headings above it, outermost first, without the document's own title.
        aspect: what a column says the text is about, if it says so.
        header: what stands above the cells of a table row, or before them; empty elsewhere.
        page: page of the source on which it begins, counted from 1, where there are pages.
        place: the city that a table row is about, if its table says so.
        noise: what it is for, where that is not to inform: a contact, a list of links.
        language: ISO 639 code, where it is not the document's.
    """

    start: int
    end: int
    kind: BlockKind
    section: tuple[str, ...] = ()
    aspect: Aspect | None = None
    header: tuple[str, ...] = ()
    page: int | None = None
    place: Place | None = None
    noise: Noise | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document. Dates are ISO 8601, possibly reduced ("2020", "2020-05")."""

    title: str = ""
    kind: str = "other"
    date: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str = "en"
    cities: tuple[Place, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    def strings(self) -> str:
        """Every text in it, joined."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Document:
    """One document, as every later step sees it.

    Attributes:
        id: unique in the corpus: given by the source, or else the file's path.
        path: the file, relative to the corpus, with forward slashes.
        text: canonical text; every offset counts its code points.
        blocks: in order, without overlap; between them is white space alone.
        metadata: title, date, publisher and the like.
        quotes: who is quoted where, in order.
        place: where in the file it stands ("line 7"), empty if it is the whole file.
        warnings: what the reader could not make sense of and left out.
        dropped: navigation, running headers and the like.
        characters: how many the source has, dropped ones included.
        tables: how many tables it holds.
        origins: for each field of the metadata, what it was taken from.
    """

    id: str
    path: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    quotes: tuple[Quote, ...] = ()
    place: str = field(default="", compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)
    dropped: tuple[Dropped, ...] = field(default=(), compare=False)
    characters: int = field(default=0, compare=False)
    tables: int = field(default=0, compare=False)
    origins: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def origin(self) -> str:
        """File and place, as messages name them."""
        return f"{self.path}, {self.place}" if self.place else self.path

    @property
    def sha256(self) -> str:
        """Fingerprint of the canonical text, by which an old citation can be checked."""
        return hashlib.sha256(self.text.encode()).hexdigest()
