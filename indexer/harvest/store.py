"""The folder that a harvest fills.

    DIR/<host-path-hash>.html   a page, byte for byte
    DIR/metadata.yaml           where each file comes from; read by the corpus, shared with people
    DIR/.harvest.json           what the next harvest has to know; hidden from the corpus
    DIR/.harvest.lock           held by the one writer

What is going to be written is noted in `.harvest.json` before the page is renamed into place, with
the hash of what it replaces: after a crash at any point, a file of ours is told from one that a
person changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import httpx2

from indexer.corpus import FOLDER_METADATA
from indexer.durable import sync, write
from indexer.errors import HarvestError
from indexer.harvest.described import described
from indexer.harvest.fetch import Answer
from indexer.harvest.names import file_name

STATE = ".harvest.json"
VERSION = 1
_PART = ".part"

Condition = Literal["whole", "outdated", "missing", "edited"]


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a page that was stored.

    Attributes:
        file: its name in the folder.
        url: where redirects ended.
        date: the ISO day on which a feed says it was published.
        media: the Content-Type header as sent, which may name the charset.
        etag: validator for If-None-Match, as sent.
        modified: validator for If-Modified-Since, as sent.
        fetched: when, in UTC.
        sha256: of the file's bytes.
        replaces: the hash of the bytes that these took the place of.
    """

    file: str
    url: str
    date: str | None
    media: str
    etag: str | None
    modified: str | None
    fetched: str
    sha256: str
    replaces: str | None = None


class Store:
    """A folder of harvested pages; one process at a time, see `opened`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pages = _read_state(root / STATE)

    def known(self, asked: httpx2.URL) -> Page | None:
        """What is known of the page that this address led to."""
        return self._pages.get(str(asked))

    def condition(self, page: Page) -> Condition:
        """Compare the file with what was written last, and before that (`outdated`)."""
        try:
            digest = _digest((self.root / page.file).read_bytes())
        except FileNotFoundError:
            return "missing"
        if digest == page.sha256:
            return "whole"
        return "outdated" if digest in self._written(page.file) else "edited"

    def _written(self, file: str) -> set[str | None]:
        """The hashes of what was written there; several addresses may lead to one file."""
        pages = [page for page in self._pages.values() if page.file == file]
        return {sha256 for page in pages for sha256 in (page.sha256, page.replaces)}

    def keep(self, asked: httpx2.URL, answer: Answer, date: str | None, *, overwrite: bool) -> None:
        """Store a page and what is known of it, so that a crash loses neither.

        Raises:
            HarvestError: it is no page, or a person's file lies in its place.
        """
        file = file_name(answer)
        if not answer.content:
            raise HarvestError(str(answer.url), "the page is empty; check the address")
        replaces = self._replaced(file, answer, overwrite=overwrite)
        self._pages[str(asked)] = Page(
            file=file,
            url=str(answer.url),
            date=date,
            media=answer.headers.get("Content-Type", ""),
            etag=answer.headers.get("ETag"),
            modified=answer.headers.get("Last-Modified"),
            fetched=datetime.now(UTC).isoformat(timespec="seconds"),
            sha256=_digest(answer.content),
            replaces=replaces,
        )
        self._save()
        _write(self.root / file, answer.content)

    def _replaced(self, file: str, answer: Answer, *, overwrite: bool) -> str | None:
        """The hash of the file in this place, if it may be replaced."""
        try:
            there = _digest((self.root / file).read_bytes())
        except FileNotFoundError:
            return None
        if overwrite or there in self._written(file) or there == _digest(answer.content):
            return there
        raise edited(str(answer.url), file)

    def date(self, asked: httpx2.URL, date: str | None) -> None:
        """Note the date of a page that is stored already, if its feed says one only now."""
        page = self._pages[str(asked)]
        if date and page.date is None:
            self._pages[str(asked)] = Page(**{**asdict(page), "date": date})
            self._save()

    def describe(self) -> None:
        """Say in `metadata.yaml` where each file comes from."""
        facts = {
            page.file: {"url": page.url, **({"date": page.date} if page.date else {})}
            for page in self._pages.values()
            if (self.root / page.file).is_file()
        }
        path = self.root / FOLDER_METADATA
        before = path.read_bytes() if path.exists() else b""
        try:
            text = before.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise HarvestError(str(path), "not UTF-8; save the file as UTF-8") from error
        after = described(text, facts, str(path))
        if facts and after != text:
            _write(path, after.encode())

    def _save(self) -> None:
        pages = {asked: asdict(page) for asked, page in self._pages.items()}
        state = {"version": VERSION, "pages": pages}
        _write(self.root / STATE, json.dumps(state, ensure_ascii=False, indent=1).encode())


@contextmanager
def opened(root: Path) -> Iterator[Store]:
    """Open a folder, made if there is none, as its one writer.

    Raises:
        HarvestError: another harvest holds it, or its state cannot be read.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".harvest.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            reason = "another harvest is filling this folder; wait until it is done"
            raise HarvestError(str(root), reason) from error
        for part in root.glob(f".*{_PART}"):
            part.unlink()
        store = Store(root)
        store.describe()  # what a harvest that died did not come to; and what is wrong is said now
        try:
            yield store
        finally:
            store.describe()


def edited(url: str, file: str) -> HarvestError:
    """Return the error for a file that a person changed or put there."""
    reason = f"{file} was edited since; move it away, or replace it with --overwrite"
    return HarvestError(url, reason)


def _read_state(path: Path) -> dict[str, Page]:
    if not path.exists():
        return {}
    try:
        state = json.loads(path.read_bytes())
        version, pages = state["version"], state["pages"]
        if version == VERSION:
            return {asked: Page(**page) for asked, page in pages.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        reason = "damaged; delete it and harvest anew into another folder"
        raise HarvestError(str(path), reason) from error
    raise HarvestError(str(path), f"written by another version ({version}); use that one")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(path: Path, data: bytes) -> None:
    """Replace a file in one step; a crash leaves the old one or the new one."""
    part = path.with_name(f".{path.name.lstrip('.')}{_PART}")
    write(part, data)
    part.replace(path)
    sync(path.parent)
