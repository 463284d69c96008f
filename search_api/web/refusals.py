"""What a reader sees in place of a page that may not be shown."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import QueryParams

from search_api.web.pages import message, speaker
from search_api.web.params import Params


def refusal(request: Request, status: int, headers: Mapping[str, str]) -> Response:
    """Say in the reader's language that the collection is closed, or that too much was asked.

    Args:
        request: what was asked for.
        status: 429 where it was too much.
        headers: of the response.
    """
    params = Params.read(QueryParams(request.url.query))
    _ = speaker(request, params)
    if status == 429:
        heading = _("Too many questions")
        sentence = _("Please wait a little and ask again.")
    else:
        heading = _("Closed")
        sentence = _("This collection is searched from the sites of its owner alone.")
    response = message(request, params, status, heading, sentence)
    response.headers.update({**headers, "Cache-Control": "no-store"})
    return response
