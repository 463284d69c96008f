"""Answers that a file format could get wrong."""

from __future__ import annotations

from typing import Any

from search_api.engine.answer import (
    Answer,
    DocumentRef,
    IndexRef,
    Result,
    Segment,
    Span,
    Timings,
)


def result(
    rank: int, *segments: tuple[str, bool], document: str = "a.md", **changed: Any
) -> Result:
    text = "".join(piece for piece, _ in segments)
    whole = Result(
        rank=rank, score=-0.5, confidence=0.5, passage_id=f"{rank:016x}", text=text,
        segments=[Segment(text=piece, mark=mark) for piece, mark in segments],
        span=Span(start=5, end=5 + len(text)), page=None, section=[], cities=[],
        aspect=None, noise=None,
        quotes=[], copies=0,
        document=DocumentRef(
            id=document, title=f"Notes {document}", kind="session", date="2020-05",
            publisher="Network", url=None, language="en", sha256="ab" * 32, sources=[],
        ),
        link=None, citation=f"Network, “Notes {document}”.",
    )  # fmt: skip
    return Result.model_validate({**whole.model_dump(), **changed})


def answer(*results: Result, question: str = "who cleans?") -> Answer:
    return Answer(
        question=question,
        verdict="strong",
        confidence=0.5,
        explanation=None,
        results=list(results),
        cities=[],
        facets={},
        index=IndexRef(
            id="27da3ac867100f5c", built="2026-01-01", model="m", passages=1563, documents=1207
        ),
        timings_ms=Timings(encode=1, retrieve=1, rank=1, total=3),
    )
