"""How long a reader waits for the page, in a browser, beside pages on which nothing is asked.

`python benchmarks/page.py http://127.0.0.1:8000` against a warm server with the shipped corpus;
needs the extra [dev] and Debian's chromium. By the browser's own clock: milliseconds from the
beginning of a navigation to the frame that shows what is waited for. Each question is followed by
the same for a page of one line and for the page without a question, so that whatever else the
machine does falls on all alike. And what a first load weighs on the wire.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from urllib.parse import quote_plus

from playwright.sync_api import Browser, Page, Request, sync_playwright

TOPICS = ("informal settlements", "water", "food", "buses", "masks", "schools", "markets",
          "shelter", "museums", "rents")  # fmt: skip
WAYS = ("how did cities handle {}?", "{} in Africa", "who paid for {}?", "{}")
LIMIT = 300
"""Milliseconds within which 95 of 100 first excerpts are to appear."""

HEAVIEST = 60_000
"""Bytes that a first load may weigh."""

WATCH = """
window.shown = new Promise((done) => {
  const wanted = location.search.includes("q=") ? ".excerpt" : "h1, pre";
  const look = () => {
    if (!document.querySelector(wanted)?.getClientRects().length) {
      requestAnimationFrame(look);
      return;
    }
    const painted = new MessageChannel();
    painted.port1.onmessage = () => done(performance.now());
    requestAnimationFrame(() => painted.port2.postMessage(null));
  };
  requestAnimationFrame(look);
});
"""
"""Waits until an element is laid out, then for the frame after it to be painted."""


def waited(page: Page, address: str) -> float:
    """Milliseconds until a page shows what is waited for, its address having been typed."""
    page.goto(address, wait_until="load")
    return float(page.evaluate("window.shown"))


def sent(page: Page, server: str, question: str) -> float:
    """The same after a question was typed into the empty page, and sent."""
    page.goto(server, wait_until="load")
    page.fill("#q", question)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    return float(page.evaluate("window.shown"))


def report(name: str, times: list[float]) -> float:
    """Print a line, and return the 95th percentile."""
    worst = statistics.quantiles(times, n=20)[-1]
    print(f"{name:<28} median {statistics.median(times):6.0f} ms   p95 {worst:6.0f} ms")
    return worst


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


def measured(browser: Browser, server: str, questions: list[str]) -> dict[str, list[float]]:
    """Milliseconds by what is waited for; each question is asked once, of a warm server."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    waited(page, f"{server}/?q=warm")
    times: dict[str, list[float]] = {}
    for number, question in enumerate(questions):
        asked = f"{server}/?q={quote_plus(question)}"
        times.setdefault("a page of one line", []).append(waited(page, f"{server}/healthz"))
        times.setdefault("the page without a question", []).append(waited(page, server))
        first = waited(page, asked) if number % 2 else sent(page, server, question)
        times.setdefault("first excerpt of an answer", []).append(first)
    return times


def main(server: str) -> int:
    """Measure; exit status 1 if a limit is missed."""
    questions = [way.format(topic) for way in WAYS for topic in TOPICS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        times = measured(browser, server, questions)
        heaviest = max(
            weighed(browser, "first load, empty page", server),
            weighed(browser, "first load, an answer", f"{server}/?q={quote_plus(questions[0])}"),
        )
        browser.close()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    _, empty, asked = times.values()
    limits = [report(name, each) for name, each in times.items()]
    more = [a - b for a, b in zip(asked, empty, strict=True)]
    report("more than without a question", more)
    return 0 if limits[-1] <= LIMIT and heaviest <= HEAVIEST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
