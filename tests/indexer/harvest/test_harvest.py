from __future__ import annotations

import json
import re
from dataclasses import replace
from email.message import Message
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.corpus import CorpusFile, corpus_files
from indexer.errors import HarvestError
from indexer.harvest.fetch import Answer
from indexer.harvest.harvest import harvest
from indexer.harvest.names import file_name
from indexer.harvest.order import Order
from indexer.harvest.store import opened
from tests.indexer.harvest.site import PAGE, Reply, Site, moved, sitemap, xml


@pytest.fixture
def order(site: Site, tmp_path: Path) -> Order:
    """All pages that the site's sitemap names, without pauses."""
    return Order(
        f"{site.url}/sitemap.xml",
        tmp_path / "news",
        delay=0,
        timeout=5,
        max_bytes=10_000,
        allow_private=True,
        resolve=lambda host, port: ["127.0.0.1"],
    )


def tagged(headers: Message) -> Reply:
    """A page with an ETag, and 304 for who knows it."""
    if headers["If-None-Match"] == '"1"':
        return Reply(b"", 304, {"ETag": '"1"'})
    return Reply(headers={"Content-Type": "text/html", "ETag": '"1"'})


def dated(headers: Message) -> Reply:
    day = "Fri, 01 May 2020 10:00:00 GMT"
    if headers["If-Modified-Since"] == day:
        return Reply(b"", 304, {})
    return Reply(headers={"Content-Type": "text/html", "Last-Modified": day})


def stored(folder: Path) -> dict[str, bytes]:
    files = [file for file in corpus_files(folder) if isinstance(file, CorpusFile)]
    return {str(file.folder["url"]): file.path.read_bytes() for file in files}


def test_one_page_is_stored_byte_for_byte_with_where_it_comes_from(
    site: Site, order: Order
) -> None:
    body = b"<p>M\xe9xico\r\n</p>"
    site.pages["/a"] = moved("/Mayors%20meet?id=1")
    site.pages["/Mayors%20meet?id=1"] = Reply(body)
    report = harvest(replace(order, url=f"{site.url}/a#top"))
    assert (report.fetched, report.failed, report.left_out) == (1, [], [])
    (file,) = (f for f in corpus_files(order.into) if isinstance(f, CorpusFile))
    assert re.fullmatch(r"127\.0\.0\.1-mayors-meet-[0-9a-f]{12}\.html", file.name)
    assert file.folder["url"] == f"{site.url}/Mayors%20meet?id=1"
    assert file.path.read_bytes() == body
    assert site.asked == ["/robots.txt", "/a", "/Mayors%20meet?id=1"]


def test_a_second_run_fetches_only_what_changed(site: Site, order: Order) -> None:
    site.pages |= {"/sitemap.xml": sitemap("/a", "/b", "/c", "/a"), "/a": tagged, "/b": dated}
    site.pages["/c"] = Reply(b"old")
    first = harvest(order)
    site.pages["/c"] = Reply(b"new")
    second = harvest(order)
    assert (first.fetched, first.unchanged, first.failed) == (3, 0, [])
    assert (second.fetched, second.unchanged, second.failed) == (1, 2, [])
    assert sorted(stored(order.into).values()) == [PAGE, PAGE, b"new"]


def test_a_run_that_died_is_gone_on_with(site: Site, order: Order) -> None:
    site.pages |= {"/sitemap.xml": sitemap("/a", "/b", "/c"), "/a": tagged, "/c": tagged}

    def die(url: str) -> None:
        if url.endswith("/b"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        harvest(order, die)
    assert list(stored(order.into)) == [f"{site.url}/a"]
    (order.into / "metadata.yaml").unlink()  # as after a kill, which leaves no time to write it
    (order.into / ".half.html.part").write_bytes(b"half")
    site.pages["/b"] = tagged
    report = harvest(order)
    assert (report.fetched, report.unchanged, report.failed) == (2, 1, [])
    assert sorted(stored(order.into)) == [f"{site.url}/{name}" for name in "abc"]
    assert not list(order.into.glob("*.part"))


def test_a_kill_between_note_and_page_is_no_edit(site: Site, order: Order) -> None:
    site.pages |= {"/sitemap.xml": sitemap("/a"), "/a": Reply(b"old")}
    harvest(order)
    (file,) = order.into.glob("*.html")
    site.pages["/a"] = Reply(b"new", headers={"Content-Type": "text/html", "ETag": '"2"'})
    harvest(order)
    file.write_bytes(b"old")  # the state says "new", the rename was not reached
    site.pages["/a"] = tagged
    report = harvest(order)
    assert (report.fetched, report.failed, file.read_bytes()) == (1, [], PAGE)


def test_a_file_that_a_person_edited_or_put_there_is_not_overwritten(
    site: Site, order: Order
) -> None:
    site.pages |= {"/sitemap.xml": sitemap("/a", "/b"), "/a": tagged, "/b": tagged}
    harvest(order)
    first, second = sorted(order.into.glob("*.html"))
    first.write_bytes(b"by hand")
    second.unlink()
    report = harvest(order)
    assert (report.fetched, report.unchanged) == (1, 0)
    (failed,) = report.failed
    assert failed.endswith(
        f": {first.name} was edited since; move it away, or replace it with --overwrite"
    )
    assert (first.read_bytes(), second.read_bytes()) == (b"by hand", PAGE)
    (order.into / ".harvest.json").unlink()
    assert len(harvest(order).failed) == 1
    assert harvest(replace(order, overwrite=True)).failed == []
    assert first.read_bytes() == PAGE


def test_each_failure_is_named_and_the_others_go_on(site: Site, order: Order) -> None:
    names = ("gone", "image", "huge", "empty", "broken", "hidden", "loop", "ok.txt", "ok.pdf")
    site.pages |= {
        "/robots.txt": Reply(b"User-agent: citywise\nDisallow: /hidden", headers={}),
        "/sitemap.xml": sitemap(*(f"/{name}" for name in names)),
        "/image": Reply(headers={"Content-Type": "image/png"}),
        "/huge": Reply(b"x" * 10_001),
        "/empty": Reply(b""),
        "/broken": Reply(b"", 500, {"Location": "/ok.txt"}),
        "/hidden": Reply(),
        "/loop": moved("/loop"),
        "/ok.txt": Reply(headers={"Content-Type": "text/plain; charset=utf-8"}),
        "/ok.pdf": Reply(headers={"Content-Type": "application/pdf"}),
    }
    report = harvest(order)
    assert report.fetched == 2
    assert {path.suffix for path in order.into.glob("[!.]*")} == {".txt", ".pdf", ".yaml"}
    assert report.failed == [
        f"{site.url}/gone: answers 404 (Not Found); check the address",
        f"{site.url}/image: is image/png; only HTML, PDF and plain text are kept",
        f"{site.url}/huge: larger than 10,000 bytes; --max-bytes raises what is taken",
        f"{site.url}/empty: the page is empty; check the address",
        f"{site.url}/broken: answers 500 (Internal Server Error); check the address",
        f"{site.url}/hidden: the site's robots.txt asks not to fetch it; ask its owner for it",
        f"{site.url}/loop: redirects more than 5 times; check the address",
    ]
    assert "/hidden" not in site.asked


def test_an_index_of_sitemaps_is_followed_on_this_site_and_within_the_limit(
    site: Site, order: Order
) -> None:
    host = f"http://www.cities.test:{site.port}"
    elsewhere = f"http://elsewhere.test:{site.port}"
    site.pages |= {
        "/sitemap.xml": sitemap("/1.xml", "/sitemap.xml", "/none", f"{elsewhere}/x.xml", "/2.xml",
                                "/3.xml", kind="sitemap"),
        "/1.xml": sitemap("/a", f"{elsewhere}/c", "/leads-out"),
        "/2.xml": sitemap("/b", "/a", "/d"),
        "/a": Reply(),
        "/b": Reply(),
        "/leads-out": moved(f"{elsewhere}/c"),
        "/c": Reply(),
    }  # fmt: skip
    own = replace(order, url=f"http://cities.test:{site.port}/sitemap.xml", limit=3)
    site.pages["/sitemap.xml"], index = moved(f"{host}/index.xml"), site.pages["/sitemap.xml"]
    site.pages["/index.xml"] = index
    report = harvest(own)
    assert (report.fetched, sorted(stored(order.into))) == (2, [f"{host}/a", f"{host}/b"])
    assert report.failed == [f"{host}/none: answers 404 (Not Found); check the address"]
    assert report.left_out == [
        f"{elsewhere}/c: on another site; --any-host takes it too",
        f"{host}/leads-out: leads to another site ({elsewhere}/c); --any-host takes it too",
        f"{elsewhere}/x.xml: a list on another site; --any-host takes it too",
        f"{host}/d: beyond --limit 3",
        f"{host}/3.xml: a list beyond --limit 3",
    ]
    assert harvest(replace(own, any_host=True, limit=2)).fetched == 2
    assert f"{elsewhere}/c" in stored(order.into)


def test_a_feed_dates_its_pages_and_a_persons_words_survive(site: Site, order: Order) -> None:
    date = "<pubDate>Fri, 01 May 2020 10:00:00 GMT</pubDate>"
    item = f"<item><link>/a</link>{date}</item>"
    site.pages |= {"/a": tagged, "/feed": xml(f"<rss><channel>{item}</channel></rss>")}
    order.into.mkdir()
    (order.into / "notes.md").write_text("# Notes\n")
    metadata = order.into / "metadata.yaml"
    metadata.write_text("# kept\ndefaults: {publisher: Us}\nfiles:\n  notes.md: {title: Ours}\n")
    assert harvest(replace(order, url=f"{site.url}/a")).fetched == 1
    assert harvest(replace(order, url=f"{site.url}/feed")).unchanged == 1
    (name,) = (path.name for path in order.into.glob("*.html"))
    assert metadata.read_text().startswith("# kept\ndefaults: {publisher: Us}\nfiles:\n")
    assert yaml.safe_load(metadata.read_text())["files"] == {
        "notes.md": {"title": "Ours"},
        name: {"url": f"{site.url}/a", "date": "2020-05-01"},
    }


def test_a_list_without_pages_is_no_success(site: Site, order: Order) -> None:
    site.pages["/sitemap.xml"] = sitemap()
    with pytest.raises(HarvestError, match=r"/sitemap\.xml: this list names no pages; check"):
        harvest(order)


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        (Reply(b"", 503), "its robots.txt answers 503; try again later"),
        (Reply(b"User-agent: *\nDisallow: /"), "the site's robots.txt asks not to fetch it"),
        (Reply(b"User-agent: *\nCrawl-delay: 61"), "asks for 61 s between requests, longer"),
        (Reply(b"#" * 512_000 + b"\nUser-agent: *\nDisallow: /"), None),  # beyond 500 KiB
        (Reply(b"\xef\xbb\xbfUser-agent: other\nDisallow: /"), None),
        (Reply(b"", 403), None),
    ],
)
def test_robots_txt_is_kept_to(site: Site, order: Order, robots: Reply, said: str | None) -> None:
    site.pages |= {"/robots.txt": robots, "/a": Reply()}
    one = replace(order, url=f"{site.url}/a", max_bytes=600_000)
    if said is None:
        assert harvest(one).fetched == 1
        return
    with pytest.raises(HarvestError, match=f"^{site.url}/a: .*{said}"):
        harvest(one)
    assert site.asked == ["/robots.txt"]


def test_a_folder_that_cannot_be_used_is_said_plainly(site: Site, order: Order) -> None:
    with opened(order.into), pytest.raises(HarvestError, match="another harvest is filling this"):
        harvest(order)
    (order.into / ".harvest.json").write_text("[]")
    with pytest.raises(HarvestError, match=r"\.harvest\.json: damaged; delete it and harvest"):
        harvest(order)
    (order.into / ".harvest.json").write_text(json.dumps({"version": 9, "pages": {}}))
    with pytest.raises(HarvestError, match=r"written by another version \(9\); use that one"):
        harvest(order)
    assert site.asked == []


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2))
@example(["../../etc/passwd", "..\\..\\etc"])
@example(["a/b", "a-b"])
@example(["A", "a"])
def test_file_names_are_safe_and_never_equal(paths: list[str]) -> None:
    urls = [httpx2.URL(f"https://cities.test/{quote(path)}") for path in paths]
    headers = httpx2.Headers({"Content-Type": "text/html"})
    names = [file_name(Answer(url, 200, headers, b"")) for url in urls]
    for name in names:
        assert re.fullmatch(r"cities\.test[a-z0-9.-]*-[0-9a-f]{12}\.html", name)
        assert len(name) <= 100
        assert ".." not in name
    assert len(set(names)) == len(set(urls))
