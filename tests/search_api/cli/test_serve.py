from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import VECTORS
from tests.conftest import ROOT


def served(index: Path, port: int) -> tuple[int, str]:
    """Start a server that cannot start: its exit status, and what it says."""
    command = [sys.executable, "-m", "search_api", "serve", "--index", str(index)]
    done = subprocess.run(
        [*command, "--port", str(port)], capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


@pytest.mark.slow
def test_a_port_that_is_taken_is_wrong_use_and_named(built: Path, taken: int) -> None:
    status, said = served(built, taken)
    assert str(taken) in said
    assert "Traceback" not in said
    assert status == 2


@pytest.mark.slow
def test_a_damaged_index_is_named_without_a_traceback(index_copy: IndexFolder) -> None:
    vectors = index_copy.published().path / VECTORS
    vectors.write_bytes(vectors.read_bytes()[:100])
    status, said = served(index_copy.root, 0)
    assert f"{vectors}: 100 bytes instead of " in said
    assert "Traceback" not in said
    assert status == 2
