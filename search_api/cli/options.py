"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from search_api.settings import read_settings


def _index(context: click.Context, option: click.Parameter, value: Path | None) -> Path:
    return value or read_settings().index


def _reranker(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    return read_settings().reranker if value is None else value


def _store(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    return (read_settings().store if value is None else value) or None


INDEX = click.option(
    "--index",
    type=click.Path(path_type=Path),
    callback=_index,
    help="Folder of the index.  [default: $CITYWISE_INDEX or index]",
)
STORE = click.option(
    "--store",
    metavar="URL",
    callback=_store,
    help="A store beyond this machine, as postgresql://host/database.  "
    "[default: $CITYWISE_STORE or none]",
)
SNAPSHOT = click.option(
    "--snapshot", metavar="ID", help="An older snapshot that is still kept.  [default: published]"
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON alone on stdout.")
RERANKER = click.option(
    "--reranker",
    metavar="NAME_OR_PATH",
    callback=_reranker,
    help="A cross-encoder for the first 20 passages.  [default: $CITYWISE_RERANKER or none]",
)
MODEL = click.option(
    "--model",
    metavar="NAME_OR_PATH",
    help="A sentence-transformers model.  [default: all-MiniLM-L6-v2, which needs no hub]",
)
