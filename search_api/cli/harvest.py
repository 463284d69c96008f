"""`citywise harvest`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from indexer.errors import MissingExtraError
from search_api.cli.console import list_lines, safe, stderr, stdout
from search_api.cli.options import JSON

if TYPE_CHECKING:
    from indexer.harvest.order import Report


@click.command(
    epilog="Example: citywise harvest https://example.org/sitemap.xml --into corpus/news"
)
@click.argument("url")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), required=True,
              metavar="DIR", help="Folder of the corpus to fill.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=500, show_default=True,
              help="The most pages taken from a sitemap or feed.")  # fmt: skip
@click.option("--delay", type=click.FloatRange(0), default=1.0, show_default=True,
              metavar="SECONDS",
              help="Pause between requests to a host; its robots.txt may raise it.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0,
              show_default=True, metavar="SECONDS",
              help="The longest that an answer may take.")  # fmt: skip
@click.option("--max-bytes", type=click.IntRange(1), default=10_000_000, show_default=True,
              help="The largest page, sitemap or feed, unpacked.")  # fmt: skip
@click.option("--any-host", is_flag=True, help="Take pages of other sites too.")
@click.option("--allow-private", is_flag=True, help="Fetch from private networks too.")
@click.option("--overwrite", is_flag=True, help="Replace files that were edited.")
@JSON
def harvest(
    url: str,
    into: Path,
    limit: int,
    delay: float,
    timeout: float,
    max_bytes: int,
    any_host: bool,
    allow_private: bool,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Fetch the page at URL, or the pages that a sitemap or feed there names, into a corpus.

    Keeps to robots.txt; run again, it fetches only what is new or has changed. Exit status 1 if
    some page could not be fetched; each is named.
    """
    try:
        from indexer.harvest.harvest import harvest as run
        from indexer.harvest.order import Order
    except ImportError as error:
        raise MissingExtraError("Harvesting", "indexer") from error

    order = Order(url, into, limit, delay, timeout, max_bytes, any_host, allow_private, overwrite)
    with _progress() as tell:
        report = run(order, tell)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        _show(report, into)
    return 1 if report.failed else 0


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show the address under way on a terminal; in a pipe, stay quiet."""
    console = stderr()
    if not console.is_terminal:
        yield lambda url: None
        return
    asked = 0
    with console.status("Harvesting") as status:

        def tell(url: str) -> None:
            nonlocal asked
            asked += 1
            status.update(Text(f"{asked:,}  {safe(url)}"))

        yield tell


def _show(report: Report, into: Path) -> None:
    stdout().print(
        f"{report.fetched:,} fetched into {into}, {report.unchanged:,} unchanged, "
        f"{len(report.failed):,} failed, {len(report.left_out):,} left out, {report.seconds:.1f} s",
        markup=False,
    )
    list_lines("Failed", report.failed)
    list_lines("Left out", report.left_out)
