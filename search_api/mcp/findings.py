"""What the tools answer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from indexer.place import Role
from search_api.engine.answer import Verdict

_ADDRESS = "Opens the source at the passage, or its text on this server; null if neither is known."


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Entry(_Part):
    """A passage that was found."""

    id: str = Field(description="Of the passage; `fetch` reads it.")
    title: str
    url: str | None = Field(description=_ADDRESS)


class Entries(_Part):
    """What was found, best first."""

    results: list[Entry]


class Fetched(_Part):
    """A passage, or a whole document."""

    id: str
    title: str
    text: str = Field(description="Verbatim.")
    url: str | None = Field(description=_ADDRESS)
    metadata: dict[str, str] = Field(description="What is known of it; `document` is an id.")


class City(_Part):
    """A city of which an excerpt speaks."""

    name: str
    country: str
    role: Role = Field(description="Whether the excerpt tells what it did, or only names it.")


class Excerpt(_Part):
    """An excerpt with its reference."""

    rank: int
    confidence: float = Field(description="Probability that it answers.")
    id: str = Field(description="Of the passage; stable while its text is unchanged.")
    text: str = Field(description="Verbatim.")
    sentence: str = Field(description="The sentence of it that is nearest to the question.")
    cities: list[City] = Field(description="Those that acted first.")
    title: str
    kind: str
    date: str | None = Field(description="ISO 8601, possibly reduced to month or year.")
    section: list[str]
    page: int | None
    document: str = Field(description="Id of the document; `fetch` reads it whole.")
    citation: str = Field(description="A reference for readers, with the place in the document.")
    url: str | None = Field(description=_ADDRESS)


class Excerpts(_Part):
    """An answer in excerpts."""

    verdict: Verdict = Field(description="Whether the collection holds good evidence.")
    confidence: float = Field(description="Probability that the best excerpt answers.")
    explanation: str | None = Field(
        description="What was searched and what came nearest, or why nothing was found."
    )
    results: list[Excerpt]
    index: str = Field(description="Id of the snapshot that was asked.")
