"""What a page states about itself: meta, Open Graph, JSON-LD."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import chain

from lxml.etree import _Element

from indexer.readers.draft import Draft
from indexer.readers.html.jsonld import KINDS, Linked, types

_DATES = (
    *("article:published_time", "citation_publication_date", "citation_date", "date"),
    *("dc.date", "dc.date.issued", "dcterms.issued", "dcterms.date", "pubdate", "publish-date"),
)
_ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?=$|[T ])|(\d{4})(\d\d)(\d\d)$")
_FIRST_YEAR = 1800
_EPOCH = datetime.date(1970, 1, 1)
"""What a content management system writes where it knows no date."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_NO_TITLES = frozenset({"home", "homepage", "index", "document", "untitled", "untitled document"})
_SEPARATED = re.compile(r"\s+[|–—·»•:-]\s+|\s*\|\s*|:\s+")


def stated(root: _Element, draft: Draft) -> dict[str, str]:
    """Collect title, date, publisher, url, language and kind; adds warnings to the draft."""
    meta, linked = _meta(root), Linked(root)
    draft.warnings += linked.warnings
    publisher = linked.publisher or _first(meta, "og:site_name", "publisher", "dc.publisher")
    publisher = publisher or _first(meta, "dcterms.publisher", "citation_publisher")
    fields = {
        "title": _title(root, draft, meta, linked, publisher),
        "date": _date(root, draft, meta, linked),
        "publisher": "" if publisher.startswith(("http:", "https:")) else publisher,
        "url": _url(root, meta),
        "language": _language(root, meta, linked),
        "kind": next((KINDS[kind] for kind in sorted(types(linked.about)) if kind in KINDS), ""),
    }
    return {name: value for name, value in fields.items() if value}


def _meta(root: _Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        names = (element.get(key) for key in ("property", "name", "itemprop", "http-equiv"))
        content = " ".join((element.get("content") or "").split())
        for name in filter(None, names):
            if content:
                found.setdefault(name.strip().lower(), content)
    return found


def _first(meta: dict[str, str], *names: str) -> str:
    return next((meta[name] for name in names if name in meta), "")


def _title(
    root: _Element, draft: Draft, meta: dict[str, str], linked: Linked, publisher: str
) -> str:
    headings = [e.text for e in draft.elements if e.kind == "heading" and e.level == 1]
    element = root.find(".//head/title")
    titles = [
        _first(meta, "og:title"),
        linked.text("headline"),
        headings[0] if len(headings) == 1 else "",
        "" if element is None else " ".join("".join(element.itertext()).split()),
    ]
    sites = {site.casefold() for site in (publisher, _first(meta, "og:site_name")) if site}
    titles = [_without_site(" ".join(title.split()), sites) for title in titles]
    return next((t for t in titles if t and t.casefold() not in _NO_TITLES | sites), "")


def _without_site(title: str, sites: set[str]) -> str:
    for separator in _SEPARATED.finditer(title):
        before, after = title[: separator.start()], title[separator.end() :]
        if after.casefold() in sites:
            return before
        if before.casefold() in sites:
            return after
    return title


def _date(root: _Element, draft: Draft, meta: dict[str, str], linked: Linked) -> str:
    times = root.iterfind(".//time")
    marked = (t for t in times if "pubdate" in t.attrib or t.get("itemprop") == "datePublished")
    written = chain(
        [linked.text("datePublished")],
        (meta.get(name, "") for name in (*_DATES, "datepublished")),
        (t.get("datetime") or " ".join("".join(t.itertext()).split()) for t in marked),
    )
    return next(_believable(filter(None, written), draft), "")


def _believable(written: Iterator[str], draft: Draft) -> Iterator[str]:
    for value in written:
        date = _day(value)
        if date is None:
            draft.warnings.append(f"states the impossible date {value!r}; it is left out")
        elif date:
            yield date


def _day(value: str) -> str | None:
    """The date part in ISO 8601, as it is written if in words; None if there is no such day."""
    found = _ISO.match(value)
    if found is None:
        try:
            return parsedate_to_datetime(value).date().isoformat()
        except ValueError:
            return value if re.search(r"\b\d{4}\b", value) else None
    parts = [int(part) for part in found.groups() if part]
    try:
        day = datetime.date(*[*parts, 1, 1][:3])
    except ValueError:
        return None
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    if day.year < _FIRST_YEAR or day > tomorrow or (day == _EPOCH and len(parts) > 1):
        return None
    return day.isoformat()[: (4, 7, 10)[len(parts) - 1]]


def _url(root: _Element, meta: dict[str, str]) -> str:
    links = (link.get("href") or "" for link in root.iter("link") if _is_canonical(link))
    addresses = (address.strip() for address in chain(links, [_first(meta, "og:url")]))
    return next((a for a in addresses if re.match(r"https?://[^\s/]+\S*$", a)), "")


def _is_canonical(link: _Element) -> bool:
    return "canonical" in (link.get("rel") or "").lower().split()


def _language(root: _Element, meta: dict[str, str], linked: Linked) -> str:
    said = [
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
        root.get("xml:lang") or "",
        _first(meta, "content-language"),
        _first(meta, "og:locale"),
        linked.text("inLanguage"),
    ]
    return next((s.strip().replace("_", "-") for s in said if _LANGUAGE.fullmatch(s.strip())), "")
