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
class Block:
    """The smallest piece of structure: `text[start:end]` of its document.

    Attributes:
        start: first character, counted in code points from 0.
        end: one past the last character.
        kind: what the source marks it as.
        section: headings above it, outermost first, without the document's own title.
        aspect: what a record's column says the text is about, if it says so.
        header: the column titles above a table row, empty elsewhere.
    """

    start: int
    end: int
    kind: BlockKind
    section: tuple[str, ...] = ()
    aspect: Aspect | None = None
    header: tuple[str, ...] = ()


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
        place: where in the file it stands ("line 7"), empty if it is the whole file.
        warnings: what the reader could not make sense of and left out.
    """

    id: str
    path: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    place: str = field(default="", compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def origin(self) -> str:
        """File and place, as messages name them."""
        return f"{self.path}, {self.place}" if self.place else self.path

    @property
    def sha256(self) -> str:
        """Fingerprint of the canonical text, by which an old citation can be checked."""
        return hashlib.sha256(self.text.encode()).hexdigest()
