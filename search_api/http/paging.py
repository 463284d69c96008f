"""Answers page by page: `Link` headers (RFC 8288) whose cursors keep to one snapshot."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response

from indexer.errors import NotHeldError, QuestionError
from search_api.engine.searcher import Searcher
from search_api.http.cursor import Cursor, fingerprint, read_cursor
from search_api.http.depends import Base, Searchers, preset

WIDEST = 4000
"""Bytes of a `Link` header; proxies refuse responses with more than some thousand."""


class Paging:
    """Finds the page that a request wants, and says where its neighbours are."""

    def __init__(
        self, request: Request, response: Response, current: Searchers, address: Base
    ) -> None:
        self._request, self._response = request, response
        self._current, self._address = current, address

    def open(
        self, cursor: str | None, offset: int, asked: Any = None, snapshot: str | None = None
    ) -> tuple[Searcher, int]:
        """Return the searcher to ask for a page, and the entries before it.

        Args:
            cursor: where the page begins, if a cursor says so.
            offset: entries before it, if none does.
            asked: what the list depends on beside the snapshot, such that JSON can hold it.
            snapshot: id of the one to ask where no cursor says so, the published one if None.

        Raises:
            QuestionError: the cursor is none, is another question's, or its snapshot is gone.
            NotHeldError: the snapshot is gone.
        """
        if cursor is None:
            return self._current.at(snapshot), offset
        if offset:
            raise QuestionError("offset: a cursor has its own; leave one of the two out")
        place = read_cursor(cursor, self._asked(asked))
        try:
            return self._current.at(place.snapshot), place.offset
        except NotHeldError as error:
            raise QuestionError(
                f"cursor: snapshot {place.snapshot}, through which it pages, is no longer kept; "
                "ask again without it"
            ) from error

    def link(
        self, searcher: Searcher, offset: int, size: int, more: bool, asked: Any = None
    ) -> None:
        """Put the addresses of other pages on the response, the next one first.

        Args:
            searcher: what answered.
            offset: entries before this page.
            size: entries of a page.
            more: whether something follows.
            asked: as for `open`.
        """
        question, snapshot = fingerprint(self._asked(asked)), searcher.snapshot.manifest.id

        def at(place: int) -> str:
            return self._url(str(Cursor(s=snapshot, o=place, q=question)) if place else None)

        found = {"next": at(offset + size)} if more else {}
        if offset:
            found |= {"prev": at(max(offset - size, 0)), "first": self._url(None)}
        header = ""
        for relation, url in found.items():
            longer = f'{header}{", " if header else ""}<{url}>; rel="{relation}"'
            header = longer if len(longer) <= WIDEST else header
        if header:
            self._response.headers["Link"] = header

    def _asked(self, asked: Any) -> Any:
        within = preset(self._request)
        return [self._request.url.path, asked, within and within.given()]

    def _url(self, cursor: str | None) -> str:
        given = self._request.query_params.multi_items()
        query = [pair for pair in given if pair[0] not in ("cursor", "offset")]
        key: str | None = getattr(self._request.state, "key", None)
        query += [("cursor", cursor)] if cursor else []
        query += [("key", key)] if key else []
        address = f"{self._address}{self._request.url.path}"
        return f"{address}?{urlencode(query)}" if query else address


async def _paging(
    request: Request, response: Response, current: Searchers, address: Base
) -> Paging:
    return Paging(request, response, current, address)


Pages = Annotated[Paging, Depends(_paging)]
