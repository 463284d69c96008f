"""Which parts of a page are its content.

A page's own marks decide, not a score: extractors that score blocks leave out tables, lists of
contacts and short sections without a word. What is left out here always has its reason.
"""

from __future__ import annotations

import re

from lxml.etree import _Element

from indexer.readers.draft import visible
from indexer.readers.html.boilerplate import HEADINGS, SILENT, hidden, marked, named

_HALF = 0.5
_MOST = 0.6
_OUTSIDE = "outside the main content"
_COPYRIGHT = re.compile(
    r"©|\(c\) ?\d{4}|\bcopyright\b|\ball rights reserved\b|todos los derechos|tous droits"
    r"|todos os direitos|alle rechte",
    re.IGNORECASE,
)
_LONGEST_IMPRINT = 1000
"""Characters beyond which a part that speaks of copyright is taken for prose about it."""

_UNSEEN = SILENT | {"noscript", "button", "select", "textarea"}
_BOXES = frozenset({"div", "section", "article", "td", "center", "body", "main", "form"})


class Page:
    """One page: where its content stands, and why another part is none.

    Args:
        body: the page's `body`.
    """

    def __init__(self, body: _Element) -> None:
        self._length: dict[_Element, int] = {}
        self._linked: dict[_Element, int] = {}
        self._measure(body)
        self._total = max(self._prose(body), 1)
        self._controlled = {e.get("aria-controls") for e in body.iterfind(".//*[@aria-controls]")}
        self._headlines = list(body.iter("h1"))
        self._main = self._marked_main(body)
        self._box = self._main if self._main is not None else self._fullest(body)
        self._around = {self._box, *self._box.iterancestors()}
        headline = self._headline()
        self._led = set() if headline is None else {headline, *headline.iterancestors()}
        self._opened = self._around if self._box in self._led else self._around | self._led
        self._opened = self._opened - {self._box}

    def reason(self, element: _Element) -> str:
        """Why an element is left out of the content, in a few words; empty if it is content."""
        if element in self._around:
            return ""
        return self._hidden(element) or self._marked(element) or self._outside(element)

    def _measure(self, body: _Element) -> None:
        """Count the visible characters of every element, and those of them that are links."""
        for element in reversed(list(body.iter())):
            if not isinstance(element.tag, str) or element.tag in _UNSEEN:
                self._length[element] = self._linked[element] = 0
                continue
            own = visible(element.text or "") + sum(visible(c.tail or "") for c in element)
            length = own + sum(self._length[child] for child in element)
            self._length[element] = length
            links = sum(self._linked[child] for child in element)
            self._linked[element] = length if element.tag == "a" else links

    def _prose(self, element: _Element) -> int:
        return self._length[element] - self._linked[element]

    def _is_most(self, element: _Element) -> bool:
        return self._prose(element) > _HALF * self._total

    def _marked_main(self, body: _Element) -> _Element | None:
        """The part that the page marks as main, if it holds what the page says."""
        useful = self._total - sum(self._prose(e) for e in body.iter("nav", "footer", "noscript"))
        for paths, share in ((".//main", ".//*[@role='main']"), _HALF), ((".//article",), _MOST):
            found = [part for path in paths for part in body.iterfind(path)]
            best = max(found, key=self._prose, default=None)
            if best is not None and self._prose(best) >= share * useful > 0:
                return best
        return None

    def _fullest(self, body: _Element) -> _Element:
        """The innermost box that holds most of the page's prose."""
        boxes = [box for box in body.iter(*_BOXES) if self._prose(box) >= _MOST * self._total]
        return boxes[-1] if boxes else body

    def _hidden(self, element: _Element) -> str:
        if not hidden(element) or self._is_most(element):
            return ""
        return "" if element.get("id") in self._controlled else "hidden"

    def _marked(self, element: _Element) -> str:
        reason = marked(element)
        if reason == "dialog":
            return named(element) or reason
        if reason in ("page header", "page footer", "sidebar"):
            return reason if self._is_edge(element, reason) else ""
        if reason:
            return "" if reason == "form" and self._is_most(element) else reason
        reason = named(element)
        if not reason or self._is_most(element) or element.find(".//main") is not None:
            return ""
        if reason == "page header" and not self._is_edge(element, reason):
            return ""
        return "" if element in self._led and reason != "cookie notice" else reason

    def _is_edge(self, element: _Element, reason: str) -> bool:
        """Whether a header, footer or aside belongs to the page and not to what it tells."""
        if reason == "page header" and element in self._led:
            return False
        if any(parent.tag in ("article", "main") for parent in element.iterancestors()):
            return self._is_links(element) and reason != "page header"
        return not self._is_most(element)

    def _headline(self) -> _Element | None:
        """The page's only `h1`, unless it is a link to the start page."""
        lone = self._headlines[0] if len(self._headlines) == 1 else None
        return None if lone is None or lone.find(".//a") is not None else lone

    def _is_links(self, element: _Element) -> bool:
        return self._linked[element] > _HALF * self._length[element]

    def _outside(self, element: _Element) -> str:
        """Judge what stands beside the main content, all but the page's title."""
        beside = element.getparent() in self._opened
        if not beside or element in self._led or not self._length[element]:
            return ""
        if self._main is not None:
            return _OUTSIDE
        if self._is_links(element) and element.tag not in HEADINGS:
            return _OUTSIDE
        return "page footer" if self._is_imprint(element) else ""

    def _is_imprint(self, element: _Element) -> bool:
        text = "".join(element.itertext()) if self._length[element] < _LONGEST_IMPRINT else ""
        return _COPYRIGHT.search(text) is not None
