from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from search_api.logs import REQUEST, JsonLines, TextLines, log_config


@pytest.fixture
def named() -> Iterator[None]:
    token = REQUEST.set("trace-7")
    yield
    REQUEST.reset(token)


def record(message: str, *args: object, told: dict[str, Any] | None = None) -> logging.LogRecord:
    """A record, of the exception that is being handled if there is one."""
    failed = sys.exc_info() if sys.exc_info()[0] else None
    made = logging.LogRecord("search_api.x", logging.INFO, "x.py", 1, message, args, failed)
    made.created = 1_800_000_000.25
    if told is not None:
        made.told = told
    return made


@pytest.mark.usefixtures("named")
def test_a_line_of_json_has_the_event_its_fields_and_the_request() -> None:
    line = JsonLines().format(record("answered %s", "it", told={"status": 200, "ms": 1.5}))
    assert json.loads(line) == {
        "time": "2027-01-15T08:00:00.250Z",
        "level": "info",
        "logger": "search_api.x",
        "message": "answered it",
        "request_id": "trace-7",
        "status": 200,
        "ms": 1.5,
    }


@pytest.mark.usefixtures("named")
def test_a_line_of_text_says_the_same() -> None:
    assert TextLines().format(record("answered", told={"status": 200})) == (
        "2027-01-15T08:00:00.250Z INFO search_api.x: answered status=200 request_id=trace-7"
    )


def test_no_message_forges_a_line_or_steers_a_terminal() -> None:
    forged = "lost\n2027-01-01T00:00:00.000Z INFO search_api.x: \x1b[2Jall is well\u202e"
    line = TextLines().format(record("%s", forged, told={"question": forged}))
    assert "\n" not in line
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert "lost\\n2027" in line
    assert JsonLines().format(record(forged)).isascii()


@pytest.mark.parametrize("form", [JsonLines(), TextLines()])
def test_an_exception_is_told_by_its_kind_and_place_without_words_that_may_be_a_visitors(
    form: logging.Formatter,
) -> None:
    try:
        try:
            int("my secret question")
        except ValueError as error:
            raise OSError(28, "No space left on device", "/srv/index") from error
    except OSError:
        line = form.format(record("failed"))
    assert "builtins.OSError: [Errno 28] No space left on device: '/srv/index'" in line
    assert "builtins.ValueError" in line
    assert re.search(r"test_logs\.py.*, line \d+, in test_an_exception", line)
    assert "literal for int" not in line


def test_the_settings_of_logging_are_whole() -> None:
    logging.config.DictConfigurator(log_config("json"))  # type: ignore[attr-defined]
    assert log_config("text")["formatters"]["lines"]["()"] is TextLines
    assert log_config("json")["formatters"]["lines"]["()"] is JsonLines
