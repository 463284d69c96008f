"""Documents by list and by id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from indexer.errors import NotHeldError
from search_api.engine.documents import DocumentList, ReadDocument, list_documents, read_document
from search_api.http import examples, refusals, shown
from search_api.http.caching import Cached
from search_api.http.depends import Older, Searchers
from search_api.http.paging import Pages
from search_api.http.schemas import DocumentPage

router = APIRouter(tags=["documents"], responses=refusals.UNAVAILABLE)

Identity = Annotated[
    str,
    Path(
        max_length=1000,
        description="A document's id, as answers give it.",
        examples=[shown.SHOWN_DOCUMENT],
    ),
]


@router.get(
    "/v1/documents", responses=examples.DOCUMENTS | refusals.NO_SNAPSHOT | examples.UNCHANGED
)
def get_documents(
    parameters: Annotated[DocumentPage, Query()], pages: Pages, cached: Cached
) -> DocumentList:
    """List what the index holds, in the order of ids."""
    wanted = parameters.snapshot
    searcher, offset = pages.open(parameters.cursor, parameters.offset, snapshot=wanted)
    limit = parameters.limit
    cached.check(searcher.snapshot.manifest.id, [limit, offset])
    listed = list_documents(searcher.snapshot, limit, offset)
    pages.link(searcher, offset, limit, offset + limit < listed.total)
    return listed


@router.get("/v1/documents/{identity:path}", responses=examples.DOCUMENT | examples.UNCHANGED)
def get_document(
    identity: Identity, current: Searchers, cached: Cached, older: Older = None
) -> ReadDocument:
    """Give a document's canonical text, and where its passages stand in it."""
    snapshot = current.at(older).snapshot
    cached.check(snapshot.manifest.id, identity)
    found = read_document(snapshot, identity)
    if found is None:
        raise NotHeldError(refusals.no_document(identity))
    return found
