"""What a site asks of robots (RFC 9309), fetched once for each site of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx2
from protego import Protego

from indexer.errors import HarvestError
from indexer.harvest.fetch import AGENT, Answer

LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read; the least that RFC 9309, 2.5, lets a reader stop at."""

LONGEST = 60.0
"""Seconds between two requests that a harvest agrees to."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site, or why it must be left alone."""

    parsed: Protego
    closed: str = ""


class Robots:
    """The rules of every site that was asked for.

    Args:
        get: fetches an address and follows where it leads, at most `LARGEST` bytes.
    """

    def __init__(self, get: Callable[[httpx2.URL], Answer]) -> None:
        self._get = get
        self._known: dict[str, Rules] = {}

    def pause(self, url: httpx2.URL) -> float:
        """Return the seconds that the site asks to leave between requests.

        Raises:
            HarvestError: the site does not want this address fetched, or cannot be asked.
        """
        rules = self._rules(url.join("/robots.txt"))
        if rules.closed:
            raise HarvestError(str(url), rules.closed)
        if not rules.parsed.can_fetch(str(url), AGENT):
            reason = "the site's robots.txt asks not to fetch it; ask its owner for it"
            raise HarvestError(str(url), reason)
        pause = rules.parsed.crawl_delay(AGENT) or 0.0
        if pause > LONGEST:
            reason = (
                f"the site's robots.txt asks for {pause:g} s between requests, longer than the "
                f"{LONGEST:g} s that a harvest waits; fetch it by hand"
            )
            raise HarvestError(str(url), reason)
        return pause

    def _rules(self, url: httpx2.URL) -> Rules:
        site = str(url)
        if site not in self._known:
            self._known[site] = self._ask(url)
        return self._known[site]

    def _ask(self, url: httpx2.URL) -> Rules:
        """A site without rules (4xx) is open, one that cannot say (5xx, no answer) is closed."""
        nothing = Protego.parse("")
        try:
            answer = self._get(url)
        except HarvestError as error:
            return Rules(nothing, f"{error.reason} (asked for its robots.txt)")
        if answer.status >= 500:
            return Rules(nothing, f"its robots.txt answers {answer.status}; try again later")
        text = answer.content.decode("utf-8-sig", "replace") if answer.status < 300 else ""
        return Rules(Protego.parse(text))
