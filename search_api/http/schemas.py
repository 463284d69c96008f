"""What requests may hold, and the small answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from indexer.document import Kind
from search_api.engine.filters import Filters
from search_api.engine.grouping import Grouping
from search_api.engine.searcher import DEFAULT_K
from search_api.exports import ExportFormat
from search_api.http.cursor import FARTHEST
from search_api.http.cursor import LONGEST as LONGEST_CURSOR
from search_api.http.depends import OLDER

MOST = 100
DEEPEST = 1000


VALUES = 50
LONGEST = 200

Value = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Values = Annotated[list[Value], Field(max_length=VALUES)]
AnswerFormat = Literal["json", ExportFormat]
At = Annotated[str, Field(min_length=1, max_length=LONGEST_CURSOR)] | None
CURSOR = "Where a page begins, as the header `Link` of another page gives it."


class _Filtered(BaseModel):
    """A question, what its excerpts must be, and which snapshot to ask."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        min_length=1,
        max_length=2000,
        description="The question, in a few words or a sentence.",
        examples=["how did cities handle informal settlements?"],
    )
    city: Values = Field([], description="Only these cities: names in any spelling, or ids.")
    country: Values = Field([], description="Only these countries: names or ISO 3166-1 codes.")
    region: Values = Field([], description="Only these parts of the world: Africa, Latin America.")
    kind: list[Kind] = Field([], max_length=VALUES, description="Only these kinds of document.")
    topic: Values = Field([], description="Only these topics.")
    year: Values = Field([], description="Only documents of these years.")
    language: Values = Field([], description="Only these languages: ISO 639 codes.")
    since: Value | None = Field(None, description="Only from this day, month or year on.")
    until: Value | None = Field(None, description="Only to the end of this day, month or year.")
    snapshot: Value | None = Field(None, description=OLDER)

    @property
    def filters(self) -> Filters:
        """What an excerpt must be."""
        several = ("city", "country", "region", "kind", "topic", "year", "language")
        values: dict[str, Any] = {name: tuple(getattr(self, name)) for name in several}
        return Filters(**values, since=self.since, until=self.until)

    def normal(self) -> dict[str, Any]:
        """The question such that two that ask the same are equal."""
        values = self.model_dump()
        lists = {name: sorted(set(of)) for name, of in values.items() if isinstance(of, list)}
        return values | lists | {"q": " ".join(self.q.split())}


class Question(_Filtered):
    """A question to the index."""

    k: int = Field(DEFAULT_K, ge=1, le=MOST, description="Excerpts wanted.")
    offset: int = Field(
        0, ge=0, le=DEEPEST, description="Excerpts to skip; an answer holds two hundred at most."
    )
    group: Grouping = Field(
        "city", description="Whether cities take turns in the first places, or the plain ranking."
    )


class Search(Question):
    """A question to the index, and which page of its answer."""

    cursor: At = Field(None, description=CURSOR)

    def asked(self) -> dict[str, Any]:
        """What all pages of the answer have in common."""
        own = ("k", "offset", "cursor", "format")
        return {name: value for name, value in self.normal().items() if name not in own}


class Sought(Search):
    """A question in an address, and in which form its answer is wanted."""

    format: AnswerFormat = Field(
        "json", description="The answer itself, or its excerpts as a file to save."
    )


class Page(BaseModel):
    """A part of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, ge=1, le=1000, description="Entries wanted.")
    offset: int = Field(0, ge=0, le=FARTHEST, description="Entries to skip.")
    cursor: At = Field(None, description=CURSOR)
    snapshot: Value | None = Field(None, description=OLDER)


class DocumentPage(Page):
    """A part of the list of documents."""

    limit: int = Field(20, ge=1, le=MOST, description="Documents wanted.")


class Compared(_Filtered):
    """One question for several cities; filters hold for each of them."""

    city: list[Value] = Field(
        min_length=2,
        max_length=20,
        description="Cities to compare: names in any spelling, or ids.",
        examples=[["Cape Town", "Freetown"]],
    )

    def normal(self) -> dict[str, Any]:
        """The question such that two that ask the same are equal; cities keep their order."""
        return super().normal() | {"city": self.city}


class Typed(BaseModel):
    """The beginning of a question."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(max_length=LONGEST, description="What is typed so far.", examples=["infor"])
    limit: int = Field(8, ge=1, le=50, description="Completions wanted.")
    format: Literal["json", "opensearch"] = Field(
        "json", description="All of it, or the texts alone, as OpenSearch has them."
    )
    snapshot: Value | None = Field(None, description=OLDER)


class Covered(BaseModel):
    """Which topics and cities to count."""

    model_config = ConfigDict(extra="forbid")

    topic: Values = Field([], description="Only these topics; all if none is named.")
    city: Values = Field([], description="Only these cities, told of or not; all if none is named.")
    snapshot: Value | None = Field(None, description=OLDER)


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok"]
    index: str | None = Field(None, description="Id of the snapshot that is served.")
