"""`citywise serve`."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import click

from search_api.cli.options import INDEX
from search_api.settings import read_settings


@click.command(epilog="Example: citywise serve --port 8000")
@INDEX
@click.option("--host", help="Address to listen on.  [default: $CITYWISE_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535),
              help="Port to listen on.  [default: $CITYWISE_PORT or 8000]")  # fmt: skip
@click.option("--workers", type=click.IntRange(1),
              help="Processes that serve.  [default: $CITYWISE_WORKERS or 1]")  # fmt: skip
def serve(index: Path, host: str | None, port: int | None, workers: int | None) -> int:
    """Serve the API; a newly published index is picked up without a restart."""
    import uvicorn

    from search_api.engine.current import CurrentSearcher

    settings = read_settings()
    chosen_host = host or settings.host
    chosen_port = settings.port if port is None else port
    CurrentSearcher(index)  # what is wrong with the index is said now, not in a worker's log
    _check_free(chosen_host, chosen_port)
    os.environ["CITYWISE_INDEX"] = str(index.absolute())  # workers read their settings afresh
    uvicorn.run(
        "search_api.http.app:create_app",
        factory=True,
        host=chosen_host,
        port=chosen_port,
        workers=workers or settings.workers,
        access_log=False,  # addresses hold questions, and these are nobody else's affair
    )
    return 0


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            pass
    except OSError as error:
        reason = f"{host}, port {port}: cannot listen there ({error.strerror})"
        raise click.UsageError(f"{reason}; choose another with --port") from error
