"""The images of the Containerfile, built and run."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest

from tests.bounds import LONG, program
from tests.conftest import ROOT

pytestmark = pytest.mark.faults


@pytest.mark.skipif(not LONG, reason="did not run: takes many minutes; CITYWISE_LONG=1 runs it")
def test_both_images_are_built_and_do_what_they_are_for() -> None:
    """`TEST_CONTAINER` holds options, such as `--base IMAGE`, and where pip finds packages."""
    program("buildah", "buildah")
    program("debootstrap", "debootstrap")
    if os.geteuid() != 0:
        pytest.skip("did not run: this user may build no image from Debian's packages")
    told = shlex.split(os.environ.get("TEST_CONTAINER", ""))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.container", *told],
        cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    print(done.stdout)  # noqa: T201 - shown by -s
    assert (done.returncode, done.stderr) == (0, "")
    assert "ended by SIGTERM" in done.stdout
