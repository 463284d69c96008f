"""Libraries that speak of other people's models, silenced."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence exporter and optimiser: what they say is about other people's models."""
    before, nowhere = logging.root.manager.disable, logging.NullHandler()
    logging.disable(logging.CRITICAL)
    logging.root.addHandler(nowhere)  # or the quantiser sets up the whole program's logging
    try:
        with (
            warnings.catch_warnings(),
            Path(os.devnull).open("w") as devnull,
            contextlib.redirect_stdout(devnull),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.root.removeHandler(nowhere)
        logging.disable(before)
