"""How long a reader waits for the page, in a browser, beside the empty page.

`python benchmarks/page.py http://127.0.0.1:8000` against a warm server with the shipped corpus;
needs the extra [dev] and Debian's chromium. Milliseconds from the request to the first excerpt, and
what a first load weighs on the wire, beside the same without compression.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from urllib.parse import quote_plus

from playwright.sync_api import Browser, Page, Request, sync_playwright

TOPICS = ("informal settlements", "water", "food", "buses", "masks", "schools", "markets",
          "shelter", "museums", "rents")  # fmt: skip
WAYS = ("how did cities handle {}?", "{} in Africa", "who paid for {}?", "{}")
LIMIT = 300
"""Milliseconds within which 95 of 100 first excerpts are to appear."""


def waited(page: Page, address: str, sign: str) -> float:
    """Milliseconds until what is waited for is there."""
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(sign)
    return (time.perf_counter() - began) * 1000


def report(name: str, times: list[float]) -> float:
    """Print a line, and return the 95th percentile."""
    worst = statistics.quantiles(times, n=20)[-1]
    print(f"{name:<28} median {statistics.median(times):6.0f} ms   p95 {worst:6.0f} ms")
    return worst


HEAVIEST = 60_000
"""Bytes that a first load may weigh."""


def weighed(browser: Browser, name: str, address: str) -> int:
    """Print what a first load fetches, with nothing kept from before, and return its bytes."""
    fetched: list[Request] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("requestfinished", lambda request: fetched.append(request))
        page.goto(address, wait_until="networkidle")
        weight = sum(each.sizes()["responseBodySize"] for each in fetched)
        answers = [each.response() for each in fetched]
        plain = sum(len(answer.body()) for answer in answers if answer)
    print(f"{name:<28} {len(fetched)} files {weight:>8,} bytes, uncompressed {plain:>8,}")
    return weight


def main(server: str) -> int:
    """Measure; exit status 1 if a limit is missed."""
    questions = [way.format(topic) for way in WAYS for topic in TOPICS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        waited(page, f"{server}/?q=warm", ".card")
        empty = [waited(page, server, "h1") for _ in questions]
        asked = [waited(page, f"{server}/?q={quote_plus(each)}", ".card") for each in questions]
        heaviest = max(
            weighed(browser, "first load, empty page", server),
            weighed(browser, "first load, an answer", f"{server}/?q={quote_plus(questions[0])}"),
        )
        browser.close()
    report("the empty page", empty)
    in_time = report("first excerpt of an answer", asked) <= LIMIT
    return 0 if in_time and heaviest <= HEAVIEST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
