"""From an address to its page: robots are asked, redirects followed, busy servers waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx2

from indexer.errors import HarvestError
from indexer.harvest.fetch import Answer, Fetcher, address
from indexer.harvest.robots import LARGEST, LONGEST, Robots

REDIRECTS = 5
RETRIES = 2
_BUSY = {429, 503}
_REDIRECTS = {301, 302, 303, 307, 308}
_NO_HEADERS: Mapping[str, str] = {}

Conditions = Callable[[httpx2.URL], Mapping[str, str]]
"""The conditional headers (RFC 9110, 13.1) with which to ask for an address."""


class LeavesSiteError(Exception):
    """A redirect leads to another site than the one that is harvested."""


class Visitor:
    """Visits pages.

    Args:
        fetcher: sends the requests.
        delay: seconds between two requests to one host, unless its site asks for more.
    """

    def __init__(self, fetcher: Fetcher, delay: float) -> None:
        self._fetcher, self._delay = fetcher, delay
        self._robots = Robots(self._robots_txt)
        self._closed: dict[str, str] = {}

    def visit(
        self,
        url: httpx2.URL,
        conditions: Conditions = lambda url: _NO_HEADERS,
        stays: Callable[[httpx2.URL], bool] = lambda url: True,
    ) -> Answer:
        """Fetch a page; the answer's `url` is where redirects ended.

        Raises:
            HarvestError: there is no page, or it may not be fetched.
            LeavesSiteError: it leads to an address of which `stays` is false.
        """
        return self._follow(url, lambda hop: self._page(hop, conditions, stays))

    def _page(
        self, url: httpx2.URL, conditions: Conditions, stays: Callable[[httpx2.URL], bool]
    ) -> Answer:
        if not stays(url):
            raise LeavesSiteError(str(url))
        pause = max(self._delay, self._robots.pause(url))
        answer = self._patient(url, pause, conditions(url))
        if answer.status in (200, 304) or _redirects(answer):
            return answer
        raise HarvestError(str(url), f"answers {_status(answer)}; check the address")

    def _patient(self, url: httpx2.URL, pause: float, headers: Mapping[str, str]) -> Answer:
        if url.host in self._closed:
            raise HarvestError(str(url), self._closed[url.host])
        for _ in range(RETRIES):
            answer = self._fetcher.get(url, pause, headers)
            wait = _retry_after(answer)
            if wait is None:
                return answer
            if wait > LONGEST:
                said = f"answers {_status(answer)} and asks to wait {wait:.0f} s; try again later"
                self._closed[url.host] = said
                raise HarvestError(str(url), said)
            time.sleep(wait)
        return self._fetcher.get(url, pause, headers)

    def _robots_txt(self, url: httpx2.URL) -> Answer:
        return self._follow(url, lambda hop: self._fetcher.get(hop, self._delay, {}, LARGEST))

    def _follow(self, url: httpx2.URL, get: Callable[[httpx2.URL], Answer]) -> Answer:
        for _ in range(REDIRECTS + 1):
            answer = get(url)
            if not _redirects(answer):
                return answer
            try:
                url = address(str(url.join(answer.headers["Location"])))
            except httpx2.InvalidURL as error:
                raise HarvestError(str(url), "redirects to no address; tell its owner") from error
        raise HarvestError(str(url), f"redirects more than {REDIRECTS} times; check the address")


def _redirects(answer: Answer) -> bool:
    return answer.status in _REDIRECTS and "Location" in answer.headers


def _retry_after(answer: Answer) -> float | None:
    """Seconds that a busy server asks to wait (RFC 9110, 10.2.3), if it says so."""
    said = answer.headers.get("Retry-After", "").strip()
    if answer.status not in _BUSY or not said:
        return None
    if said.isascii() and said.isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(until.tzinfo)).total_seconds())


def _status(answer: Answer) -> str:
    try:
        return f"{answer.status} ({HTTPStatus(answer.status).phrase})"
    except ValueError:
        return str(answer.status)
