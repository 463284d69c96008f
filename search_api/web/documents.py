"""The page of a document, where every citation can lead."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from indexer.errors import SnapshotError
from search_api.citations.context import PassageInContext, read_passage
from search_api.citations.record import Reading
from search_api.engine.documents import ReadDocument, read_document
from search_api.engine.searcher import Searcher
from search_api.feedback import today
from search_api.web.cards import document_url
from search_api.web.described import citation
from search_api.web.pages import base_of, message, render, searcher_of, speaker, unavailable
from search_api.web.params import Params
from search_api.web.reading import reading

router = APIRouter(include_in_schema=False)


@router.api_route("/documents/{identity:path}", methods=["GET", "HEAD"])
def page(request: Request, identity: str) -> Response:
    """Show a document with its passages as anchors, one of them lit where it is asked for."""
    params = Params.read(request.query_params)
    _ = speaker(request, params)
    try:
        searcher = searcher_of(request)
        read = read_document(searcher.snapshot, identity)
        if read is not None:
            return _document(request, params, searcher, read)
    except SnapshotError:
        return unavailable(request, params)
    sentence = _("The index holds no document “%(id)s”.") % {"id": identity}
    return message(request, params, 404, _("No such document"), sentence)


def _document(request: Request, params: Params, searcher: Searcher, read: ReadDocument) -> Response:
    asked = request.query_params.get("passage")
    shown = reading(read, asked, params.lang)
    return render(
        request,
        params,
        "document.html",
        reading=shown,
        asked=asked,
        described=citation(base_of(request), document_url(read.document.id), read),
        cited=_cited(request, searcher, asked) if shown.lit else None,
    )


def _cited(request: Request, searcher: Searcher, passage: str | None) -> PassageInContext | None:
    """How the passage asked for is cited, and where it is in its source."""
    snapshot = searcher.snapshot
    hit = snapshot.passages.find(passage or "")
    reading = Reading(snapshot.manifest.id, date.fromisoformat(today()), base_of(request))
    return read_passage(hit, snapshot.passages, reading) if hit else None
