"""The answer, as the command line prints it and the API sends it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from indexer.document import Aspect, Noise


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Segment(_Part):
    """A piece of an excerpt."""

    text: str
    mark: bool = Field(description="Part of the sentence most similar to the question.")


class Span(_Part):
    """Half-open range of characters (code points) in the document's canonical text."""

    start: int
    end: int


class SourceRef(_Part):
    """A source that the document names."""

    publisher: str
    title: str
    url: str | None
    date: str | None


class DocumentRef(_Part):
    """The document that holds an excerpt."""

    id: str
    title: str
    kind: str
    date: str | None = Field(description="ISO 8601, possibly reduced to month or year.")
    publisher: str | None
    url: str | None
    language: str = Field(description="ISO 639-1.")
    sha256: str = Field(description="Of the canonical text, in UTF-8.")
    sources: list[SourceRef]


class QuoteRef(_Part):
    """Words in an excerpt that the source puts into somebody's mouth."""

    speaker: str
    office: str | None
    span: Span = Field(description="Characters of the excerpt's `text`.")


class Result(_Part):
    """One excerpt, verbatim, with what is needed to check and to cite it."""

    rank: int
    score: float
    passage_id: str = Field(description="Stable while the passage's text is unchanged.")
    text: str = Field(description="Exactly the characters [start, end) of the canonical text.")
    segments: list[Segment] = Field(description="Joined, they are `text`.")
    span: Span
    page: int | None
    section: list[str]
    aspect: Aspect | None = Field(description="What the source's own column says this is about.")
    noise: Noise | None = Field(description="Set where it does not inform: a contact, links.")
    quotes: list[QuoteRef]
    copies: int = Field(description="Passages of other documents that say nearly the same.")
    document: DocumentRef
    link: str | None = Field(description="Opens the source at the passage.")
    citation: str


class IndexRef(_Part):
    """The snapshot that was asked."""

    id: str
    built: str
    model: str
    passages: int
    documents: int


class Timings(_Part):
    """Milliseconds spent."""

    encode: float
    retrieve: float
    rank: float
    total: float


class Answer(_Part):
    """Ranked, cited excerpts."""

    question: str
    results: list[Result]
    index: IndexRef
    timings_ms: Timings
