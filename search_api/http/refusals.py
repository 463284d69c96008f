"""What the API's description shows of problems: the very sentences that the server says."""

from __future__ import annotations

from typing import Any

from search_api.citations.selection import not_held
from search_api.http.bounds import TOO_LARGE, TOO_LONG
from search_api.http.gate import NO_KEY, SEARCH_ONLY, elsewhere, too_many
from search_api.http.problems import MEDIA_TYPE, UNFORESEEN, Problem
from search_api.http.problems import NO_JSON as NO_JSON_SAID
from search_api.http.shown import INDEX

Responses = dict[int | str, dict[str, Any]]
"""Responses of a route by their status."""

REQUEST_ID = "8f14e45fceea467a9d1b2c3d4e5f6071"


def refusal(status: int, title: str, detail: str) -> dict[str, Any]:
    """A problem as a route's responses show it."""
    body = Problem(title=title, status=status, detail=detail, request_id=REQUEST_ID)
    example = body.model_dump()
    return {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema(), "example": example}},
    }


NO_JSON: Responses = {400: refusal(400, "Bad Request", NO_JSON_SAID)}

_LEFT = {
    "RateLimit-Policy": "What each visitor has, as draft-ietf-httpapi-ratelimit-headers says it.",
    "RateLimit": "What this visitor has left, likewise.",
    "Retry-After": "Seconds to wait.",
}

ADMISSION: Responses = {
    401: refusal(401, "Unauthorized", NO_KEY),
    403: refusal(403, "Forbidden", SEARCH_ONLY),
    429: refusal(429, "Too Many Requests", too_many(60, 60, 12))
    | {
        "headers": {
            name: {"description": said, "schema": {"type": "string"}}
            for name, said in _LEFT.items()
        }
    },
}
"""What the gate may answer in place of a route."""

WITH_KEY: Responses = {403: refusal(403, "Forbidden", elsewhere("https://other.example"))}

PROBLEMS: Responses = ADMISSION | {
    413: refusal(413, "Content Too Large", TOO_LARGE),
    414: refusal(414, "URI Too Long", TOO_LONG),
    422: refusal(422, "Unprocessable Content", "q: Field required"),
    500: refusal(500, "Internal Server Error", UNFORESEEN),
    503: refusal(503, "Service Unavailable", "the index cannot be read at present"),
}

UNAVAILABLE: Responses = {
    status: PROBLEMS[status] for status in (401, 403, 413, 414, 429, 500, 503)
}

NOT_HELD: Responses = {404: refusal(404, "Not Found", not_held("0123456789abcdef", INDEX))}

NO_SNAPSHOT: Responses = {
    404: refusal(
        404,
        "Not Found",
        f"snapshot 0123456789abcdef is not kept; kept are: {INDEX}",
    )
}


def no_document(identity: str) -> str:
    """Say that the index holds no document of an id."""
    return f"the index holds no document {identity!r}; `GET /v1/documents` lists those that it has"
