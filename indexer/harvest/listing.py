"""Lists of pages: sitemaps (sitemaps.org), indexes of sitemaps, RSS and Atom feeds."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

import feedparser
import httpx2
from lxml import etree

from indexer.errors import HarvestError
from indexer.harvest.fetch import Answer, address

_GZIP = b"\x1f\x8b"
_BEGINNINGS = (b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"<rdf")
_PAGES = {"text/html", "application/xhtml+xml", "application/pdf", "text/plain"}
_SITEMAPS = {"urlset", "sitemapindex"}
_FEEDS = {"rss", "feed", "RDF"}
_FIRST_YEAR = 1990
"""Before it there was no web, so that no page was published on it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a list names, and the ISO date on which a feed says it was published."""

    url: httpx2.URL
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list names: pages, further lists; and what is wrong with it, a sentence each."""

    pages: tuple[Entry, ...]
    lists: tuple[httpx2.URL, ...]
    refused: tuple[str, ...]


def read_listing(answer: Answer, largest: int) -> Listing | None:
    """Read a sitemap or feed; None if the answer is neither.

    A `lastmod` is not read: it says when a page was changed, not when it was published.

    Args:
        answer: what a server sent.
        largest: bytes that it may have, unpacked.

    Raises:
        HarvestError: it is too large, or declares XML entities.
    """
    content = _unpacked(answer, largest)
    beginning = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if answer.media in _PAGES and not beginning.startswith(_BEGINNINGS):
        return None
    # Nothing outside is loaded, and what is not well-formed is read as far as it can be.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = _root(content, str(answer.url), parser)
    name = "" if root is None else etree.QName(root).localname
    if root is None or name not in _SITEMAPS | _FEEDS:
        return None
    listing = (_sitemap if name in _SITEMAPS else _feed)(root, answer.url)
    if not len(parser.error_log):
        return listing
    fault = parser.error_log[0]
    said = (
        f"{answer.url}: not well-formed XML (line {fault.line}: {fault.message.strip()}), so that "
        "pages may be missing; tell its owner"
    )
    return replace(listing, refused=(said, *listing.refused))


def _unpacked(answer: Answer, largest: int) -> bytes:
    if not answer.content.startswith(_GZIP):
        return answer.content
    try:
        content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(answer.content, largest + 1)
    except zlib.error as error:
        reason = f"cannot be unpacked ({error}); try again later"
        raise HarvestError(str(answer.url), reason) from error
    if len(content) > largest:
        reason = f"larger than {largest:,} bytes unpacked; --max-bytes raises what is taken"
        raise HarvestError(str(answer.url), reason)
    return content


def _root(content: bytes, url: str, parser: etree.XMLParser) -> etree._Element | None:
    """The root of what may be XML."""
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None
    declared = root.getroottree().docinfo.internalDTD if root is not None else None
    if declared is not None and any(True for _ in declared.iterentities()):
        raise HarvestError(url, "declares XML entities, which no list needs; tell its owner")
    return root


def _sitemap(root: etree._Element, base: httpx2.URL) -> Listing:
    pages, refused = _addresses(root.xpath("./*[local-name()='url']/*[local-name()='loc']"), base)
    lists, others = _addresses(
        root.xpath("./*[local-name()='sitemap']/*[local-name()='loc']"), base
    )
    return Listing(tuple(Entry(url) for url in pages), tuple(lists), (*refused, *others))


def _addresses(
    elements: list[etree._Element], base: httpx2.URL
) -> tuple[list[httpx2.URL], list[str]]:
    found, refused = [], []
    for element in elements:
        try:
            found.append(_joined(base, element.text or ""))
        except HarvestError as error:
            refused.append(str(error))
    return found, refused


def _joined(base: httpx2.URL, text: str) -> httpx2.URL:
    try:
        return address(str(base.join(text.strip())))
    except httpx2.InvalidURL as error:
        raise HarvestError(text, "no address; tell the owner of the list") from error


def _feed(root: etree._Element, base: httpx2.URL) -> Listing:
    content = etree.tostring(root, encoding="utf-8")
    # A stream, because the library takes bytes for the name of a file first.
    headers = {"content-location": str(base), "content-type": "application/xml; charset=utf-8"}
    feed = feedparser.parse(io.BytesIO(content), response_headers=headers)
    pages, refused = [], []
    for entry in feed.entries:
        if not (link := entry.get("link")):
            continue
        try:
            pages.append(Entry(_joined(base, link), published(entry.get("published"))))
        except HarvestError as error:
            refused.append(str(error))
    return Listing(tuple(pages), (), tuple(refused))


def published(text: str | None) -> str | None:
    """Return the day of an RFC 3339 or RFC 5322 date as written, in the writer's time zone.

    None for what is neither, and for a day before the web or after tomorrow: a wrong date is worse
    than none.
    """
    day = _day((text or "").strip())
    latest = datetime.now(UTC).date() + timedelta(days=1)
    if day is None or not date(_FIRST_YEAR, 1, 1) <= day <= latest:
        return None
    return day.isoformat()


def _day(text: str) -> date | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(text).date()
        except (ValueError, TypeError):
            continue
    return None
