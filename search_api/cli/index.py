"""`citywise index`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.errors import MissingExtraError
from search_api.cli.console import list_lines, stdout
from search_api.cli.options import INDEX, JSON, MODEL, STORE
from search_api.settings import read_settings

if TYPE_CHECKING:
    from indexer.embedding.models import Device
    from indexer.report import Report
    from indexer.snapshot.kinds import Wanted
    from indexer.stores.store import Store


@click.command(
    epilog="Example: citywise index corpus --index index\n\n"
    "Example: citywise index corpus --engine ray://10.0.0.1:6379 --shards /mnt/share/shards",
)
@click.argument("corpus", type=click.Path(path_type=Path), default="corpus")
@INDEX
@STORE
@MODEL
@click.option("--keep-going", is_flag=True, help="Leave out what cannot be read, and say so.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto",
              show_default=True, help="What embeds; auto: a GPU if there is one.")  # fmt: skip
@click.option("--vectors", type=click.Choice(["auto", "exact", "rabitq"]), default="auto",
              show_default=True,
              help="How vectors are searched; auto: all of them up to 50,000 passages, "
                   "beyond their codes, and the nearest of these.")  # fmt: skip
@click.option("--engine", metavar="ray[://HOST:PORT]",
              help="What reads and embeds: Ray on this machine, or a cluster that runs.  "
                   "[default: this machine, without Ray]")  # fmt: skip
@click.option("--shards", metavar="URL",
              help="Where an engine's machines leave what they have done: a folder or storage that "
                   "all of them reach by this name.  [default: in the cache]")  # fmt: skip
@JSON
def index(
    corpus: Path,
    index: Path,
    store: str | None,
    model: str | None,
    keep_going: bool,
    device: Device,
    vectors: Wanted,
    engine: str | None,
    shards: str | None,
    as_json: bool,
) -> int:
    """Build or update the index of the documents in CORPUS (a folder or a file; default: corpus).

    Embeds only what changed; publishes in one step or not at all.
    """
    loaded = prepared(store) if store else None
    report = build_index(
        corpus, index, model, keep_going=keep_going, device=device, vectors=vectors,
        engine=engine, shards=shards,
    )  # fmt: skip
    if loaded:
        load(index, loaded)
    if as_json:
        told = asdict(report) | {"warnings": report.warnings}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _show(report, index)
        if loaded:
            stdout().print(f"Published it in {loaded} too.", markup=False)
    return 0


def build_index(
    corpus: Path,
    index: Path,
    model: str | None,
    *,
    keep_going: bool,
    device: Device = "auto",
    vectors: Wanted = "auto",
    engine: str | None = None,
    shards: str | None = None,
) -> Report:
    """Build with progress shown.

    Raises:
        MissingExtraError: what building needs is not installed.
    """
    try:
        from indexer.build import build
        from indexer.embedding.models import DEFAULT_MODEL
        from indexer.report import Recipe
    except ImportError as error:
        raise MissingExtraError("Building an index", "indexer") from error
    from search_api.cli.progress import progress

    settings = read_settings()
    recipe = Recipe(
        corpus,
        index,
        settings.cache,
        model or DEFAULT_MODEL,
        keep_going,
        settings.smallest_place,
        device,
        vectors,
        engine,
        shards,
    )
    with progress() as steps:
        return build(recipe, steps)


def prepared(store: str, name: str | None = None) -> Store:
    """Open a store, and see that it could be published in before anything is built.

    Args:
        store: URL.
        name: of the index in the store, instead of the one that the URL names.

    Raises:
        StoreError: it cannot.
    """
    from indexer.stores.opening import open_store

    opened = open_store(store, read_settings().cache, name)
    opened.prepare()
    return opened


def load(index: Path, store: Store) -> None:
    """Load what an index folder publishes into a store, with progress shown.

    Raises:
        SnapshotError: the store cannot be used; what was published there is whole.
    """
    from indexer.snapshot.folder import IndexFolder
    from search_api.cli.progress import progress

    with progress() as steps:
        store.publish(IndexFolder(index).published(), steps.begin)


def _show(report: Report, index: Path) -> None:
    console = stdout()
    if report.unchanged:
        console.print(f"Nothing has changed: index {report.snapshot} is up to date.")
    else:
        console.print(f"Published index {report.snapshot} in {index}.", markup=False)
    console.print(
        f"{report.documents:,} documents, {report.passages:,} passages, {report.embedded:,} "
        f"newly embedded, {len(report.skipped):,} skipped, {report.seconds:.1f} s"
    )
    list_lines("Note", report.notes)
    list_lines("Skipped", report.skipped)
    list_lines("Warning", report.warnings)
