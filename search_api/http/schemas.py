"""What requests may hold, and the small answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from search_api.engine.searcher import DEFAULT_K

MOST = 100
DEEPEST = 1000


class Search(BaseModel):
    """A question to the index."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        min_length=1,
        max_length=2000,
        description="The question, in a few words or a sentence.",
        examples=["how did cities handle informal settlements?"],
    )
    k: int = Field(DEFAULT_K, ge=1, le=MOST, description="Excerpts wanted.")
    offset: int = Field(
        0, ge=0, le=DEEPEST, description="Excerpts to skip; an answer holds two hundred at most."
    )


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok"]
    index: str | None = Field(None, description="Id of the snapshot that is served.")
