"""Passages by id, their citations, and old citations checked again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from indexer.errors import NotHeldError
from indexer.snapshot.passages import Hit
from indexer.snapshot.snapshot import Snapshot
from search_api.citations.cited import Cited
from search_api.citations.context import (
    MOST_CONTEXT,
    PassageInContext,
    SimilarPassages,
    read_passage,
    read_similar,
)
from search_api.citations.formats import TYPES, Format
from search_api.citations.kept import kept_passages
from search_api.citations.record import Reading
from search_api.citations.selection import cite_passages, not_held
from search_api.citations.verification import Checked, Held, Verification, check_all
from search_api.http import examples, refusals, shown
from search_api.http.caching import Cached
from search_api.http.depends import OLDER, Base, Older, Preset, Searchers

MOST = 100
"""Passages cited, or citations checked, in one request."""

router = APIRouter(tags=["citations"], responses=refusals.PROBLEMS)

QUOTED = 2000
"""Characters of a quote in an address, which proxies and this server take of a certain length."""

PassageId = Annotated[
    str, Path(description="A passage's id, as answers give it.", examples=[shown.SHOWN])
]
PassageIds = Annotated[
    list[str],
    Query(
        min_length=1,
        max_length=MOST,
        description="Ids of passages; repeat it.",
        examples=[[shown.SHOWN]],
    ),
]
Form = Annotated[Format, Query(alias="format", description="Style or format.")]
Alike = Annotated[int, Query(ge=1, le=MOST, description="Passages wanted.")]
Context = Annotated[
    int, Query(ge=0, le=MOST_CONTEXT, description="Neighbours wanted on each side.")
]


class Asked(Cited):
    """An old citation in an address, and the snapshot to look for it in."""

    model_config = ConfigDict(extra="forbid")

    passage: str | None = Field(None, description="Id of the passage.", examples=[shown.SHOWN])
    quote: str | None = Field(
        None, max_length=QUOTED, description="Words of the passage; `POST` takes longer ones."
    )
    snapshot: str | None = Field(None, description=OLDER)


@router.get("/v1/passages/{identity}", responses=examples.PASSAGE | examples.UNCHANGED)
def get_passage(
    identity: PassageId,
    current: Searchers,
    address: Base,
    cached: Cached,
    context: Context = 0,
    older: Older = None,
) -> PassageInContext:
    """Give a passage by its id, with its neighbours in the document."""
    snapshot = current.at(older).snapshot
    hit = _found(snapshot, identity)
    cached.check(snapshot.manifest.id, [identity, context, address])
    reading = Reading(snapshot.manifest.id, _today(), address)
    return read_passage(hit, snapshot.passages, reading, context)


@router.get("/v1/passages/{identity}/similar", responses=examples.SIMILAR | examples.UNCHANGED)
def get_similar(
    identity: PassageId,
    current: Searchers,
    address: Base,
    cached: Cached,
    k: Alike = 10,
    older: Older = None,
) -> SimilarPassages:
    """Give the passages that say something alike, by stored vectors; copies are folded."""
    searcher = current.at(older)
    snapshot = searcher.snapshot
    hit = _found(snapshot, identity)
    cached.check(snapshot.manifest.id, [identity, k, address])
    reading = Reading(snapshot.manifest.id, _today(), address)
    return read_similar(identity, dict(searcher.similar(hit.row, k)), snapshot.passages, reading)


class Citing:
    """Cites passages of a snapshot, those alone that the request's key may find."""

    def __init__(
        self,
        current: Searchers,
        address: Base,
        preset: Preset,
        cached: Cached,
        response: Response,
        form: Form = "apa",
        older: Older = None,
    ) -> None:
        self._searcher, self._form = current.at(older), form
        manifest = self._searcher.snapshot.manifest
        self._reading, self._preset = Reading(manifest.id, _today(), address), preset
        self._cached, self._response = cached, response

    def of(self, ids: list[str]) -> Response:
        """Cite passages, each once: as text to read, or as a file.

        Raises:
            NotHeldError: one of them is not there.
            UnchangedError: the visitor holds this very citation.
        """
        passages, allowed = self._searcher.snapshot.passages, self._searcher.passing(self._preset)
        found, unknown = cite_passages(ids, passages, self._reading, allowed)
        if unknown:
            raise NotHeldError(not_held(unknown[0], self._reading.snapshot))
        read = self._reading
        said = [ids, self._form, read.base, read.accessed.isoformat()]
        self._cached.check(read.snapshot, said)
        kind = TYPES[self._form]
        name = f"citywise-{ids[0]}{kind.suffix}" if len(ids) == 1 else f"citywise{kind.suffix}"
        shown = f'attachment; filename="{name}"' if kind.suffix else "inline"
        headers = {**self._response.headers, "Content-Disposition": shown}
        return Response(kind.write(found), media_type=kind.media_type, headers=headers)


@router.get(
    "/v1/passages/{identity}/citation",
    response_class=Response,
    responses=examples.CITATION | refusals.WITH_KEY | examples.UNCHANGED,
)
def get_citation(identity: PassageId, citing: Annotated[Citing, Depends()]) -> Response:
    """Cite a passage: as text to read, or as a file for a reference manager."""
    return citing.of([identity])


@router.get(
    "/v1/citations",
    response_class=Response,
    responses=examples.CITATION | refusals.WITH_KEY | examples.UNCHANGED,
)
def get_citations(passage: PassageIds, citing: Annotated[Citing, Depends()]) -> Response:
    """Cite a selection of passages together, each once."""
    return citing.of(passage)


@router.get("/v1/verify", responses=examples.VERIFY)
def get_verify(
    request: Request,
    asked: Annotated[Asked, Query()],
    current: Searchers,
    address: Base,
) -> Checked:
    """Say whether what an old citation quotes is unchanged, moved or gone."""
    with _held(request, current, address, asked.snapshot) as held:
        return held.check(asked)


@router.post("/v1/verify", responses=examples.VERIFY_ALL | refusals.NO_JSON)
def post_verify(
    request: Request,
    cited: Annotated[
        list[Cited],
        Body(min_length=1, max_length=MOST, examples=[[{"passage": shown.SHOWN}]]),
    ],
    current: Searchers,
    address: Base,
    snapshot: Annotated[str | None, Query(description=OLDER)] = None,
) -> Verification:
    """Check a list of old citations; items of CSL-JSON are understood too."""
    with _held(request, current, address, snapshot) as held:
        return check_all(held, cited)


def _found(snapshot: Snapshot, identity: str) -> Hit:
    hit = snapshot.passages.find(identity)
    if hit is None:
        raise NotHeldError(not_held(identity, snapshot.manifest.id))
    return hit


@contextmanager
def _held(
    request: Request, current: Searchers, address: str, snapshot: str | None
) -> Iterator[Held]:
    served = current.get().snapshot
    if snapshot in (None, served.manifest.id):
        yield Held(served.passages, served.manifest.id, address)
        return
    with kept_passages(current.source, snapshot) as (passages, identity):
        yield Held(passages, identity, address)


def _today() -> date:
    return datetime.now(UTC).date()
