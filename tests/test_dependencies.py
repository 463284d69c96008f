from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from scripts import advisories
from scripts.dependencies import declared, faults, licence, needed, pins
from tests.bounds import LONG
from tests.conftest import ROOT

PINNED = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))


def test_every_package_is_pinned_and_its_licence_is_permitted() -> None:
    found, missing = needed(declared(everything=True))
    assert {"faiss-cpu", "torch", "pytest", "pydantic-core"} <= found.keys()
    assert len(found) > 100
    assert faults(found, missing, PINNED) == []


def test_answering_needs_neither_torch_nor_a_test() -> None:
    found, _ = needed(declared(everything=False))
    assert {"fastapi", "onnxruntime", "prometheus-client"} <= found.keys()
    assert {"torch", "transformers", "pytest"} & found.keys() == set()


def test_what_is_missing_unpinned_or_not_permitted_is_a_fault() -> None:
    found, missing = needed([Requirement("click"), Requirement("no-such-package[x]>=1")])
    assert (list(found), missing) == (["click"], {"no-such-package"})
    assert faults(found, missing, {"click": "1.0"}) == [
        "no-such-package is needed and not installed",
        f"click {found['click']}: constraints.txt has 1.0",
    ]


def test_a_licence_comes_from_whatever_a_package_says() -> None:
    assert [licence(name) for name in ("starlette", "PyStemmer", "locate")] == [
        "BSD-3-Clause",
        "MIT License; BSD License",
        "MIT (its LICENSE; the classifier is wrong)",
    ]


FINE = {"name": "click", "version": "8.5.1", "vulns": []}
PASSED_OVER = {"name": "numpy", "skip_reason": "not found"}
KNOWN = {
    "name": "jinja2",
    "version": "3.1.0",
    "vulns": [
        {"id": "PYSEC-1", "fix_versions": ["3.1.6"]},
        {"id": "PYSEC-2", "fix_versions": []},
    ],
}


@pytest.mark.parametrize(
    ("packages", "wrong"),
    [
        ([FINE, FINE], []),
        ([FINE, PASSED_OVER], ["numpy: not looked up (not found)"]),
        ([FINE, KNOWN], ["jinja2 3.1.0: PYSEC-1, mended in 3.1.6",
                         "jinja2 3.1.0: PYSEC-2, mended in no version yet"]),
        ([PASSED_OVER, PASSED_OVER], None),
        ([], None),
    ],
)  # fmt: skip
def test_what_was_not_looked_up_is_never_taken_for_harmless(
    packages: list[dict[str, Any]], wrong: list[str] | None
) -> None:
    assert advisories.faults(packages) == wrong


RELEASED = ("Makefile", "pyproject.toml", "constraints.txt", "README.md", "LICENSE")


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="did not run: takes half a minute; CITYWISE_LONG=1 runs it")
def test_a_release_comes_with_a_list_of_what_it_is_made_of(tmp_path: Path) -> None:
    for name in RELEASED:
        shutil.copy(ROOT / name, tmp_path)
    for name in ("indexer", "search_api", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name)
    venv = sys.prefix  # as it is: nothing is installed for this
    made = subprocess.run(
        ["make", "release", f"VENV={venv}", "-o", f"{venv}/.installed"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert wheel.name.startswith("citywise-")
    listed = json.loads((tmp_path / "dist" / "citywise.cdx.json").read_text(encoding="utf-8"))
    assert (listed["bomFormat"], listed["metadata"]["component"]["name"]) == (
        "CycloneDX",
        "citywise",
    )
    found, _ = needed(declared(everything=True))
    named = {
        each["name"].lower().replace("_", "-").replace(".", "-") for each in listed["components"]
    }
    assert {name for name in found if name.replace(".", "-") not in named} == set()
    licences = (tmp_path / "dist" / "licences.md").read_text(encoding="utf-8")
    assert "| torch | " in licences
