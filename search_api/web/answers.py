"""The page at `/`: the form, and the answer where a question is asked."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from indexer.errors import QuestionError, SnapshotError
from search_api.engine.answer import Answer
from search_api.engine.searcher import Searcher
from search_api.web.arrange import arranged
from search_api.web.described import dataset
from search_api.web.examples import TOPICS, collection, questions
from search_api.web.feedback import takes_feedback
from search_api.web.pages import base_of, message, render, searcher_of, speaker, unavailable
from search_api.web.params import Params
from search_api.web.views import wanted

router = APIRouter(include_in_schema=False)

NEARBY = 6
"""Topics of the collection that an answer without excerpts offers."""


@router.api_route("/", methods=["GET", "HEAD"])
def page(request: Request) -> Response:
    """Show the form, and the answer where a question is asked."""
    params = Params.read(request.query_params)
    _ = speaker(request, params)
    try:
        searcher = searcher_of(request)
        return _answer(request, params, searcher) if params.q else _home(request, params, searcher)
    except QuestionError as error:
        return message(request, params, 422, _("This cannot be asked"), str(error))
    except SnapshotError:
        return unavailable(request, params)


def _home(request: Request, params: Params, searcher: Searcher) -> Response:
    held, index = collection(searcher.snapshot), searcher.index()
    return render(
        request,
        params,
        "home.html",
        collection=held,
        topics=held.topics[:TOPICS],
        questions=questions(held, searcher.snapshot.questions.texts),
        index=index,
        dataset=dataset(base_of(request), index, held),
    )


def _answer(request: Request, params: Params, searcher: Searcher) -> Response:
    answer = searcher.ask(params.q, wanted(params), filters=params.wanted())
    results = arranged(answer, params, speaker(request, params))
    return render(
        request,
        params,
        "results.html",
        results=results,
        nearby=_nearby(answer, searcher),
        feedback=takes_feedback(request),
        noted=request.query_params.get("noted"),
    )


def _nearby(answer: Answer, searcher: Searcher) -> list[str]:
    """Topics of what came nearest, or of the collection where nothing did."""
    if not answer.results:
        return [topic for topic, _ in collection(searcher.snapshot).topics][:NEARBY]
    return [topic for each in answer.reasons if each.code == "topics" for topic in each.names]
