"""What the API's description shows: real answers, checked by test against what the server gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from search_api.citations.formats import TYPES
from search_api.citations.selection import not_held
from search_api.engine.answer import Answer
from search_api.engine.comparison import NO_EVIDENCE
from search_api.engine.timeline import by_date
from search_api.exports import EXPORTS, export
from search_api.http.bounds import TOO_LARGE, TOO_LONG
from search_api.http.gate import NO_KEY, OPENED, SEARCH_ONLY, elsewhere, too_many
from search_api.http.problems import MEDIA_TYPE, UNFORESEEN, Problem
from search_api.http.problems import NO_JSON as NO_JSON_SAID

Responses = dict[int | str, dict[str, Any]]

REQUEST_ID = "8f14e45fceea467a9d1b2c3d4e5f6071"


def _problem(status: int, title: str, detail: str) -> dict[str, Any]:
    body = Problem(title=title, status=status, detail=detail, request_id=REQUEST_ID)
    example = body.model_dump()
    return {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema(), "example": example}},
    }


def _json(description: str, example: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": example}}}


_KEYS: dict[str, dict[str, str]] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Citywise-Key"},
    "address": {"type": "apiKey", "in": "query", "name": "key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
"""Ways to send an embed key; none is needed where the collection is open."""


def secured(schema: dict[str, Any]) -> dict[str, Any]:
    """Say which operations take an embed key, and how."""
    schema["components"]["securitySchemes"] = _KEYS
    for path in OPENED:
        for operation in schema["paths"][path].values():
            operation["security"] = [{}, *({name: []} for name in _KEYS)]
    return schema


def restored(schema: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Put examples back as they are: FastAPI leaves out whatever is null in them."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                described = schema["paths"][route.path_format][method.lower()]["responses"]
                for status, response in route.responses.items():
                    for media, shown in response.get("content", {}).items():
                        described[str(status)]["content"][media]["example"] = shown["example"]
    return schema


def _kept(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(f"{name}.example.json").read_text(encoding="utf-8")
    kept: dict[str, Any] = json.loads(text)
    return kept


SEARCH_ANSWER = _kept("search")
CITATIONS = _kept("citations")

SHOWN = SEARCH_ANSWER["results"][0]["passage_id"]
"""A passage of the shipped corpus, to ask for in examples of requests."""

SHOWN_DOCUMENT = SEARCH_ANSWER["results"][0]["document"]["id"]

ANSWER: Responses = {200: _json("Ranked, cited excerpts.", SEARCH_ANSWER)}


def _files() -> dict[str, Any]:
    """The same answer as each kind of file."""
    answer, day = Answer.model_validate(SEARCH_ANSWER), date(2026, 3, 25)
    files = (export(answer, form, base="https://HOST", accessed=day) for form in EXPORTS)
    return {media: {"schema": {"type": "string"}, "example": text} for media, text in files}


FILES: Responses = {200: {**ANSWER[200], "content": ANSWER[200]["content"] | _files()}}

TIMELINE: Responses = {
    200: _json(
        "Excerpts by date.", by_date(Answer.model_validate(SEARCH_ANSWER)).model_dump(mode="json")
    )
}

COMPARISON: Responses = {
    200: _json(
        "A cell for each city.",
        {
            "question": SEARCH_ANSWER["question"],
            "cells": [
                {
                    "city": "Freetown",
                    "verdict": "strong",
                    "result": SEARCH_ANSWER["results"][0],
                    "note": None,
                },
                {"city": "Quito", "verdict": "none", "result": None, "note": NO_EVIDENCE},
            ],
            "index": SEARCH_ANSWER["index"],
        },
    )
}

_DURBAN = {
    "id": "geonames:1007311",
    "name": "Durban",
    "country": "ZA",
    "country_name": "South Africa",
}

CITIES: Responses = {
    200: _json(
        "Cities and how much there is of each.",
        {
            "index": SEARCH_ANSWER["index"]["id"],
            "total": 125,
            "cities": [
                _DURBAN
                | {"latitude": -29.8579, "longitude": 31.0292}
                | {"passages": 12, "acted": 10, "documents": 5}
            ],
        },
    )
}

COVERAGE: Responses = {
    200: _json(
        "A row for each city, a cell for each topic.",
        {
            "index": SEARCH_ANSWER["index"]["id"],
            "topics": ["housing", "water"],
            "cities": [
                _DURBAN
                | {"total": {"passages": 10, "documents": 4}}
                | {
                    "cells": [
                        {"passages": 5, "documents": 2},
                        {"passages": 0, "documents": 0},
                    ]
                }
            ],
        },
    )
}

OPENSEARCH = "application/x-suggestions+json"
"""What OpenSearch Suggestions 1.1 calls a question with its completions."""

_SUGGESTED = _kept("suggestions")

SUGGESTIONS: Responses = {
    200: {
        "description": "Completions of “wa”.",
        "content": {
            "application/json": {"example": _SUGGESTED},
            OPENSEARCH: {
                "schema": {"type": "array"},
                "example": ["wa", [each["text"] for each in _SUGGESTED["suggestions"]]],
            },
        },
    }
}

NO_JSON: Responses = {400: _problem(400, "Bad Request", NO_JSON_SAID)}

UNCHANGED: Responses = {
    304: {"description": "As the visitor has it: `If-None-Match` named its `ETag`."}
}

_LEFT = {
    "RateLimit-Policy": "What each visitor has, as draft-ietf-httpapi-ratelimit-headers says it.",
    "RateLimit": "What this visitor has left, likewise.",
    "Retry-After": "Seconds to wait.",
}

ADMISSION: Responses = {
    401: _problem(401, "Unauthorized", NO_KEY),
    403: _problem(403, "Forbidden", SEARCH_ONLY),
    429: _problem(429, "Too Many Requests", too_many(60, 60, 12))
    | {
        "headers": {
            name: {"description": said, "schema": {"type": "string"}}
            for name, said in _LEFT.items()
        }
    },
}
"""What the gate may answer in place of a route."""

WITH_KEY: Responses = {403: _problem(403, "Forbidden", elsewhere("https://other.example"))}

PROBLEMS: Responses = ADMISSION | {
    413: _problem(413, "Content Too Large", TOO_LARGE),
    414: _problem(414, "URI Too Long", TOO_LONG),
    422: _problem(422, "Unprocessable Content", "q: Field required"),
    500: _problem(500, "Internal Server Error", UNFORESEEN),
    503: _problem(503, "Service Unavailable", "the index cannot be read at present"),
}

HEALTH: Responses = {200: _json("The process lives.", {"status": "ok", "index": None})}

READY: Responses = {
    200: _json(
        "Questions can be answered.", {"status": "ok", "index": SEARCH_ANSWER["index"]["id"]}
    ),
    503: _problem(503, "Service Unavailable", "the index is not open yet"),
}

NOT_HELD: Responses = {
    404: _problem(404, "Not Found", not_held("0123456789abcdef", SEARCH_ANSWER["index"]["id"]))
}

NO_SNAPSHOT: Responses = {
    404: _problem(
        404,
        "Not Found",
        f"snapshot 0123456789abcdef is not kept; kept are: {SEARCH_ANSWER['index']['id']}",
    )
}

PASSAGE: Responses = {
    200: _json("The passage, verbatim, with its neighbours.", CITATIONS["passage"]),
    **NOT_HELD,
}

SIMILAR: Responses = {
    200: _json("Passages that say something alike, the nearest first.", _kept("similar")),
    **NOT_HELD,
}

CITATION: Responses = {
    200: {
        "description": "The citation: text to read, or a file for a reference manager.",
        "content": {
            TYPES[form].media_type: {"schema": {"type": "string"}, "example": CITATIONS[form]}
            for form in ("apa", "bibtex", "ris")
        }
        | {
            TYPES["csl-json"].media_type: {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": CITATIONS["csl-json"],
            }
        },
    },
    **NOT_HELD,
}

VERIFY: Responses = {
    200: _json("What became of the citation.", CITATIONS["checked"]),
    **NO_SNAPSHOT,
}

VERIFY_ALL: Responses = {
    200: _json("What became of the citations.", CITATIONS["verification"]),
    **NO_SNAPSHOT,
}


def no_document(identity: str) -> str:
    """Say that the index holds no document of an id."""
    return f"the index holds no document {identity!r}; `GET /v1/documents` lists those that it has"


UNAVAILABLE: Responses = {
    status: PROBLEMS[status] for status in (401, 403, 413, 414, 429, 500, 503)
}

DOCUMENTS: Responses = {
    200: _json("A page of the documents.", _kept("documents")),
    422: _problem(422, "Unprocessable Content", "limit: Input should be less than or equal to 100"),
}

DOCUMENT: Responses = {
    200: _json("A document, whole.", _kept("document")),
    404: _problem(404, "Not Found", no_document("lost")),
    422: _problem(
        422, "Unprocessable Content", "identity: String should have at most 1000 characters"
    ),
}
