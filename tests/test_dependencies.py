from __future__ import annotations

from typing import Any

import pytest
from packaging.requirements import Requirement

from scripts import advisories
from scripts.dependencies import declared, faults, licence, needed, pins
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
