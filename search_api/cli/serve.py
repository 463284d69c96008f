"""`citywise serve`."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from logging.config import dictConfig
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from search_api.cli.options import INDEX, RERANKER, STORE
from search_api.reranking import find_reranker
from search_api.settings import read_settings


@click.command("serve", epilog="Example: citywise serve --port 8000")
@INDEX
@STORE
@click.option("--source", metavar="URL",
              help="An index elsewhere (a folder, s3://..., any that fsspec knows) that --index is "
                   "kept equal to.  [default: $CITYWISE_SOURCE or none]")  # fmt: skip
@click.option("--host", help="Address to listen on.  [default: $CITYWISE_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535),
              help="Port to listen on.  [default: $CITYWISE_PORT or 8000]")  # fmt: skip
@click.option("--workers", type=click.IntRange(1),
              help="Processes that serve.  [default: $CITYWISE_WORKERS or 1]")  # fmt: skip
@RERANKER
def serve_command(
    index: Path,
    store: str | None,
    source: str | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    reranker: str | None,
) -> int:
    """Serve the API; a newly published index is picked up without a restart."""
    from search_api.engine.current import check_published
    from search_api.following import following
    from search_api.logs import log_config
    from search_api.serving import serve
    from search_api.sources import find_source

    settings = read_settings()
    chosen_host = host or settings.host
    chosen_port = settings.port if port is None else port
    lines = log_config(settings.log_format)
    dictConfig(lines)
    find_reranker(reranker)
    _check_free(chosen_host, chosen_port)
    os.environ["CITYWISE_INDEX"] = str(index.absolute())  # workers read their settings afresh
    os.environ["CITYWISE_STORE"] = store or ""
    os.environ["CITYWISE_RERANKER"] = reranker or ""
    processes = workers or settings.workers
    with (
        following(source or settings.source or None, index, settings.source_seconds),
        _shared_figures(processes > 1 and settings.metrics),
    ):
        found = find_source(index, store, settings.cache)
        check_published(found)  # what is wrong with the index is said now, not in a worker's log
        found.close()
        started = serve(chosen_host, chosen_port, processes, lines)
    return 0 if started else 2


@contextmanager
def _shared_figures(shared: bool) -> Iterator[None]:
    """Have prometheus-client, which each worker loads, keep its figures where all can read them."""
    if not shared:
        yield
        return
    with TemporaryDirectory(prefix="citywise-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            pass
    except OSError as error:
        reason = f"{host}, port {port}: cannot listen there ({error.strerror})"
        raise click.UsageError(f"{reason}; choose another with --port") from error
