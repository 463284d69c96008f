"""`citywise doctor`."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from indexer import __version__
from indexer.errors import SettingsError
from search_api.cli.console import safe, stdout
from search_api.cli.options import JSON
from search_api.doctor.examination import examine
from search_api.doctor.finding import Finding
from search_api.settings import read_settings
from search_api.sources import find_source

_MARKS = {"ok": "✓", "note": "·", "wrong": "✗"}


@click.command(epilog="Example: citywise doctor --index index")
@click.option("--index", type=click.Path(path_type=Path),
              help="Folder of the index.  [default: $CITYWISE_INDEX or index]")  # fmt: skip
@click.option("--store", metavar="URL",
              help="A store beyond this machine.  [default: $CITYWISE_STORE or none]")  # fmt: skip
@JSON
def doctor(index: Path | None, store: str | None, as_json: bool) -> int:
    """Look at program, packages, model, index, disk, keys, feedback and settings.

    Say what is wrong, and the cure. The index is opened and asked; `citywise verify` compares
    every byte of it. Exit status 1 if anything is wrong.
    """
    try:
        settings = read_settings()
        url = settings.store if store is None else store
        folder = index or settings.index
        opens = partial(find_source, folder, url, settings.cache) if url else None
        findings = examine(settings, folder, opens)
    except SettingsError as error:
        findings = [Finding("settings", "wrong", str(error), "correct it in the environment")]
    wrong = [finding for finding in findings if finding.state == "wrong"]
    if as_json:
        told = {
            "citywise": __version__,
            "healthy": not wrong,
            "findings": list(map(asdict, findings)),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _show(findings)
    return 1 if wrong else 0


def _show(findings: list[Finding]) -> None:
    console = stdout()
    for each in findings:
        line = f"{_MARKS[each.state]} {each.about}: {safe(each.said)}"
        console.print(line, markup=False, soft_wrap=True)
        if each.mend is not None:
            console.print(f"    → {safe(each.mend)}", markup=False, soft_wrap=True)
