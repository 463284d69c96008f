"""What routes ask of the application: its searchers, and the address that visitors know.

All of this is at hand, so it is asked for on the event loop: a thread for each would cost more than
an excerpt.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from search_api.engine.current import CurrentSearcher
from search_api.engine.filters import Filters


async def searchers(request: Request) -> CurrentSearcher:
    """Return the searchers that the application opened at its start."""
    found: CurrentSearcher = request.app.state.searchers
    return found


def base(request: Request) -> str:
    """Return the address that links begin with: as set, or as this visitor knows it."""
    public: str | None = request.app.state.settings.public_url
    return public or str(request.base_url).rstrip("/")


def preset(request: Request) -> Filters | None:
    """Return the filters within which the request's key searches; None if it has none."""
    found: Filters | None = getattr(request.state, "preset", None)
    return found


async def _base(request: Request) -> str:
    return base(request)


async def _preset(request: Request) -> Filters | None:
    return preset(request)


OLDER = "Id of an older snapshot that is still kept; else the published one."

Older = Annotated[str | None, Query(alias="snapshot", max_length=200, description=OLDER)]
Searchers = Annotated[CurrentSearcher, Depends(searchers)]
Base = Annotated[str, Depends(_base)]
Preset = Annotated[Filters | None, Depends(_preset)]
