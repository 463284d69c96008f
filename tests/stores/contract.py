"""Runs the contract and prints a table: what each store promises, and whether it is kept.

python -m tests.stores.contract
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).with_name("test_contract.py")

Results = dict[str, dict[str, list[str]]]
"""Promise to store to the outcomes of its tests."""


class Listener:
    """Takes down what became of each test."""

    def __init__(self) -> None:
        self.found: Results = {}
        self._promises: dict[str, tuple[str, str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        for item in items:
            promise = (item.function.__doc__ or item.name).strip()
            self._promises[item.nodeid] = promise, str(item.callspec.params["kind"])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            promise, kind = self._promises[report.nodeid]
            self.found.setdefault(promise, {}).setdefault(kind, []).append(report.outcome)


def table(found: Results) -> str:
    """The outcomes as a table in Markdown."""
    kinds = list(dict.fromkeys(kind for by_kind in found.values() for kind in by_kind))
    lines = [f"| promise | {' | '.join(kinds)} |", f"|---|{'---|' * len(kinds)}"]
    for promise, by_kind in found.items():
        cells = [_cell(by_kind.get(kind, [])) for kind in kinds]
        lines.append(f"| {promise} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(outcomes: list[str]) -> str:
    if not outcomes or set(outcomes) == {"skipped"}:
        return "did not run"
    return "kept" if set(outcomes) == {"passed"} else "**broken**"


def main() -> int:
    """Run, print, and tell by the exit status whether all promises are kept."""
    listener = Listener()
    status = pytest.main(["-q", "-m", "stores", "--no-header", str(SUITE)], plugins=[listener])
    sys.stdout.write(f"\n{table(listener.found)}\n")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
