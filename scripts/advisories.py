"""What is known against each package that is pinned, by PyPI's advisories; asks a network.

    python -m scripts.advisories                    # fails where nothing can be looked up
    python -m scripts.advisories --where-reachable  # says so there, and fails no offline machine

`pip-audit` (in `build/audit`, which `make audit` makes) passes over what it does not find, and then
says that nothing is known. Here a package that was passed over fails as one with an advisory does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PROGRAM = ROOT / "build" / "audit" / "bin" / "pip-audit"
OPTIONS = ("--format", "json", "--progress-spinner", "off", "--no-deps", "--disable-pip")

UNREACHABLE = (
    "No advisories were looked up: PyPI's cannot be reached from here. "
    "Run `make audit` with a network before a release."
)


def looked_up() -> list[dict[str, Any]]:
    """What pip-audit says of each package; nothing if it could ask nobody."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        [PROGRAM, *OPTIONS, "-r", ROOT / "constraints.txt"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return []  # it ended before it had an answer
    return found


def faults(packages: list[dict[str, Any]]) -> list[str] | None:
    """What is wrong, a sentence each; None if no package at all could be looked up."""
    if all("skip_reason" in each for each in packages):
        return None
    wrong = [
        f"{each['name']}: not looked up ({each['skip_reason']})"
        for each in packages
        if "skip_reason" in each
    ]
    for each in packages:
        for known in each.get("vulns", []):
            mended = ", ".join(known["fix_versions"]) or "no version yet"
            wrong.append(f"{each['name']} {each['version']}: {known['id']}, mended in {mended}")
    return wrong


def main() -> int:
    """Say what is wrong; exit status 1 if anything is, 2 if nothing could be looked up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--where-reachable", action="store_true")
    lenient = parser.parse_args().where_reachable
    packages = looked_up()
    wrong = faults(packages)
    if wrong is None:
        sys.stderr.write(f"{'SKIPPED: ' if lenient else ''}{UNREACHABLE}\n")
        return 0 if lenient else 2
    for sentence in wrong:
        sys.stderr.write(f"{sentence}\n")
    if not wrong:
        sys.stdout.write(f"Nothing is known against any of {len(packages)} packages.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
