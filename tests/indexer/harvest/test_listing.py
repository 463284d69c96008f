from __future__ import annotations

import gzip
import re

import httpx2
import pytest

from indexer.errors import HarvestError
from indexer.harvest.fetch import Answer, address
from indexer.harvest.listing import Listing, published, read_listing

RSS = """<rss version="2.0"><channel><title>News</title>
<item><link>https://cities.test/lima</link><pubDate>Fri, 01 May 2020 00:30:00 +0200</pubDate></item>
<item><title>no link</title></item>
<item><link>/durban?a=1&amp;b=2#top</link><pubDate>last week</pubDate></item>
<item><link>ftp://cities.test/file</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom">
<entry><link href="https://cities.test/lima"/><published>2020-04-30T23:30:00-05:00</published>
<updated>2023-01-01T00:00:00Z</updated></entry>
<entry><link href="../durban"/><updated>2023-01-01T00:00:00Z</updated></entry></feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://cities.test/lima </loc><lastmod>2020-05-01</lastmod>
<image:image><image:loc>https://cities.test/lima.jpg</image:loc></image:image></url>
<url><loc>https://me:secret@cities.test/</loc></url></urlset>"""


def answer(content: bytes, media: str = "application/xml") -> Answer:
    url = address("https://cities.test/news/list")
    return Answer(url, 200, httpx2.Headers({"Content-Type": media}), content)


def named(listing: Listing | None) -> list[tuple[str, str | None]]:
    assert listing is not None
    return [(str(entry.url), entry.date) for entry in listing.pages]


@pytest.mark.parametrize("media", ["application/rss+xml", "text/html; charset=utf-8", ""])
def test_a_feed_names_pages_and_the_day_of_their_publication_as_written(media: str) -> None:
    listing = read_listing(answer(RSS.encode(), media), 10_000)
    assert named(listing) == [
        ("https://cities.test/lima", "2020-05-01"),
        ("https://cities.test/durban?a=1&b=2", None),
    ]
    assert listing is not None
    assert listing.refused == (
        "ftp://cities.test/file: no http or https address; give one that begins with https://",
    )


def test_the_date_of_a_change_is_not_taken_for_that_of_publication() -> None:
    atom = read_listing(answer(ATOM.encode("utf-16"), "application/atom+xml"), 10_000)
    assert named(atom) == [
        ("https://cities.test/lima", "2020-04-30"),
        ("https://cities.test/durban", None),
    ]
    sitemap = read_listing(answer(SITEMAP.encode()), 10_000)
    assert named(sitemap) == [("https://cities.test/lima", None)]
    assert sitemap is not None
    assert len(sitemap.refused) == 1


def test_a_packed_sitemap_is_read_up_to_its_cap() -> None:
    packed = answer(gzip.compress(SITEMAP.encode()), "application/gzip")
    assert named(read_listing(packed, 10_000)) == [("https://cities.test/lima", None)]
    bomb = answer(gzip.compress(b"<urlset>" + b" " * 20_000_000), "application/gzip")
    with pytest.raises(HarvestError, match="larger than 10,000 bytes unpacked; --max-bytes raises"):
        read_listing(bomb, 10_000)


def test_a_list_that_breaks_off_is_read_as_far_as_it_goes_and_that_is_said() -> None:
    listing = read_listing(answer(SITEMAP.encode()[:-60]), 10_000)
    assert named(listing) == [("https://cities.test/lima", None)]
    assert listing is not None
    assert re.fullmatch(
        r"https://cities\.test/news/list: not well-formed XML \(line \d+: .+\), so that pages may "
        r"be missing; tell its owner",
        listing.refused[0],
    )


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/hostname">']
)
def test_entities_are_refused(entity: str) -> None:
    text = f"<!DOCTYPE urlset [{entity}]><urlset><url><loc>https://x.test/&a;</loc></url></urlset>"
    with pytest.raises(HarvestError, match="declares XML entities, which no list needs"):
        read_listing(answer(text.encode()), 10_000)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><p>rss</p></html>",
        b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"/>',
        b"plain",
        b"",
    ],
)
def test_a_page_is_no_list(content: bytes) -> None:
    for media in ("text/html", "application/xhtml+xml", "application/xml", "text/plain"):
        assert read_listing(answer(content, media), 10_000) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-05-01", "2020-05-01"),
        ("2020-05-01T23:59:59Z", "2020-05-01"),
        ("Fri, 01 May 2020 23:59:59 GMT", "2020-05-01"),
        ("0001-01-01T00:00:00Z", None),
        ("2999-01-01", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_date_that_cannot_be_is_none(text: str | None, day: str | None) -> None:
    assert published(text) == day
