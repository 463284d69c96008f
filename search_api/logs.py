"""What the log says: a line an event, as text or JSON, with the name of the request behind it.

Nothing that visitors write is in it: exceptions are told without their words, which may repeat a
question, but for those of files and of the index.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

from indexer.errors import SnapshotError

Form = Literal["text", "json"]

REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""Name of the request that is being answered."""

WORDY = (OSError, sqlite3.Error, SnapshotError)
"""Exceptions whose words name files and faults of the machine, never a question."""

DEEPEST = 10
"""Exceptions behind an exception that are told."""


class JsonLines(logging.Formatter):
    """An object a line; what an event tells beside its message are further fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        told = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": REQUEST.get(),
            **told_of(record),
            "exception": _trace(record),
        }
        kept = {name: value for name, value in told.items() if value is not None}
        return json.dumps(kept, ensure_ascii=True, default=str)


class TextLines(logging.Formatter):
    """Time, level and message, for eyes; a trace follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        words = [_time(record), record.levelname, f"{record.name}:", _visible(record.getMessage())]
        words += [f"{name}={_visible(str(value))}" for name, value in told_of(record).items()]
        if (name := REQUEST.get()) is not None:
            words.append(f"request_id={name}")
        trace = _trace(record)
        return " ".join(words) + (f"\n{trace}" if trace else "")


def told_of(record: logging.LogRecord) -> dict[str, Any]:
    """What an event tells beside its message: `log.info(..., extra={"told": {...}})`."""
    told: dict[str, Any] = getattr(record, "told", {})
    return told


def log_config(form: Form) -> dict[str, Any]:
    """Describe logging to stderr for `logging.config.dictConfig`, for a server and its workers."""
    lines = JsonLines if form == "json" else TextLines
    ours = {"handlers": ["stderr"], "level": "INFO", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "lines",
            }
        },
        "loggers": {
            "uvicorn": ours,
            "search_api": ours,
            "mcp": {"level": "ERROR"},  # its warnings repeat what was sent
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _visible(text: str) -> str:
    """No line of the log is forged, and no terminal steered, by what stands in a message."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _trace(record: logging.LogRecord) -> str | None:
    error = record.exc_info[1] if record.exc_info else None
    return "\n".join(_told(each) for each in _behind(error)) if error else None


def _behind(error: BaseException) -> Iterator[BaseException]:
    """An exception, what it holds and what led to it, the nearest first."""
    waiting, seen = [error], set[int]()
    while waiting and len(seen) < DEEPEST:
        found = waiting.pop(0)
        if id(found) not in seen:
            seen.add(id(found))
            yield found
            inner = found.exceptions if isinstance(found, BaseExceptionGroup) else ()
            waiting += [e for e in (*inner, found.__cause__ or found.__context__) if e is not None]


def _told(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    said = f": {_visible(str(error))}" if isinstance(error, WORDY) else ""
    return f"{kind}{said}\n{''.join(traceback.format_tb(error.__traceback__))}".rstrip()
