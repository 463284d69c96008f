"""The progress of a build, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from indexer.report import Steps
from search_api.cli.console import stderr


@contextmanager
def progress() -> Iterator[Steps]:
    """Show steps, rate and time left on a terminal; in a pipe, stay quiet."""
    console = stderr()
    if not console.is_terminal:
        yield Steps()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Starting", total=None)

        def begin(step: str) -> None:
            bar.reset(task, description=step, total=None)

        def embedded(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        def read(done: int) -> None:
            bar.update(task, completed=done)

        yield Steps(begin, embedded, read)


class _Rate(ProgressColumn):
    """Documents or passages a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="dim")
