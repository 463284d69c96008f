"""A passage by its id, with what stands before and behind it in its document."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from indexer.snapshot.passages import Hit, Passages
from search_api.citations.record import Reading, cite_hit
from search_api.engine.answer import DocumentRef
from search_api.engine.citation import cite
from search_api.engine.documents import PassageRef, passage_ref, reference

MOST_CONTEXT = 10
"""Neighbours on each side, at most."""


class PassageText(PassageRef):
    """A passage, verbatim, and where it stands."""

    text: str = Field(description="Exactly the characters [start, end) of the canonical text.")


class PassageInContext(PassageText):
    """A passage with its document, its neighbours, and what is needed to cite it."""

    document: DocumentRef
    link: str | None = Field(description="Opens the source at the passage.")
    permalink: str | None = Field(description="Opens the document on this server at the passage.")
    citation: str
    before: list[PassageText] = Field(description="In the order of the text.")
    after: list[PassageText]
    index: str = Field(description="Id of the snapshot.")


class SimilarPassage(PassageText):
    """A passage that says something alike."""

    score: float = Field(description="Cosine of the two passages' vectors.")
    document: DocumentRef
    link: str | None = Field(description="Opens the source at the passage.")
    permalink: str | None = Field(description="Opens the document on this server at the passage.")
    citation: str


class SimilarPassages(BaseModel):
    """Passages like one, the nearest first."""

    model_config = ConfigDict(frozen=True)

    passage_id: str
    similar: list[SimilarPassage]
    index: str = Field(description="Id of the snapshot.")


def read_similar(
    passage_id: str, scores: Mapping[int, float], passages: Passages, reading: Reading
) -> SimilarPassages:
    """Describe passages by their rows, in the order of `scores`."""
    found = []
    for hit in passages.hits(list(scores)):
        cited = cite_hit(hit, passages, reading)
        found.append(
            SimilarPassage(
                **_text(hit).model_dump(),
                score=round(scores[hit.row], 6),
                document=reference(hit.document),
                link=cited.link,
                permalink=cited.permalink,
                citation=cite(hit.document, hit.passage),
            )
        )
    return SimilarPassages(passage_id=passage_id, similar=found, index=reading.snapshot)


def read_passage(
    hit: Hit, passages: Passages, reading: Reading, context: int = 0
) -> PassageInContext:
    """Describe a passage, with at most `context` neighbours on each side."""
    before, after = passages.around(hit, context)
    cited = cite_hit(hit, passages, reading)
    return PassageInContext(
        **_text(hit).model_dump(),
        document=reference(hit.document),
        link=cited.link,
        permalink=cited.permalink,
        citation=cite(hit.document, hit.passage),
        before=[_text(each) for each in before],
        after=[_text(each) for each in after],
        index=reading.snapshot,
    )


def _text(hit: Hit) -> PassageText:
    return PassageText(**passage_ref(hit.passage).model_dump(), text=hit.passage.text)
