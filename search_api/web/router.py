"""Addresses of the page, together; and the small ones: files, and descriptions for programs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from search_api.web import answers, assets, documents, feedback, headers
from search_api.web.pages import render_text, searcher_of

READ = ["GET", "HEAD"]

router = APIRouter(include_in_schema=False)
for each in (answers, documents, feedback):
    router.include_router(each.router)


@router.api_route("/static/{version}/{name}", methods=READ)
def asset(version: str, name: str) -> Response:
    """Send style, script or map; the version is there to make the address new."""
    found = assets.assets().get(name)
    if found is None or version != assets.version():
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    return Response(found.body, media_type=found.media_type, headers=headers.ASSET)


@router.api_route("/opensearch.xml", methods=READ)
def opensearch(request: Request) -> Response:
    """Tell browsers how to search here from their address bar."""
    return render_text(
        request, "opensearch.xml", "application/opensearchdescription+xml; charset=utf-8"
    )


@router.api_route("/llms.txt", methods=READ)
def llms(request: Request) -> Response:
    """Tell language models what is here and how to quote it."""
    index = searcher_of(request).index()
    return render_text(request, "llms.txt", "text/plain; charset=utf-8", index=index)
