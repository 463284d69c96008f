from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import serving

pytestmark = pytest.mark.security

EXAMPLES = 12
"""Of each operation, beside those that its limits suggest."""

HERE = Path(__file__).parent


def test_no_request_that_the_description_suggests_breaks_the_server(
    built: Path, tmp_path: Path
) -> None:
    program = Path(sys.executable).parent / "schemathesis"
    with serving(built, tmp_path) as served:
        done = subprocess.run(
            [program, "--config-file", HERE / "schemathesis.toml", "run",
             f"{served.url}/openapi.json", "--checks", "all",
             "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
             "--generation-deterministic", "--no-color", "--continue-on-failure"],
            capture_output=True, text=True, timeout=300, cwd=tmp_path,
        )  # fmt: skip
        said = served.log.read_text(encoding="utf-8")
    assert done.returncode == 0, done.stdout[-6000:]
    assert "17 selected / 17 total" in done.stdout
    assert '"exception"' not in said
