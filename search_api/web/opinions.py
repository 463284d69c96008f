"""A reader's word on an excerpt, as a form sends it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

MOST_BYTES = 12_000
"""A question of 2,000 characters fits, whatever its script, and the address to go back to."""

_SNAPSHOT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the form holds: the answer's question, passage and snapshot, and what is thought of it.

    Attributes:
        back: address of the answer, to return to; one of our own.
    """

    question: str
    passage: str
    snapshot: str
    useful: bool
    back: str


async def read_opinion(request: Request) -> Opinion | None:
    """Read a form; None if it is not one of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    try:
        form = dict(parse_qsl(body.decode("ascii"), max_num_fields=10, errors="strict"))
    except ValueError:
        return None
    question, snapshot = form.get("question", ""), form.get("snapshot", "")
    useful, back = form.get("useful"), form.get("back", "")
    if not question or not _SNAPSHOT.fullmatch(snapshot) or not back.startswith("/?"):
        return None
    if useful not in ("yes", "no"):
        return None
    return Opinion(question[:2000], form.get("passage", ""), snapshot, useful == "yes", back)


def asked_here(request: Request) -> bool:
    """Whether a form was sent from a page of ours; browsers say so, and others need not write."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")
