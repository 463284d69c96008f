"""What on a page is no content by its own marks: navigation, cookie notices, hidden parts."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.etree import _Element

SILENT = frozenset({"script", "style", "template", "head", "link", "meta", "title", "base"})
"""Elements whose text no browser shows."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}

_TAGS = {
    "nav": "navigation",
    "dialog": "dialog",
    "noscript": "for browsers without scripts",
    "button": "form",
    "select": "form",
    "textarea": "form",
    "datalist": "form",
    "label": "form",
    "form": "form",
    "svg": "graphic",
    "canvas": "graphic",
    "iframe": "embedded media",
    "object": "embedded media",
    "video": "embedded media",
    "audio": "embedded media",
}
_ROLES = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "banner": "page header",
    "contentinfo": "page footer",
    "search": "form",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "complementary": "sidebar",
}
_EDGES = {"header": "page header", "footer": "page footer", "aside": "sidebar"}

_HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAMED = {
    "cookie notice": r"\b(?:cookies?|consent|gdpr|rgpd|lgpd|onetrust|cookiebot|cookieyes|cmplz"
    r"|didomi|usercentrics|tarteaucitron)\b",
    "share buttons": r"\b(?:share|sharing|sharedaddy|addtoany|addthis|sharethis)\b|^social$"
    r"|\bsocial-(?:media|links?|icons?|nav|menu|buttons?|bar)\b",
    "breadcrumb": r"\bbreadcrumbs?\b",
    "skip link": r"\bskip-?(?:link|nav|to|content)",
    "for screen readers": r"^(?:sr-only|screen-reader-text|visually-?hidden|element-invisible)$",
    "navigation": r"\b(?:nav|navbar|navigation|menu|mega-?menu|submenu|pager|pagination)\b",
    "page footer": r"^(?:site-|page-|global-|main-)?footer$|^colophon$",
    "page header": r"^(?:site-|page-|global-|main-|top-)?(?:header|masthead|banner|topbar)$",
    "sidebar": r"^(?!(?:has|with|no|layout)-).*\b(?:side-?bar|widget-area)\b",
    "related pages": r"\brelated-?(?:posts?|articles?|news|content|links?|stories|pages)\b",
    "newsletter form": r"\bnewsletter(?:-\w+)*-(?:form|signup|sign-up)\b|\bsubscribe-form\b",
    "comments": r"^comments$|^respond$|\bcomment-(?:list|respond|form)\b",
    "dialog": r"\b(?:modal|popup|lightbox)\b",
    "advertisement": r"\b(?:advertisement|advert|adsbygoogle)\b",
}
_NAMES = [(reason, re.compile(pattern)) for reason, pattern in _NAMED.items()]
_LONGEST_NAME = 500
"""Characters of an id or a list of classes that are looked at."""

_ASTRIDE = frozenset({"html", "body", "main", "article", "tbody", "thead", "tr", "td", "th"})
"""Elements whose class speaks of the page's look, not of what they hold."""


def marked(element: _Element) -> str:
    """Why an element is no content by its tag or role; empty if it may be."""
    tag = str(element.tag)
    role = (element.get("role") or "").strip().casefold()
    if tag == "button" and _opens_content(element):
        return ""
    if tag == "label" and next(element.iterancestors("form"), None) is None:
        return ""
    return _TAGS.get(tag) or _ROLES.get(role) or _EDGES.get(tag, "")


def named(element: _Element) -> str:
    """Why an element is no content by its id, class or label; empty if it may be."""
    if element.tag in _ASTRIDE:
        return ""
    names = (element.get(key) for key in ("id", "class", "aria-label", "itemtype"))
    reason = _reason(" ".join(name[:_LONGEST_NAME] for name in names if name))
    return "" if element.tag in HEADINGS and reason != "for screen readers" else reason


def hidden(element: _Element) -> bool:
    """Whether a browser shows the element only when asked to, if ever."""
    if element.get("role") == "tabpanel":
        return False
    style = element.get("style")
    return (
        element.get("hidden", "until-found") != "until-found"
        or element.get("aria-hidden") == "true"
        or (style is not None and _HIDING.search(style) is not None)
    )


@lru_cache(maxsize=4096)
def _reason(names: str) -> str:
    words = [_CAMEL.sub("-", name).replace("_", "-").casefold() for name in names.split()]
    found = (reason for reason, pattern in _NAMES for word in words if pattern.search(word))
    return next(found, "")


def _opens_content(button: _Element) -> bool:
    """Whether it is the title of a part that folds: a question and, below it, the answer."""
    if button.get("aria-expanded"):
        return True
    return any(parent.tag in HEADINGS or parent.tag == "dt" for parent in button.iterancestors())
