"""Whether a corpus is byte by byte one that was built before, so that nothing need be read."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from indexer.corpus import corpus_files
from indexer.errors import DocumentError
from indexer.folders import everything_below
from indexer.program import program
from indexer.report import DocumentReport, Recipe, Report
from indexer.snapshot.manifest import file_info

_BESIDE = ("cities.yaml", "questions.yaml")
"""Files that shape an index without being documents, and of which `corpus_files` says nothing."""

KEEP = 16
"""Builds that are remembered."""


class Unchanged:
    """Remembers, for everything that went into a build, what the build reported.

    Kept in the cache folder, one small file for each; safe to delete.
    """

    def __init__(self, recipe: Recipe, maker: str) -> None:
        """Take what to build, and the name of what makes the vectors."""
        self._recipe, self._maker = recipe, maker
        self._before = self._stamp()

    def known(self) -> Report | None:
        """Return the report of the build of the very same bytes, if there was one."""
        try:
            raw = json.loads(self._path(self._before).read_text(encoding="utf-8"))
            read = [
                DocumentReport(**{**each, "warnings": tuple(each["warnings"])})
                for each in raw.pop("read")
            ]
            return Report(**raw, read=read)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def remember(self, report: Report) -> None:
        """Keep a report, unless a file has changed since this was made, or it cannot be kept."""
        after = self._stamp()
        if after is not None and after == self._before:
            with suppress(OSError):  # the index is published; all that is lost is a short cut
                self._write(self._path(after), report)

    def _write(self, path: Path, report: Report) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(asdict(report), ensure_ascii=False), encoding="utf-8")
        beside.rename(path)
        kept = sorted(path.parent.iterdir(), key=lambda each: each.stat().st_mtime_ns)
        for old in kept[:-KEEP]:
            old.unlink(missing_ok=True)

    def _path(self, stamp: str | None) -> Path:
        return self._recipe.cache / "built" / f"{stamp}.json"

    def _stamp(self) -> str | None:
        """Digest of all that goes into a build; None where that cannot be told."""
        root, digest = self._recipe.corpus, hashlib.sha256()
        recipe = self._recipe
        parts = [program(), self._maker, str(recipe.keep_going), str(recipe.smallest_place)]
        parts.append(recipe.vectors)
        try:
            for file in corpus_files(root):
                if isinstance(file, DocumentError):
                    return None
                said = json.dumps([file.name, file.folder], sort_keys=True, default=repr)
                parts += [said, file_info(file.path).sha256]
            beside = everything_below(root) if root.is_dir() else ()
            for path in sorted(path for path in beside if path.name in _BESIDE):
                parts += [str(path.relative_to(root)), file_info(path).sha256]
        except OSError:
            return None
        for part in parts:
            digest.update(json.dumps(part).encode())
        return digest.hexdigest()
