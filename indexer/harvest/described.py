"""Adds to a folder's `metadata.yaml` without losing a word that a person wrote there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from indexer.errors import HarvestError
from indexer.readers.yaml_text import load_yaml

Facts = Mapping[str, Mapping[str, str]]
"""Of each file by name, its fields."""


def described(text: str, facts: Facts, place: str) -> str:
    """Return a `metadata.yaml` that says these facts too; a field that is there already stays.

    New lines are put between the ones that are there, so that comments and style survive. Where the
    file is written in a way that does not allow it, it is written anew, with equal content.

    Args:
        text: the file as it is, or an empty text.
        facts: what to add under `files:`.
        place: the file, for messages.

    Raises:
        DocumentError: it is no YAML.
        HarvestError: it is not laid out as a corpus expects.
    """
    before = load_yaml(text, place) if text.strip() else None
    merged = _merged(before or {}, facts, place)
    if merged == before:
        return text
    mended = _with_lines(text, facts, before or {})
    if _says(mended, merged):
        return mended
    return yaml.safe_dump(merged, allow_unicode=True, sort_keys=False, width=10_000)


def _merged(before: Any, facts: Facts, place: str) -> dict[str, Any]:
    files = before.get("files") or {} if isinstance(before, dict) else None
    if not isinstance(files, dict):
        reason = "`files:` is followed by names of files, each with its fields; mend it first"
        raise HarvestError(place, reason)
    merged = {name: {**fields, **_known(files, name, place)} for name, fields in facts.items()}
    return {**before, "files": {**files, **merged}}


def _known(files: Mapping[str, Any], name: str, place: str) -> Mapping[str, str]:
    fields = files.get(name) or {}
    if not isinstance(fields, dict):
        reason = f"what is said of {name} is a list of `name: value` lines; mend it first"
        raise HarvestError(place, reason)
    return fields


def _says(text: str, content: Mapping[str, Any]) -> bool:
    try:
        return bool(yaml.load(text, Loader=yaml.BaseLoader) == content)  # noqa: S506 - only text
    except yaml.YAMLError:
        return False


def _with_lines(text: str, facts: Facts, before: Mapping[str, Any]) -> str:
    """The text with lines put in: for known files their missing fields, then the new files."""
    root = yaml.compose(text, Loader=yaml.BaseLoader) if text.strip() else None
    nodes = _children(root)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    files = before.get("files") or {}
    new = [line for name in facts if name not in files for line in _entry(name, facts[name])]
    additions: list[tuple[yaml.Node, list[str]]] = []
    if "files" not in nodes:
        lines += ["files:\n", *(f"  {line}" for line in new)]
    else:
        additions.append((nodes["files"], new))
        for name, known in _children(nodes["files"]).items():
            missing = {k: v for k, v in facts.get(name, {}).items() if k not in files[name]}
            additions.append((known, [_pair(key, value) for key, value in missing.items()]))
    for node, added in sorted(additions, key=lambda pair: pair[0].start_mark.line, reverse=True):
        if isinstance(node, yaml.MappingNode) and not node.flow_style:
            at = node.start_mark
            lines[at.line : at.line] = [" " * at.column + line for line in added]
        elif isinstance(node, yaml.ScalarNode):
            lines[node.start_mark.line + 1 : node.start_mark.line + 1] = [f"  {a}" for a in added]
    return "".join(lines)


def _children(node: yaml.Node | None) -> dict[str, yaml.Node]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {str(key.value): value for key, value in pairs}


def _entry(name: str, fields: Mapping[str, str]) -> list[str]:
    return [f"{name}:\n", *(f"  {_pair(key, value)}" for key, value in fields.items())]


def _pair(key: str, value: str) -> str:
    """A line of YAML; a JSON string is a valid value in it."""
    return f"{key}: {json.dumps(value, ensure_ascii=False)}\n"
