"""`citywise ask`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from search_api.cli.console import safe, stdout
from search_api.cli.options import INDEX, JSON
from search_api.engine.answer import Answer, Result

SHOWN = 5
MOST = 100
AROUND = 300
"""Characters of an excerpt that a terminal shows on each side of the marked sentence."""


@click.command(epilog='Example: citywise ask "how did cities handle informal settlements?"')
@click.argument("question")
@INDEX
@click.option("-k", type=click.IntRange(1, MOST), default=SHOWN, show_default=True,
              help="Excerpts wanted.")  # fmt: skip
@JSON
def ask(question: str, index: Path, k: int, as_json: bool) -> int:
    """Answer QUESTION with ranked, cited excerpts; exit status 1 if there are none."""
    from indexer.snapshot.snapshot import open_snapshot
    from search_api.engine.searcher import Searcher

    answer = Searcher(open_snapshot(index)).ask(question, k)
    if as_json:
        click.echo(answer.model_dump_json(indent=1))
    else:
        show(answer, stdout())
    return 0 if answer.results else 1


def show(answer: Answer, console: Console) -> None:
    """Print an answer for a reader."""
    for result in answer.results:
        console.print()
        console.print(_heading(result))
        _print_indented(_excerpt(result, cut=console.is_terminal), console)
        _print_indented(Text(safe(result.citation), style="dim"), console)
    console.print()
    index, shown = answer.index, len(answer.results)
    console.print(
        f"{shown} excerpt{'' if shown == 1 else 's'} from {index.documents:,} documents in "
        f"{answer.timings_ms.total:.0f} ms; index {index.id}",
        style="dim",
    )


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
