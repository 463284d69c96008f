"""`citywise snapshots`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from indexer.errors import SnapshotError
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.history import (
    Change,
    Difference,
    Entry,
    Kept,
    compare,
    list_kept,
    roll_back,
)
from indexer.snapshot.manifest import Manifest
from indexer.snapshot.source import FolderSource
from search_api.cli.console import complain, safe, stdout
from search_api.cli.options import INDEX, JSON, STORE
from search_api.settings import read_settings

if TYPE_CHECKING:
    from indexer.stores.store import Store, Version

_TAKEN = {"list": 0, "diff": 2, "rollback": 1}
"""How many ids each action takes."""


@click.command(
    epilog="Example: citywise snapshots list\n\n"
    "Example: citywise snapshots diff 9970015f6cfd512d 27da3ac867100f5c\n\n"
    "Example: citywise snapshots rollback 9970015f6cfd512d"
)
@click.argument("action", type=click.Choice(list(_TAKEN)), default="list")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@INDEX
@STORE
@JSON
def snapshots(
    action: str, ids: tuple[str, ...], index: Path, store: str | None, as_json: bool
) -> int:
    """List the snapshots that are kept, compare two of them, or go back to one.

    `list` shows the one published last first; exit status 1 if none is current. `diff A B` names
    the documents that are new in B, gone from it, or changed. `rollback ID` checks every byte of a
    snapshot and publishes it again in one step; exit status 1, and nothing changed, if any is
    wrong. Servers pick it up; the next `citywise index` publishes what the corpus holds then.
    """
    if len(ids) != _TAKEN[action]:
        wanted = {0: "no id", 1: "1 id"}.get(_TAKEN[action], f"{_TAKEN[action]} ids")
        raise click.UsageError(f"`snapshots {action}` takes {wanted}, {len(ids)} given")
    if store:
        return _stored(store, action, ids, as_json)
    folder = IndexFolder(index)
    if not folder.ids():
        folder.published()  # says that there is no index
    if action == "list":
        return _list(folder, as_json)
    if action == "diff":
        return _diff(compare(FolderSource(index), *ids), as_json)
    return _roll_back(folder, ids[0], as_json)


def _stored(url: str, action: str, ids: tuple[str, ...], as_json: bool) -> int:
    """What is done with the snapshots that a store keeps."""
    from indexer.stores.opening import open_store

    store = open_store(url, read_settings().cache)
    if action == "diff":
        return _diff(compare(store, *ids), as_json)
    if action == "list":
        store.published()  # says what is wrong, if nothing is
        _print_kept([_kept(store, each) for each in store.versions()], as_json)
        return 0
    chosen = store.kept(ids[0])
    problems = store.verify(chosen)
    if not problems:
        store.roll_back(ids[0])
    return _rolled_back(ids[0], problems, as_json)


def _kept(store: Store, version: Version) -> Kept:
    manifest = store.kept(version.id).manifest
    return Kept(version.id, version.current, version.size, manifest)


def _print_kept(kept: Sequence[Kept], as_json: bool) -> None:
    if as_json:
        _print_json({"snapshots": [_described(each) for each in kept]})
    else:
        stdout().print(_table(kept))


def _list(folder: IndexFolder, as_json: bool) -> int:
    kept = list_kept(folder)
    _print_kept(kept, as_json)
    problems = [] if as_json else [each.problem for each in kept if each.problem]
    is_current = any(each.current for each in kept)
    if not is_current:
        problems += [said for said in (_unpublished(folder),) if said not in problems]
        problems.append("none is current; go back to one with `citywise snapshots rollback ID`")
    for problem in problems:
        complain(problem)
    return 0 if is_current else 1


def _unpublished(folder: IndexFolder) -> str:
    """Why nothing is published."""
    try:
        return f"{folder.published().path}: not among the snapshots"
    except SnapshotError as error:
        return str(error)


def _described(kept: Kept) -> dict[str, Any]:
    about = _about(kept.manifest) if kept.manifest else {"id": kept.id}
    return about | {"current": kept.current, "bytes": kept.size, "problem": kept.problem}


def _about(manifest: Manifest) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "built": manifest.built,
        "documents": manifest.documents,
        "passages": manifest.passages,
        "model": manifest.model.name,
    }


def _table(kept: Sequence[Kept]) -> Table:
    table = Table("", "Snapshot", "Built", "Documents", "Passages", "Model", "MB")
    for column in table.columns[3:5] + table.columns[6:]:
        column.justify = "right"
    for each in kept:
        row = [f"{each.size / 1e6:,.1f}"] if each.manifest else []
        if (about := each.manifest) is not None:
            row = [about.built, f"{about.documents:,}", f"{about.passages:,}",
                   safe(about.model.name), *row]  # fmt: skip
        table.add_row("current" if each.current else "", each.id, *map(Text, row))
    return table


def _diff(found: Difference, as_json: bool) -> int:
    if as_json:
        told = asdict(found) | {"before": _about(found.before), "after": _about(found.after)}
        _print_json(told)
        return 0
    console = stdout()
    for sign, entries in (("+", found.added), ("-", found.removed)):
        for entry in entries:
            console.print(Text(safe(f"{sign} {_entry(entry)}")))
    for change in found.changed:
        console.print(Text(safe(f"~ {_change(change)}")))
    if found.before.model != found.after.model:
        names = found.before.model.name, found.after.model.name
        console.print(Text(safe(f"model: {names[0]}, then {names[1]}")))
    console.print(
        f"Documents: {len(found.added):,} added, {len(found.removed):,} removed, "
        f"{len(found.changed):,} changed, {found.unchanged:,} unchanged",
        style="dim",
    )
    return 0


def _entry(entry: Entry) -> str:
    return f"{entry.id}: {entry.title} ({_passages(entry.passages)})"


def _change(change: Change) -> str:
    """What is no longer the same, and how many passages are new and gone."""
    what = [name for name in ("text", "metadata") if getattr(change, name)] or ["passages"]
    passages = f"{change.added:,} new, {change.removed:,} gone, now {_passages(change.after)}"
    return f"{change.id}: {change.title} ({' and '.join(what)} changed; {passages})"


def _passages(count: int) -> str:
    return f"{count:,} passage{'' if count == 1 else 's'}"


def _roll_back(folder: IndexFolder, identity: str, as_json: bool) -> int:
    return _rolled_back(identity, roll_back(folder, identity), as_json)


def _rolled_back(identity: str, problems: Sequence[str], as_json: bool) -> int:
    if as_json:
        _print_json({"snapshot": identity, "published": not problems, "problems": list(problems)})
    elif problems:
        for problem in problems:
            complain(problem)
        complain(f"snapshot {identity} is damaged; what was published before still is")
    else:
        stdout().print(
            f"Snapshot {identity} is published again; servers pick it up. The next "
            "`citywise index` publishes what the corpus holds then.",
            markup=False,
        )
    return 1 if problems else 0


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
