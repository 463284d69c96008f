from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import BuildTiny
from tests.faults.turns import Turns, make_turns


@pytest.fixture
def turns(tmp_path: Path, build_tiny: BuildTiny) -> Turns:
    return make_turns(tmp_path / "turns", build_tiny)
