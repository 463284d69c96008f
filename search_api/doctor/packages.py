"""The packages that are needed, and the model."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator

from indexer.errors import CitywiseError
from search_api.doctor.finding import Finding, parted

_NEEDED = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?(?:\s*\(?(?:>=|==)([\d.]+))?")


def look_at_packages() -> Iterator[Finding]:
    """Compare what is installed with what is needed; where building is possible, find the model."""
    mend = "run `pip install citywise` in this environment again"
    try:
        needed = importlib.metadata.requires("citywise") or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding("packages", "wrong", "citywise itself is not installed", mend)
        return
    serving = [line for line in needed if "extra ==" not in line]
    lacking = [said for line in serving if (said := lacks(line))]
    if lacking:
        yield Finding("packages", "wrong", "; ".join(lacking), mend)
    else:
        yield Finding("packages", "ok", f"all {len(serving)} that answering needs are here")
    building = [line for line in needed if 'extra == "indexer"' in line.replace("'", '"')]
    if any(lacks(line) for line in building):
        said = "what building an index needs is not all here; an index from elsewhere can be served"
        yield Finding("building", "note", said, "pip install 'citywise[indexer]'")
    else:
        yield from _model()


def lacks(requirement: str) -> str | None:
    """What is wrong with a package that is needed, by name and lowest version; None for nothing."""
    found = _NEEDED.match(requirement)
    assert found is not None  # noqa: S101 - the form of what pip itself has written
    name, least = found.groups()
    try:
        held = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return f"{name} is not installed"
    return f"{name} {held} is older than {least}" if least and _key(held) < _key(least) else None


def _key(version: str) -> list[int]:
    """The numbers of a version, such that 2 and 2.0 are equal."""
    numbers = [int(part) for part in re.findall(r"\d+", version.partition("+")[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def _model() -> Iterator[Finding]:
    from indexer.embedding.models import find_model

    try:
        model = find_model()
    except CitywiseError as error:
        yield Finding("model", "wrong", *parted(str(error)))
        return
    yield Finding("model", "ok", f"{model.name}, its weights as published")
