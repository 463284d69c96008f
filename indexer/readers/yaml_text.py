"""YAML in which every scalar is text: `no` is Norwegian, `007` an id, `2020-02-30` a wrong date."""

from __future__ import annotations

import re
from typing import Any

import yaml

from indexer.errors import DocumentError

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Makes strings, lists and mappings, nothing else."""

DEEPEST = 100
"""Levels of lists and mappings inside each other; a record needs three."""

MOST = 1_000_000
"""Values that a file with aliases may unfold to."""

_INDENTED = re.compile(rf"^[ \-?]{{{DEEPEST}}}", re.MULTILINE)


def load_yaml(text: str, name: str, what: str = "YAML", first_line: int = 1) -> Any:
    """Parse YAML.

    Args:
        text: the YAML.
        name: its file, for messages.
        what: what it is there, for messages.
        first_line: line of the file on which it begins.

    Raises:
        DocumentError: it is no valid YAML; names the line.
    """
    if (control := yaml.reader.Reader.NON_PRINTABLE.search(text)) is not None:
        line = text.count("\n", 0, control.start()) + first_line
        reason = f"holds the control character U+{ord(control.group()):04X}; remove it"
        raise DocumentError(name, f"no valid {what}: {reason}", f"line {line}")
    try:
        if (deep := _too_deep(text)) is not None:
            reason = f"nested more than {DEEPEST} levels deep"
            raise DocumentError(name, f"no valid {what}: {reason}", f"line {deep + first_line}")
        content = yaml.load(text, Loader=_LOADER)  # noqa: S506 - safer than the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        place = f"line {mark.line + first_line}" if mark else ""
        raise DocumentError(name, f"no valid {what}: {_one_line(problem)}", place) from error
    except (RecursionError, ValueError) as error:
        raise DocumentError(name, f"no valid {what}: {_one_line(error)}") from error
    if "*" in text and _unfolded(content, {}) > MOST:
        reason = f"its aliases unfold to more than {MOST:,} values; write them out"
        raise DocumentError(name, f"no valid {what}: {reason}")
    return content


def _unfolded(value: Any, known: dict[int, int]) -> int:
    """How many values there are once every alias is written out."""
    if not isinstance(value, list | dict):
        return 1
    if id(value) not in known:
        known[id(value)] = MOST + 1  # an alias of what it stands in has no end
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_unfolded(each, known) for each in inner)
    return known[id(value)]


def _too_deep(text: str) -> int | None:
    """The line, from 0, on which the C loader would recurse too far; mostly told at a glance."""
    if text.count("[") + text.count("{") <= DEEPEST and not _INDENTED.search(text):
        return None
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return event.start_mark.line if event.start_mark else 0
    return None


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())
