"""Documents by list and by id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from indexer.errors import NotHeldError
from search_api.engine.documents import DocumentList, ReadDocument, list_documents, read_document
from search_api.http import examples
from search_api.http.caching import Cached
from search_api.http.depends import Searchers

MOST = 100

router = APIRouter(tags=["documents"], responses=examples.UNAVAILABLE)

Limit = Annotated[int, Query(ge=1, le=MOST, description="Documents wanted.")]
Offset = Annotated[int, Query(ge=0, description="Documents to skip.")]
Identity = Annotated[str, Path(max_length=1000, description="A document's id, as answers give it.")]


@router.get("/v1/documents", responses=examples.DOCUMENTS | examples.UNCHANGED)
def get_documents(
    current: Searchers, cached: Cached, limit: Limit = 20, offset: Offset = 0
) -> DocumentList:
    """List what the index holds, in the order of ids."""
    snapshot = current.get().snapshot
    cached.check(snapshot.manifest.id, [limit, offset])
    return list_documents(snapshot, limit, offset)


@router.get("/v1/documents/{identity:path}", responses=examples.DOCUMENT | examples.UNCHANGED)
def get_document(identity: Identity, current: Searchers, cached: Cached) -> ReadDocument:
    """Give a document's canonical text, and where its passages stand in it."""
    snapshot = current.get().snapshot
    cached.check(snapshot.manifest.id, identity)
    found = read_document(snapshot, identity)
    if found is None:
        raise NotHeldError(examples.no_document(identity))
    return found
