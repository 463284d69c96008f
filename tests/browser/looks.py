"""How a page may be looked at: light or dark, from either side, wide or on a small phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    scheme: Literal["light", "dark"]
    direction: Literal["ltr", "rtl"]
    width: int

    def __str__(self) -> str:
        return f"{self.scheme}-{self.direction}-{self.width}"


LOOKS = (
    Look("light", "ltr", 1280),
    Look("dark", "rtl", 1280),
    Look("light", "rtl", 320),
    Look("dark", "ltr", 320),
)
"""Each two of scheme, direction and width together at least once."""


def put_on(page: Page, look: Look) -> None:
    """Look at the page as it stands in this way."""
    page.emulate_media(color_scheme=look.scheme)
    page.set_viewport_size({"width": look.width, "height": 800})
    page.evaluate(f"document.documentElement.dir = '{look.direction}'")


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled to the side."""
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"))
