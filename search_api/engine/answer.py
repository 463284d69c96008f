"""The answer, as the command line prints it and the API sends it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from indexer.document import Aspect, Noise
from indexer.place import Role
from search_api.engine.reason import Reason

Verdict = Literal["strong", "partial", "none"]
"""Whether there is good evidence, something near it, or none."""


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


class _City(_Part):
    id: str = Field(description="Stable: a GeoNames number, or the network's own id.")
    name: str
    country: str = Field(description="ISO 3166-1 alpha-2.")
    country_name: str


class _LocatedCity(_City):
    latitude: float | None = Field(description="Degrees north, WGS 84.")
    longitude: float | None = Field(description="Degrees east, WGS 84.")


class CityRef(_City):
    """A city, or a body that acts like one, of which an excerpt speaks."""

    role: Role = Field(description="Whether the excerpt tells what it did, or only names it.")


class CityGroup(_LocatedCity):
    """The excerpts of one city."""

    confidence: float = Field(description="The highest of its excerpts.")
    ranks: list[int] = Field(description="Its excerpts among `results`, best first.")
    more: int = Field(description="Further passages of it in the ranking, not shown here.")


class FacetCount(_Part):
    """A value to filter by, and how many passages have it under the other filters."""

    value: str
    name: str
    count: int


class Result(_Part):
    """One excerpt, verbatim, with what is needed to check and to cite it."""

    rank: int
    score: float
    confidence: float = Field(description="Calibrated probability that it answers.")
    passage_id: str = Field(description="Stable while the passage's text is unchanged.")
    text: str = Field(description="Exactly the characters [start, end) of the canonical text.")
    segments: list[Segment] = Field(description="Joined, they are `text`.")
    span: Span
    page: int | None
    section: list[str]
    cities: list[CityRef] = Field(description="Those that acted first.")
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
    """Milliseconds spent; of an answer that was kept, all but `total` are those of its making."""

    encode: float
    retrieve: float
    rerank: float = Field(0.0, description="Of the cross-encoder; 0 without one.")
    rank: float
    total: float


class Answer(_Part):
    """Ranked, cited excerpts."""

    question: str
    verdict: Verdict = Field(description="Whether there is good evidence in this index.")
    confidence: float = Field(
        description="Calibrated probability that the best excerpt answers; 0 without one."
    )
    explanation: str | None = Field(
        description="Unless the verdict is strong: what was searched, what came nearest, the "
        "place that is missing, or the filter that emptied the answer."
    )
    reasons: tuple[Reason, ...] = Field(
        default=(), description="The explanation in parts, to be said in any language."
    )
    results: list[Result]
    cities: list[CityGroup] = Field(description="The answer city by city, best first.")
    facets: dict[str, list[FacetCount]] = Field(
        description="City, country, region, kind, topic, year and language."
    )
    related: list[str] = Field(
        [], description="Questions of the collection's own list that are near this one."
    )
    index: IndexRef
    timings_ms: Timings


class Period(_Part):
    """The excerpts of a month, or of a year where no more is known."""

    period: str = Field(description="ISO 8601, reduced: 2020 or 2020-03.")
    results: list[Result]


class Timeline(_Part):
    """The excerpts of an answer by date."""

    question: str
    explanation: str | None
    periods: list[Period] = Field(description="The earliest first.")
    undated: list[Result]
    index: IndexRef


class Cell(_Part):
    """What a comparison holds of one city."""

    city: str = Field(description="As it was asked for.")
    verdict: Verdict
    result: Result | None = Field(description="Its best excerpt; null if there is no evidence.")
    note: str | None = Field(description="Why there is none.")


class Comparison(_Part):
    """One question, and a cell for each city."""

    question: str
    cells: list[Cell] = Field(description="In the order in which the cities were named.")
    index: IndexRef


class CityCount(_LocatedCity):
    """A city of which the collection speaks."""

    passages: int = Field(description="Passages that speak of it.")
    acted: int = Field(description="Those of them that tell what it did.")
    documents: int


class CityList(_Part):
    """The cities of a collection, those that it tells most of first."""

    index: str = Field(description="Id of the snapshot.")
    total: int
    cities: list[CityCount]


class CoverageCell(_Part):
    """How much there is."""

    passages: int
    documents: int


class CoverageRow(_City):
    """One city, with a cell for each topic."""

    total: CoverageCell
    cells: list[CoverageCell]


class Coverage(_Part):
    """Cities by topics."""

    index: str
    topics: list[str]
    cities: list[CoverageRow]
