"""How far tests go: bounded in CI, longer by `make soak`; and what they may not do without."""

from __future__ import annotations

import os
import shutil

import pytest

LONG = os.environ.get("CITYWISE_LONG") == "1"


def bounded(short: int, long: int) -> int:
    """The one in CI, the other by `make soak`."""
    return long if LONG else short


def program(name: str, package: str) -> str:
    """The path of a program; without it a test is skipped, or fails where tools are required."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        reason = f"no {name} on this machine: apt-get install {package}"
        if os.environ.get("CITYWISE_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(f"did not run: {reason}")
    return found
