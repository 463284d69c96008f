"""`citywise verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.errors import CitationError, DamagedError
from indexer.snapshot.source import Source
from search_api.cli.console import complain, safe, stdout
from search_api.cli.options import INDEX, JSON, SNAPSHOT, STORE
from search_api.settings import read_settings
from search_api.sources import find_source

if TYPE_CHECKING:
    from search_api.citations.verification import Checked


@click.command(
    epilog="Example: citywise verify --index index\n\n"
    "Example: citywise verify --citation references.json"
)
@INDEX
@STORE
@click.option("--citation", "file", type=click.Path(path_type=Path), metavar="FILE",
              help="Check old citations: CSL-JSON, or what `cite --json` printed.")  # fmt: skip
@SNAPSHOT
@JSON
def verify(
    index: Path, store: str | None, file: Path | None, snapshot: str | None, as_json: bool
) -> int:
    """Check every file of the index against its checksum and every passage against its source.

    Exit status 1 if anything is wrong; each thing is named. With --citation, says of each old
    citation whether the cited words are unchanged, moved or gone; exit status 1 if any are gone.
    """
    source = find_source(index, store, read_settings().cache)
    if file is not None:
        return _verify_citations(source, file, snapshot, as_json)
    if snapshot is not None:
        raise click.UsageError("--snapshot says where to look for a --citation")
    return _verify_index(source, as_json)


def _verify_index(source: Source, as_json: bool) -> int:
    name, passages = None, 0
    try:
        published = source.published()
        name, passages = published.manifest.id, published.manifest.passages
        problems = source.verify(published)
    except DamagedError as error:
        problems = [str(error)]
    if as_json:
        click.echo(json.dumps({"index": name, "problems": problems}, ensure_ascii=False, indent=1))
        return 1 if problems else 0
    for problem in problems:
        complain(problem)
    if not problems:
        stdout().print(f"Index {name} is whole: every file, and all {passages:,} passages.")
    return 1 if problems else 0


def _verify_citations(source: Source, file: Path, snapshot: str | None, as_json: bool) -> int:
    from search_api.citations.cited import read_citations
    from search_api.citations.kept import kept_passages
    from search_api.citations.verification import Held, check_all

    try:
        text = file.read_text(encoding="utf-8-sig")
    except ValueError as error:
        raise CitationError(f"{file}: not in UTF-8; save it so") from error
    cited = read_citations(text, str(file))
    with kept_passages(source, snapshot) as (passages, identity):
        held = Held(passages, identity, read_settings().public_url)
        found = check_all(held, cited)
    if as_json:
        click.echo(found.model_dump_json(indent=1))
        return 1 if found.gone else 0
    for number, each in enumerate(found.citations, 1):
        stdout().print(f"{number}. {safe(_line(each))}", markup=False)
    stdout().print(
        f"{found.unchanged} unchanged, {found.moved} moved, {found.gone} gone; "
        f"index {found.snapshot}",
        style="dim",
    )
    return 1 if found.gone else 0


def _line(checked: Checked) -> str:
    """What became of a citation, and where to look."""
    now = checked.now
    name = checked.cited.passage or (now.passage_id if now else None) or "citation"
    where = f" ({now.permalink or now.document})" if now else ""
    return f"{checked.status}: {name}: {checked.detail}{where}"
