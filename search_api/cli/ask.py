"""`citywise ask`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from search_api.cli.console import safe, stdout
from search_api.cli.filtering import with_filters
from search_api.cli.options import INDEX, JSON, RERANKER, STORE
from search_api.cli.references import reference
from search_api.engine.answer import Answer, CityRef, Result
from search_api.engine.filters import Filters
from search_api.engine.grouping import Grouping, speaking
from search_api.engine.verdict import headline
from search_api.exports import EXPORTS, ExportFormat, export
from search_api.reranking import find_reranker
from search_api.settings import read_settings

SHOWN = 5
MOST = 100
NAMED = 4
"""Cities that the heading of one block names."""

AROUND = 300
"""Characters of an excerpt that a terminal shows on each side of the marked sentence."""


@click.command(epilog='Example: citywise ask "how did cities handle informal settlements?"')
@click.argument("question")
@INDEX
@STORE
@click.option("-k", type=click.IntRange(1, MOST), default=SHOWN, show_default=True,
              help="Excerpts wanted.")  # fmt: skip
@with_filters
@click.option("--group", type=click.Choice(get_args(Grouping)), default="city", show_default=True,
              help="A block for each city, or one plain ranking.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(("text", "json", *EXPORTS)), default="text",
              show_default=True, help="What to print: --json is json.")  # fmt: skip
@RERANKER
@JSON
def ask(
    question: str,
    index: Path,
    store: str | None,
    k: int,
    filters: Filters,
    group: Grouping,
    form: Literal["text", "json"] | ExportFormat,
    reranker: str | None,
    as_json: bool,
) -> int:
    """Answer QUESTION with cited excerpts, city by city.

    Exit status 1 if there is no good evidence; what came nearest is shown nevertheless.
    """
    from search_api.engine.searcher import Searcher
    from search_api.sources import find_source, open_published

    settings = read_settings()
    source = find_source(index, store, settings.cache)
    searcher = Searcher(open_published(source), reranker=find_reranker(reranker))
    answer = searcher.ask(question, k, filters=filters, group=group)
    if as_json or form == "json":
        click.echo(answer.model_dump_json(indent=1))
    elif form == "text":
        show(answer, stdout(), group)
    else:
        click.echo(export(answer, form, base=settings.public_url)[1], nl=False)
    return 0 if answer.results and answer.verdict != "none" else 1


def show(answer: Answer, console: Console, group: Grouping = "city") -> None:
    """Print an answer for a reader."""
    if said := headline(answer):
        console.print()
        console.print(Text(safe(said)))
    if group == "city":
        for heading, results in _blocks(answer):
            console.print()
            console.print(heading)
            for result in results:
                _show_result(result, console)
    else:
        for result in answer.results:
            console.print()
            _show_result(result, console)
    _show_related(answer, console)
    console.print()
    index, shown = answer.index, len(answer.results)
    console.print(
        f"{shown} excerpt{'' if shown == 1 else 's'} from {index.documents:,} documents in "
        f"{answer.timings_ms.total:.0f} ms; index {index.id}",
        style="dim",
    )


def _show_related(answer: Answer, console: Console) -> None:
    if answer.related:
        console.print()
        console.print("Related questions", style="bold")
        for question in answer.related:
            _print_indented(Text(safe(question)), console)


def _show_result(result: Result, console: Console) -> None:
    console.print(_heading(result))
    _print_indented(_excerpt(result, cut=console.is_terminal), console)
    _print_indented(Text(safe(reference(result, cut=console.is_terminal)), style="dim"), console)


def _blocks(answer: Answer) -> Iterator[tuple[Text, list[Result]]]:
    """The excerpts of each city, or of several that share them, under the cities' names."""
    blocks: dict[tuple[str, ...], list[Result]] = {}
    for result in answer.results:
        blocks.setdefault(tuple(speaking(result)), []).append(result)
    more = {city.id: city.more for city in answer.cities}
    for ids, results in blocks.items():
        yield _block_heading([c for c in results[0].cities if c.id in ids], more), results


def _block_heading(cities: Sequence[CityRef], more: Mapping[str, int]) -> Text:
    names = [f"{city.name}, {city.country_name}" for city in cities]
    shown = "; ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" * (len(names) > NAMED))
    heading = Text(safe(shown or "No city in particular"), style="bold green")
    if len(cities) == 1 and (left := more[cities[0].id]):
        heading.append(f"  ({left} more; --city {safe(cities[0].name)!r} shows them)", style="dim")
    return heading


def _print_indented(text: Text, console: Console) -> None:
    """Indent by four: wrapped lines on a terminal, whole ones without trailing space in a pipe."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, 4), expand=False))
    else:
        for line in text.split("\n"):
            if line.plain.strip():
                console.print(Text("    ") + line)


def _heading(result: Result) -> Text:
    document = result.document
    heading = Text(f"{result.rank:>2}. ")
    heading.append(safe(document.title or document.id), style="bold cyan")
    if result.section:
        heading.append(safe(" › " + " › ".join(result.section)))
    heading.append(f"  ({', '.join(filter(None, (document.kind, document.date)))})", style="dim")
    return heading


def _excerpt(result: Result, *, cut: bool) -> Text:
    """The excerpt with its best sentence in bold, on a terminal cut to what is around that."""
    text = Text()
    for number, segment in enumerate(result.segments):
        piece = segment.text
        if cut and not segment.mark and len(piece) > AROUND:
            piece = _head(piece) if number else _tail(piece)
        text.append(safe(piece).replace("\t", " · "), style="bold" if segment.mark else "")
    return text


def _head(text: str) -> str:
    return (text[:AROUND].rsplit(maxsplit=1) or [""])[0] + " […]"


def _tail(text: str) -> str:
    return "[…] " + (text[-AROUND:].split(maxsplit=1) or [""])[-1]
