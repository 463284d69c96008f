"""A server that plays every state of a widget, and a page of another site that holds one."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from search_api.http import cors, request_id, widget
from search_api.http.problems import problem
from search_api.http.shown import SEARCH_ANSWER
from search_api.settings import Settings
from tests.conftest import ROOT

SLOW = 0.6
HOSTILE = '<img src=x onerror="document.title=1"> <script>alert(1)</script>'
FACETS = {
    "city": [
        {"value": "963597", "name": "Freetown", "count": 3},
        {"value": "3369157", "name": "Cape Town", "count": 2},
    ],
    "kind": [{"value": "initiative", "name": "initiative", "count": 5}],
}
REASONS = [
    {"code": "place-missing", "names": ["Oslo"], "count": 0, "filter": ""},
    {"code": "searched", "names": [], "count": 1207, "filter": ""},
    {"code": "nearest", "names": ["Tanks", "Taps"], "count": 0, "filter": ""},
    {"code": "topics", "names": ["public-space", "water"], "count": 0, "filter": ""},
    {"code": "filter-empty", "names": ["2030"], "count": 0, "filter": "since"},
    {"code": "outside", "names": [], "count": 0, "filter": "since"},
    {"code": "filter-empty", "names": ["news"], "count": 0, "filter": "kind"},
    {"code": "offered", "names": [], "count": 0, "filter": "kind"},
    {"code": "offered", "names": ["report"], "count": 2, "filter": "kind"},
    {"code": "filter-empty", "names": [], "count": 0, "filter": "within"},
]
"""Parts of an explanation, more of them than one answer has."""

CITIES = [{"id": "2409306", "name": "Freetown", "country": "SL", "role": "acted"}]


def whole(**changes: Any) -> dict[str, Any]:
    """A real answer, made five excerpts long, with what the contract adds to it."""
    answer = copy.deepcopy(SEARCH_ANSWER) | {"verdict": "strong", "facets": FACETS}
    found = answer["results"]
    answer["results"] = [copy.deepcopy(found[i % len(found)]) | {"rank": i + 1} for i in range(5)]
    answer["results"][0]["cities"] = CITIES
    return answer | changes


def hostile() -> dict[str, Any]:
    """An answer whose every text is markup and whose link is a script."""
    answer = whole()
    answer["results"] = answer["results"][:1]
    result = answer["results"][0]
    result |= {"text": HOSTILE, "segments": [{"text": HOSTILE, "mark": True}]}
    result |= {"link": "javascript:alert(1)", "citation": HOSTILE}
    result["document"] |= {"title": HOSTILE, "id": "../x y/<b>"}
    return answer


class Stage:
    """The server's routes; a question's words choose what happens."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.limited = 0
        self.wait = 2
        """Seconds after which the question "limited" may be asked again."""

    def search(self, request: Request, q: str, k: int = 10, offset: int = 0) -> Response:
        self.asked.append(request.url.query)
        answers: dict[str, Callable[[], Response]] = {
            "limited": lambda: self._limited(request),
            "broken": lambda: problem(request, 500, "an error of the program; its log says more"),
            "none": lambda: JSONResponse(
                whole(verdict="none", results=[], reasons=REASONS, related=["shade", "slow tanks"])
            ),
            "partial": lambda: JSONResponse(whole(verdict="partial", reasons=REASONS[:3])),
            "hostile": lambda: JSONResponse(hostile()),
        }
        if "slow" in q:
            time.sleep(SLOW)
        if q in answers:
            return answers[q]()
        return JSONResponse(self._page(k, offset))

    def _limited(self, request: Request) -> Response:
        self.limited += 1
        if self.limited > 1:
            return JSONResponse(whole())
        return problem(request, 429, "too many questions", {"Retry-After": str(self.wait)})

    def _page(self, k: int, offset: int) -> dict[str, Any]:
        answer = whole()
        answer["results"] = answer["results"][offset : offset + k]
        return answer


def stage_app(stage: Stage) -> FastAPI:
    """The stage with the real widget, frame and CORS."""
    app = FastAPI()
    app.state.settings = Settings()
    cors.install(app, app.state.settings)
    request_id.install(app)
    app.add_api_route("/v1/search", stage.search)
    app.include_router(widget.router)
    return app


def demo_app(server: str) -> FastAPI:
    """The demo page of the docs, with the address of a server that runs."""
    app = FastAPI()
    text = (ROOT / "docs" / "widget-demo.html").read_text(encoding="utf-8")
    shown = text.replace("http://127.0.0.1:8000", server)
    app.add_api_route("/", lambda: HTMLResponse(shown))
    return app


HOST = Path(__file__).parent / "host"

PAGE = """<!doctype html>
<html lang="en" dir="{dir}"><head><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
{style}<script src="/host.js"></script>
<script type="module" src="{server}/widget/1/search.js"></script></head>
<body><main><h1>Host</h1>
<citywise-search endpoint="{server}" {attributes}><form action="{server}/" role="search">
<label for="host-q">Ask the network</label> <input id="host-q" name="q" type="search">
<button>Go</button></form></citywise-search>{more}
</main></body></html>"""


def host_app(server: str) -> FastAPI:
    """A site of another origin: `/?dir=rtl&attributes=…&hostile=1`, under a strict CSP."""
    app = FastAPI()
    policy = (
        f"default-src 'none'; script-src 'self' {server}; connect-src {server}; "
        f"style-src 'self'; img-src data:; frame-src {server}; form-action {server}; "
        "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )

    @app.get("/")
    def page(dir: str = "ltr", attributes: str = "", hostile: int = 0, frame: str = "") -> Response:  # noqa: A002
        style = '<link rel="stylesheet" href="/host.css">' if hostile else ""
        inner = f'<iframe title="frame" src="{escape(server + frame)}"></iframe>' if frame else ""
        text = PAGE.format(dir=dir, style=style, server=server, attributes=attributes, more=inner)
        return HTMLResponse(text, headers={"Content-Security-Policy": policy})

    @app.get("/host.js")
    def script() -> Response:
        return Response(
            (HOST / "host.js").read_text(encoding="utf-8"), media_type="text/javascript"
        )

    @app.get("/host.css")
    def style() -> Response:
        return Response((HOST / "host.css").read_text(encoding="utf-8"), media_type="text/css")

    return app
