"""Where readers' words on excerpts are sent, if they are kept at all."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import URL, QueryParams

from indexer.errors import FeedbackError, SnapshotError
from search_api.feedback import Entry, record, today, writable
from search_api.settings import Settings
from search_api.web.opinions import Opinion, asked_here, read_opinion
from search_api.web.pages import message, searcher_of, speaker, unavailable
from search_api.web.params import Params

router = APIRouter(include_in_schema=False)


def takes_feedback(request: Request) -> bool:
    """Whether readers are asked: a file is set and can be written."""
    settings: Settings = request.app.state.settings
    return settings.feedback is not None and writable(settings.feedback)


@router.post("/feedback")
async def post_feedback(request: Request) -> Response:
    """Keep a reader's word, and lead back to where it was said."""
    params = Params.read(QueryParams(""))
    _ = speaker(request, params)
    if not asked_here(request):
        sentence = _("Feedback is taken from this site’s own pages only.")
        return message(request, params, 403, _("Not taken"), sentence)
    opinion = await read_opinion(request)
    if opinion is None:
        sentence = _("The form is incomplete. Please go back and try again.")
        return message(request, params, 422, _("Not taken"), sentence)
    return await run_in_threadpool(_kept, request, opinion)


def _kept(request: Request, opinion: Opinion) -> Response:
    params = Params.read(QueryParams(URL(opinion.back).query))
    _ = speaker(request, params)
    settings: Settings = request.app.state.settings
    try:
        if settings.feedback is None:
            return message(request, params, 404, _("Not taken"), _("Feedback is not kept here."))
        if searcher_of(request).snapshot.passages.find(opinion.passage) is None:
            sentence = _("The index no longer holds this excerpt.")
            return message(request, params, 404, _("Not taken"), sentence)
        entry = Entry(today(), opinion.question, opinion.passage, opinion.snapshot, opinion.useful)
        record(settings.feedback, entry)
    except SnapshotError:
        return unavailable(request, params)
    except FeedbackError:
        sentence = _("Feedback cannot be kept at present. Nothing was stored.")
        return message(request, params, 503, _("Not taken"), sentence)
    if "text/html" not in request.headers.get("accept", ""):
        return Response(status_code=204)
    noted = urlencode({"noted": opinion.passage})
    return RedirectResponse(f"{opinion.back}&{noted}#r-{opinion.passage}", 303)
