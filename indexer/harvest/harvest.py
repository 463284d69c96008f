"""The whole way of a harvest: from one address to the pages it stands for, in a folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import httpx2

from indexer.errors import HarvestError
from indexer.harvest.addresses import anywhere, is_public
from indexer.harvest.fetch import Answer, Caps, Fetcher, address
from indexer.harvest.listing import Entry, Listing, read_listing
from indexer.harvest.order import Order, Report
from indexer.harvest.store import Page, Store, edited, opened
from indexer.harvest.visitor import LeavesSiteError, Visitor

LISTS = 500
"""Lists read because another list names them."""

Tell = Callable[[str], None]
"""Called with each address before it is asked for."""


def harvest(order: Order, tell: Tell = lambda url: None) -> Report:
    """Fetch a page, or those that a sitemap or feed names, and store them.

    Pages that were stored before are asked for on the condition that they have changed.

    Raises:
        HarvestError: the address itself cannot be used, or the folder.
    """
    began = time.monotonic()
    url, caps = address(order.url), Caps(order.max_bytes, order.timeout)
    with (
        opened(order.into) as store,
        Fetcher(caps, order.resolve, anywhere if order.allow_private else is_public) as fetcher,
    ):
        run = _Run(order, Visitor(fetcher, order.delay), store, tell)
        run.start(url)
    run.report.seconds = round(time.monotonic() - began, 3)
    return run.report


class _Run:
    def __init__(self, order: Order, visitor: Visitor, store: Store, tell: Tell) -> None:
        self._order, self._visitor, self._store, self._tell = order, visitor, store, tell
        self._sites: set[tuple[str, int | None]] = set()
        self._named = 0
        self.report = Report()

    def start(self, url: httpx2.URL) -> None:
        """Ask for the address itself, and go on with what it names if it is a list."""
        answer = self._visit(Entry(url))
        listing = None if answer.status == 304 else read_listing(answer, self._order.max_bytes)
        if listing is None:
            self._keep(Entry(url), answer)
            return
        if not listing.pages and not listing.lists:
            said = "; ".join(listing.refused) or "this list names no pages; check the address"
            raise HarvestError(str(answer.url), said.removeprefix(f"{answer.url}: "))
        self._sites = {_site(url), _site(answer.url)}
        for entry in self._entries(listing, {str(url), str(answer.url)}):
            self._named += 1
            if self._named > self._order.limit:
                self._leave(entry.url, f"beyond --limit {self._order.limit}")
            else:
                with self._failures(entry.url):
                    self._keep(entry, self._visit(entry))

    def _entries(self, first: Listing, known: set[str]) -> Iterator[Entry]:
        """The pages of a list, and of the lists that it names, each once."""
        seen, waiting, read = set[str](), list[httpx2.URL](), 0
        listing: Listing | None = first
        while True:
            if listing:
                self.report.failed += listing.refused
                yield from self._pages(listing, seen)
                new = [url for url in dict.fromkeys(listing.lists) if str(url) not in known]
                known |= {str(url) for url in new}
                waiting += new
            if not waiting:
                return
            listing = self._read(waiting.pop(0), read)
            read += 1

    def _pages(self, listing: Listing, seen: set[str]) -> Iterator[Entry]:
        for entry in listing.pages:
            if str(entry.url) in seen:
                continue
            seen.add(str(entry.url))
            if self._stays(entry.url):
                yield entry
            else:
                self._leave(entry.url, "on another site; --any-host takes it too")

    def _read(self, url: httpx2.URL, read: int) -> Listing | None:
        """Read a list that another names, unless there are enough: they may go on without end."""
        limit = self._order.limit
        if self._named >= limit:
            self._leave(url, f"a list beyond --limit {limit}")
        elif read >= LISTS:
            self._leave(url, f"a list beyond the {LISTS} that are read")
        elif not self._stays(url):
            self._leave(url, "a list on another site; --any-host takes it too")
        else:
            with self._failures(url):
                listing = read_listing(self._visit(Entry(url)), self._order.max_bytes)
                if listing is None:
                    raise HarvestError(str(url), "no sitemap, though one names it; tell its owner")
                return listing
        return None

    def _visit(self, entry: Entry) -> Answer:
        page = self._store.known(entry.url)
        state = self._store.condition(page) if page else "missing"
        if page and state == "edited" and not self._order.overwrite:
            raise edited(str(entry.url), page.file)
        self._tell(str(entry.url))
        asked = _conditions(page) if page and state == "whole" else {}
        return self._visitor.visit(
            entry.url,
            lambda url: asked if page and str(url) == page.url else {},
            self._stays,
        )

    def _keep(self, entry: Entry, answer: Answer) -> None:
        if answer.status == 304:
            if self._store.known(entry.url) is None:
                raise HarvestError(str(entry.url), "answers 304 unasked; try again later")
            self._store.date(entry.url, entry.date)
            self.report.unchanged += 1
        else:
            self._store.keep(entry.url, answer, entry.date, overwrite=self._order.overwrite)
            self.report.fetched += 1

    def _stays(self, url: httpx2.URL) -> bool:
        return self._order.any_host or not self._sites or _site(url) in self._sites

    @contextmanager
    def _failures(self, url: httpx2.URL) -> Iterator[None]:
        """Note what goes wrong with one address, so that the others go on."""
        try:
            yield
        except HarvestError as error:
            by_way_of = "" if error.place == str(url) else f"{url}, which leads to "
            self.report.failed.append(f"{by_way_of}{error}")
        except LeavesSiteError as error:
            self._leave(url, f"leads to another site ({error}); --any-host takes it too")

    def _leave(self, url: httpx2.URL, reason: str) -> None:
        self.report.left_out.append(f"{url}: {reason}")


def _site(url: httpx2.URL) -> tuple[str, int | None]:
    """What pages of one site share; with and without `www.` is one, http and https too."""
    return url.host.removeprefix("www."), url.port


def _conditions(page: Page) -> Mapping[str, str]:
    said = {"If-None-Match": page.etag, "If-Modified-Since": page.modified}
    return {name: value for name, value in said.items() if value}
