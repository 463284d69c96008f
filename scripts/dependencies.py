"""Every package that citywise needs, with its licence; fails on what is not known.

    python -m scripts.dependencies            # a table in Markdown
    python -m scripts.dependencies --check    # says only what is wrong

A package is known if it is pinned in `constraints.txt` in the version that is installed and its
licence is one that may be passed on. Nothing is skipped: what is needed and not installed fails
too, unless its marker says that it is for other machines.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = "citywise"

PERMITTED = re.compile(
    r"\b(?:MIT(?:-0|-CMU)?|BSD|0BSD|Apache|ISC|ISCL|MPL|Mozilla|PSF|Python|Zlib|Unlicense|CC0)\b"
)
LINKED = {"psycopg", "psycopg-binary", "psycopg-pool"}
"""Under the LGPL 3: permitted to whoever uses them as they are, as a library that can be exchanged.
They are of an extra, and imported only where an address names PostgreSQL."""
REFUSED = re.compile(r"\bA?GPL", re.IGNORECASE)

READ_BY_HAND = {
    "axe-playwright-python": "MIT (its repository)",
    "locate": "MIT (its LICENSE; the classifier is wrong)",
    "pyftpdlib": "MIT (its LICENSE)",
}
"""Packages whose metadata do not say what their licence files do."""


def key(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    """Versions by package, as constraints say them."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    parted = (line.split("==") for line in lines if "==" in line)
    return {key(name): version for name, version in parted}


def declared(everything: bool) -> list[Requirement]:
    """What the project itself asks for, to answer or for everything."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values() if everything else ()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return [wanted for line in lines if (wanted := Requirement(line)).name != PROJECT]


def needed(asked: list[Requirement]) -> tuple[dict[str, str], set[str]]:
    """All that is needed, however indirectly: installed versions, and names not installed."""
    found: dict[str, str] = {}
    missing: set[str] = set()
    waiting = [(wanted.name, extra) for wanted in asked for extra in ("", *wanted.extras)]
    seen = set[tuple[str, str]]()
    while waiting:
        name, extra = waiting.pop()
        if (key(name), extra) in seen:
            continue
        seen.add((key(name), extra))
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            missing.add(key(name))
            continue
        found[key(name)] = package.version
        for line in package.requires or []:
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                waiting += [(wanted.name, each) for each in ("", *wanted.extras)]
    return found, missing


def licence(name: str) -> str:
    """A package's licence: its SPDX expression, or its classifiers, or the first line of it."""
    if key(name) in READ_BY_HAND:
        return READ_BY_HAND[key(name)]
    about = importlib.metadata.metadata(name)
    classified = [
        line.rpartition("::")[2].strip()
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    expressed, written = (
        about.get_all(field) or [""] for field in ("License-Expression", "License")
    )
    return (expressed[0] or "; ".join(classified) or written[0]).strip().partition("\n")[0]


def faults(found: dict[str, str], missing: set[str], pinned: dict[str, str]) -> list[str]:
    """What is wrong, a sentence each."""
    wrong = [f"{name} is needed and not installed" for name in sorted(missing)]
    for name, version in sorted(found.items()):
        said = licence(name)
        if pinned.get(name) != version.partition("+")[0]:  # torch says which build it is
            wrong.append(f"{name} {version}: constraints.txt has {pinned.get(name, 'nothing')}")
        linked = name in LINKED and said == "LGPL-3.0-only"
        if REFUSED.search(said) or not (linked or PERMITTED.search(said)):
            wrong.append(f"{name}: licence {said!r} is not one that is permitted; read it")
    return wrong


def main() -> int:
    """Print the table, or what is wrong; exit status 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    found, missing = needed(declared(everything=True))
    serving, _ = needed(declared(everything=False))
    wrong = faults(found, missing, pins((ROOT / "constraints.txt").read_text(encoding="utf-8")))
    if not check:
        sys.stdout.write("| package | version | licence | needed to |\n|---|---|---|---|\n")
        for name, version in sorted(found.items()):
            use = "answer" if name in serving else "build or develop"
            sys.stdout.write(f"| {name} | {version} | {licence(name)} | {use} |\n")
    for sentence in wrong:
        sys.stderr.write(f"{sentence}\n")
    if check and not wrong:
        sys.stdout.write(f"All {len(found)} packages are pinned and may be passed on.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
