from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from platformdirs import user_cache_path, user_data_path
from pydantic import ValidationError

from indexer.errors import SettingsError
from search_api.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("CITYWISE_")]:
        monkeypatch.delenv(name)


def test_without_an_environment_the_documented_defaults_hold() -> None:
    assert read_settings().model_dump() == {
        "index": Path("index"),
        "source": None,
        "source_seconds": 10.0,
        "store": None,
        "cache": user_cache_path("citywise"),
        "smallest_place": 500,
        "feedback": user_data_path("citywise") / "feedback.sqlite",
        "keys": user_data_path("citywise") / "keys.sqlite",
        "require_key": False,
        "rate": None,
        "proxies": "",
        "host": "127.0.0.1",
        "port": 8000,
        "cors_origins": "*",
        "frame_ancestors": "*",
        "public_url": None,
        "reranker": None,
        "answers": 32 << 20,
        "workers": 1,
        "concurrent": 64,
        "request_seconds": 10.0,
        "log_format": "text",
        "log_requests": True,
        "metrics": True,
        "log_questions": False,
    }


@pytest.mark.parametrize(
    ("name", "value", "setting", "read"),
    [
        ("CITYWISE_INDEX", "/srv/índice", "index", Path("/srv/índice")),
        ("CITYWISE_CACHE", "~cache", "cache", Path("~cache")),
        ("CITYWISE_SOURCE", "s3://network/index", "source", "s3://network/index"),
        ("CITYWISE_FEEDBACK", "/srv/said.sqlite", "feedback", Path("/srv/said.sqlite")),
        ("CITYWISE_FEEDBACK", "", "feedback", None),
        ("CITYWISE_KEYS", "", "keys", None),
        ("CITYWISE_REQUIRE_KEY", "1", "require_key", True),
        ("CITYWISE_RATE", "60/minute", "rate", "60/minute"),
        ("CITYWISE_RATE", "", "rate", None),
        ("CITYWISE_PROXIES", "127.0.0.1, 2001:db8::/32", "proxies", "127.0.0.1, 2001:db8::/32"),
        ("CITYWISE_HOST", "0.0.0.0", "host", "0.0.0.0"),  # noqa: S104
        ("CITYWISE_PORT", "0", "port", 0),
        ("CITYWISE_PORT", "65535", "port", 65535),
        ("CITYWISE_WORKERS", "4", "workers", 4),
        ("citywise_port", "81", "port", 81),
        ("CITYWISE_RERANKER", "some/cross-encoder", "reranker", "some/cross-encoder"),
        ("CITYWISE_LOG_FORMAT", "json", "log_format", "json"),
        ("CITYWISE_LOG_QUESTIONS", "1", "log_questions", True),
        (
            "CITYWISE_CORS_ORIGINS",
            "http://a.example:8080, https://b.example",
            "cors_origins",
            "http://a.example:8080, https://b.example",
        ),
        (
            "CITYWISE_FRAME_ANCESTORS",
            "'self' https://*.b.example",
            "frame_ancestors",
            "'self' https://*.b.example",
        ),
        ("CITYWISE_PUBLIC_URL", "https://example.org/a/", "public_url", "https://example.org/a"),
    ],
)
def test_each_setting_is_read_from_its_variable(
    name: str, value: str, setting: str, read: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(read_settings(), setting) == read


def test_a_variable_without_the_prefix_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "81")
    assert read_settings().port == 8000


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("CITYWISE_PORT", "65536", "Input should be less than or equal to 65535"),
        ("CITYWISE_PORT", "-1", "Input should be greater than or equal to 0"),
        ("CITYWISE_PORT", "http", "Input should be a valid integer"),
        ("CITYWISE_WORKERS", "0", "Input should be greater than or equal to 1"),
        ("CITYWISE_SOURCE_SECONDS", "0", "Input should be greater than or equal to 0.1"),
        ("CITYWISE_CORS_ORIGINS", "https://b.example/", "Value error, name sites like https"),
        ("CITYWISE_CORS_ORIGINS", "b.example", "Value error, name sites like https"),
        ("CITYWISE_FRAME_ANCESTORS", "a; script-src x", "Value error, name sites like https"),
        ("CITYWISE_FRAME_ANCESTORS", "", "Value error, name sites like https"),
        ("CITYWISE_PUBLIC_URL", "example.org", "String should match pattern"),
        ("CITYWISE_RATE", "many", "Value error, write a rate as 60/minute, 1000/day"),
        ("CITYWISE_RATE", "0/minute", "Value error, write a rate as 60/minute, 1000/day"),
        ("CITYWISE_PROXIES", "proxy.example", "Value error, name addresses or networks like 10"),
        ("CITYWISE_PROXIES", "10.0.0.1/8", "Value error, name addresses or networks like 10"),
        ("CITYWISE_REQUIRE_KEY", "perhaps", "Input should be a valid boolean"),
    ],
)
def test_a_value_out_of_range_is_refused_by_the_name_of_its_variable(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}={re.escape(value)}: {message}"):
        read_settings()


def test_what_code_hands_over_goes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CITYWISE_INDEX", "elsewhere")
    assert Settings(index=Path("here")).index == Path("here")


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 81  # type: ignore[misc]
