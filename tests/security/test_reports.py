"""No library reports to its maker what is done here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.security


def test_onnx_runtime_notes_nothing_for_its_maker(built: Path, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "CITYWISE_CACHE": str(tmp_path / "ours")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-m", "search_api", "ask", "water tanks", "--index", str(built)],
        cwd=ROOT, env=kept | home, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert [path for path in tmp_path.rglob("*") if "icrosoft" in path.name] == []
