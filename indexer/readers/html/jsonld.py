"""What a page says of itself in JSON-LD (https://schema.org/Article)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element

Node = dict[str, Any]

KINDS = {
    "NewsArticle": "news",
    "ReportageNewsArticle": "news",
    "AnalysisNewsArticle": "news",
    "Report": "report",
}
_ARTICLES = frozenset({*KINDS, "Article", "BlogPosting", "ScholarlyArticle", "TechArticle"})


class Linked:
    """The JSON-LD of one page: the node that describes its article, or else the page."""

    def __init__(self, root: _Element) -> None:
        self.warnings: list[str] = []
        self._nodes: list[Node] = []
        for script in root.iter("script"):
            if (script.get("type") or "").strip().lower() == "application/ld+json":
                self._read(script)
        self._named = {node["@id"]: node for node in self._nodes if "name" in node and _id(node)}
        articles = [node for node in self._nodes if types(node) & _ARTICLES]
        pages = [node for node in self._nodes if "WebPage" in types(node)]
        # Several articles are a list of teasers, of which none is this page.
        self.about = articles[0] if len(articles) == 1 else pages[0] if len(pages) == 1 else {}

    def text(self, key: str) -> str:
        """One of its values, if that is text."""
        value = self.about.get(key)
        return value.strip() if isinstance(value, str) else ""

    @property
    def publisher(self) -> str:
        """The name of its publisher, who may be described elsewhere on the page."""
        publisher = self.about.get("publisher")
        if isinstance(publisher, list):
            publisher = publisher[0] if publisher else None
        if isinstance(publisher, dict):
            publisher = publisher.get("name") or self._named.get(_id(publisher), {}).get("name")
        return publisher.strip() if isinstance(publisher, str) else ""

    def _read(self, script: _Element) -> None:
        try:
            self._nodes += _nodes(json.loads("".join(script.itertext()), strict=False))
        except (ValueError, RecursionError):
            place = f"line {script.sourceline}"
            self.warnings.append(f"{place}: no valid JSON-LD; what it states is left out")


def types(node: Node) -> set[str]:
    """The node's types, of which it may have several."""
    found = node.get("@type")
    return {str(kind) for kind in (found if isinstance(found, list) else [found])}


def _nodes(content: Any) -> Iterator[Node]:
    for node in content if isinstance(content, list) else [content]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            inner = [*(graph if isinstance(graph, list) else [graph]), node.get("mainEntity")]
            yield from (part for part in inner if isinstance(part, dict))


def _id(node: Node) -> str:
    return str(node.get("@id") or "")
