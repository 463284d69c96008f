"""What the API's description shows: real answers, checked by test against what the server gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from search_api.http.problems import MEDIA_TYPE, Problem

Responses = dict[int | str, dict[str, Any]]


def _problem(status: int, title: str, detail: str) -> dict[str, Any]:
    example = Problem(title=title, status=status, detail=detail).model_dump()
    return {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema(), "example": example}},
    }


def _json(description: str, example: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": example}}}


def restored(schema: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Put examples back as they are: FastAPI leaves out whatever is null in them."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                described = schema["paths"][route.path][method.lower()]["responses"]
                for status, response in route.responses.items():
                    for media, shown in response["content"].items():
                        described[str(status)]["content"][media]["example"] = shown["example"]
    return schema


SEARCH_ANSWER: dict[str, Any] = json.loads(
    files(__package__).joinpath("search.example.json").read_text(encoding="utf-8")
)

ANSWER: Responses = {200: _json("Ranked, cited excerpts.", SEARCH_ANSWER)}

PROBLEMS: Responses = {
    422: _problem(422, "Unprocessable Content", "q: Field required"),
    503: _problem(503, "Service Unavailable", "the index cannot be read at present"),
}

HEALTH: Responses = {200: _json("The process lives.", {"status": "ok", "index": None})}

READY: Responses = {
    200: _json(
        "Questions can be answered.", {"status": "ok", "index": SEARCH_ANSWER["index"]["id"]}
    ),
    503: _problem(503, "Service Unavailable", "the index is not open yet"),
}
