"""Take the pictures of the page in docs/: `python -m scripts.screenshots http://127.0.0.1:8000`.

Needs the extra [dev], Debian's chromium, and a server that answers from the shipped corpus.
"""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote_plus

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs/screenshots"
COLOURS = 128
"""Of a picture: enough for type on paper, and a third of the bytes."""

ASKED = f"/?q={quote_plus('how did cities handle informal settlements?')}"


@dataclass(frozen=True)
class Shot:
    """One picture: where to go, what to click there, and how large and light the screen is."""

    name: str
    address: str
    width: int = 1280
    height: int = 860
    scheme: Literal["light", "dark"] = "light"
    click: str = ""


SHOTS = (
    Shot("home", "/"),
    Shot("answer", ASKED, height=1100),
    Shot("city", f"{ASKED}&view=city", height=1100),
    Shot("year", f"{ASKED}&view=year"),
    Shot("filter", ASKED, click=".panel:nth-of-type(2) summary"),
    Shot("none", f"/?q={quote_plus('trams in Tokyo')}", height=620),
    Shot("empty", f"{ASKED}&city=Atlantis"),
    Shot("dark", ASKED, scheme="dark"),
    Shot("spanish", f"{ASKED}&lang=es", click="details.cite summary"),
    Shot("phone", ASKED, width=320, height=720),
    Shot("missing", "/documents/lost", height=520),
)


def take(page: Page, server: str, shot: Shot) -> None:
    """Go there and take one picture."""
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    page.emulate_media(color_scheme=shot.scheme, reduced_motion="reduce")
    page.goto(server + shot.address)
    if shot.click:
        page.locator(shot.click).first.click()
        page.mouse.move(0, 0)  # or what comes to lie under it looks pointed at
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.quantize(COLOURS).save(FOLDER / f"page-{shot.name}.png", optimize=True)


def main(server: str) -> int:
    """Take every picture, and one of a document behind a result."""
    browser_path = shutil.which("chromium")
    if browser_path is None:
        sys.stderr.write("no chromium on this machine: apt-get install chromium\n")
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(locale="en-GB")
        for shot in SHOTS:
            take(page, server, shot)
        page.goto(server + ASKED)
        found = page.locator(".card h2 a", has_text="informal contexts").first
        take(page, server, Shot("document", str(found.get_attribute("href"))))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
