"""What assistants may ask of the tools."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from indexer.document import Kind
from search_api.engine.filters import Filters
from search_api.engine.searcher import DEFAULT_K

MOST = 50
"""Excerpts in one answer: more would crowd out the rest of a conversation."""

Query = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="A question or a few words, in any language of the collection.",
    ),
]
Value = Annotated[str, Field(min_length=1, max_length=200)]
Values = Annotated[list[Value], Field(max_length=50)]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Search(_Arguments):
    """A question."""

    query: Query


class Fetch(_Arguments):
    """An id to read."""

    id: str = Field(
        min_length=1,
        max_length=1000,
        description="Id of a passage, as the searches give it, or of a document.",
    )


class SearchExcerpts(_Arguments):
    """A question with filters; of several values of one filter any will do."""

    query: Query
    city: Values = Field([], description='Only these cities: "Xian", "Valencia, Spain", or ids.')
    country: Values = Field([], description="Only these countries: names or ISO 3166-1 codes.")
    region: Values = Field([], description='Only these parts of the world: "Latin America".')
    kind: list[Kind] = Field([], max_length=50, description="Only these kinds of document.")
    topic: Values = Field([], description="Only these topics.")
    language: Values = Field([], description="Only these languages: ISO 639 codes.")
    since: Value | None = Field(None, description="Only from this day, month or year on: 2020-05.")
    until: Value | None = Field(None, description="Only to the end of this day, month or year.")
    k: int = Field(DEFAULT_K, ge=1, le=MOST, description="Excerpts wanted.")

    @property
    def filters(self) -> Filters:
        """What an excerpt must be."""
        several = ("city", "country", "region", "kind", "topic", "language")
        values: dict[str, Any] = {name: tuple(getattr(self, name)) for name in several}
        return Filters(**values, since=self.since, until=self.until)
