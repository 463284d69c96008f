"""What the API's description shows: real answers, checked by test against what the server gives."""

from __future__ import annotations

from datetime import date
from typing import Any

from search_api.citations.formats import TYPES
from search_api.engine.answer import Answer
from search_api.engine.comparison import NO_EVIDENCE
from search_api.engine.timeline import by_date
from search_api.exports import EXPORTS, export
from search_api.http.refusals import NO_SNAPSHOT, NOT_HELD, Responses, no_document, refusal
from search_api.http.shown import CITATIONS, INDEX, SEARCH_ANSWER, kept


def _json(description: str, example: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": example}}}


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
            "index": INDEX,
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
            "index": INDEX,
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

_SUGGESTED = kept("suggestions")

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

UNCHANGED: Responses = {
    304: {"description": "As the visitor has it: `If-None-Match` named its `ETag`."}
}

HEALTH: Responses = {200: _json("The process lives.", {"status": "ok", "index": None})}

READY: Responses = {
    200: _json("Questions can be answered.", {"status": "ok", "index": INDEX}),
    503: refusal(503, "Service Unavailable", "the index is not open yet"),
}

PASSAGE: Responses = {
    200: _json("The passage, verbatim, with its neighbours.", CITATIONS["passage"]),
    **NOT_HELD,
}

SIMILAR: Responses = {
    200: _json("Passages that say something alike, the nearest first.", kept("similar")),
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

DOCUMENTS: Responses = {
    200: _json("A page of the documents.", kept("documents")),
    422: refusal(422, "Unprocessable Content", "limit: Input should be less than or equal to 100"),
}

DOCUMENT: Responses = {
    200: _json("A document, whole.", kept("document")),
    404: refusal(404, "Not Found", no_document("lost")),
    422: refusal(
        422, "Unprocessable Content", "identity: String should have at most 1000 characters"
    ),
}
