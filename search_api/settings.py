"""The only reader of the environment."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from indexer.errors import SettingsError

SmallestPlace = Annotated[Literal[500, 1000, 5000, 15000], BeforeValidator(int)]
ORIGIN = r"https?://(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?"
_SOURCE = r"(?:\*|'self'|https?:|(?:https?://)?(?:\*\.)?[\w-]+(?:\.[\w-]+)*(?::\d+)?)"


def _matched(pattern: str | re.Pattern[str], given: str, otherwise: str) -> str:
    if not re.fullmatch(pattern, given):
        raise ValueError(otherwise)
    return given


def _matching(pattern: str, otherwise: str) -> AfterValidator:
    return AfterValidator(lambda given: _matched(pattern, given, otherwise))


Origins = Annotated[
    str,
    _matching(
        rf"\*|{ORIGIN}(?:, ?{ORIGIN})*",
        "name sites like https://city.example, with commas between and no slash at the end, or *",
    ),
]
"""Origins as browsers send them: scheme, host and port."""

Ancestors = Annotated[
    str,
    _matching(
        rf"'none'|{_SOURCE}(?: {_SOURCE})*",
        "name sites like https://city.example, with spaces between, or 'self', 'none' or *",
    ),
]
"""Sources of the directive `frame-ancestors` (CSP level 3), and nothing beside it."""

RATE = re.compile(r"[1-9]\d{0,8}/(?:second|minute|hour|day)")

Rate = Annotated[
    str | None,
    BeforeValidator(lambda given: given or None),
    AfterValidator(
        lambda given: given and _matched(RATE, given, "write a rate as 60/minute, 1000/day")
    ),
]
"""So many requests in a second, a minute, an hour or a day; empty, there is none."""


def _networks(given: str) -> str:
    for each in given.split(",") if given else ():
        try:
            ipaddress.ip_network(each.strip())
        except ValueError as error:
            raise ValueError(
                "name addresses or networks like 10.0.0.0/8, with commas between"
            ) from error
    return given


Networks = Annotated[str, AfterValidator(_networks)]
"""Addresses and networks (RFC 4632), with commas between."""

Optional = Annotated[Path | None, BeforeValidator(lambda given: given or None)]
"""A path; empty, it is none."""


PREFIX = "CITYWISE_"


class Settings(BaseModel):
    """What may be set from outside, as `CITYWISE_INDEX`, `CITYWISE_CACHE` and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: Path = Field(Path("index"), description="Folder of the index.")
    store: str | None = Field(
        None, description="URL of a store that is asked instead of the folder; empty: none."
    )
    source: str | None = Field(
        None, description="Path or URL of an index elsewhere that a server follows; empty: none."
    )
    source_seconds: float = Field(
        10.0, ge=0.1, le=86400, description="Seconds between two looks at that index."
    )
    cache: Path = Field(
        default_factory=lambda: user_cache_path("citywise"),
        description="Folder for vectors, compiled models and test indexes; safe to delete.",
    )
    smallest_place: SmallestPlace = Field(
        500, description="Inhabitants from which a town is known when an index is built."
    )
    feedback: Optional = Field(
        default_factory=lambda: user_data_path("citywise") / "feedback.sqlite",
        description="File for what readers of the page found useful; empty: they are not asked.",
    )
    keys: Optional = Field(
        default_factory=lambda: user_data_path("citywise") / "keys.sqlite",
        description="File for embed keys; empty: there are none.",
    )
    require_key: bool = Field(
        False, description="Whether the collection is closed to whoever has no key."
    )
    rate: Rate = Field(
        None, description="Requests that each visitor without a key has, as 60/minute; empty: all."
    )
    proxies: Networks = Field(
        "", description="Proxies that are believed when they say who asks, with commas between."
    )
    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the server listens on.")
    cors_origins: Origins = Field(
        "*", description="Sites whose pages may ask the API, with commas between; * is all of them."
    )
    frame_ancestors: Ancestors = Field(
        "*", description="Sites that may frame /embed, with spaces between, as CSP writes them."
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+$",
        description="Address of the server as its visitors know it; permalinks begin with it.",
    )
    reranker: str | None = Field(
        None,
        description="A cross-encoder, by name or path, for the first 20 passages; empty: none.",
    )
    answers: int = Field(
        32 << 20, ge=0, description="Bytes of answers and encoded questions that a worker keeps."
    )
    workers: int = Field(1, ge=1, description="Processes that serve.")
    concurrent: int = Field(
        64, ge=1, le=1000, description="Requests that a worker holds at once; others get 503."
    )
    request_seconds: float = Field(
        10.0, gt=0, le=600, description="Seconds after which a request is answered with 503."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Lines of the server's log: for eyes, or for programs."
    )
    log_requests: bool = Field(True, description="Whether each request has a line in the log.")
    metrics: bool = Field(True, description="Whether figures for Prometheus are at /metrics.")
    log_questions: bool = Field(
        False, description="Whether the log holds what is asked; visitors must be told so."
    )

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value and value.rstrip("/")


def read_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a variable has a value that cannot be; names it.
    """
    # pydantic-settings would do this too, and load asyncio and TLS, which no first answer needs.
    said = {name.upper(): value for name, value in os.environ.items()}
    names = {name: PREFIX + name.upper() for name in Settings.model_fields}
    try:
        return Settings.model_validate(
            {name: said[variable] for name, variable in names.items() if variable in said}
        )
    except ValidationError as error:
        fault = error.errors()[0]
        name = names[str(fault["loc"][0])]
        raise SettingsError(f"{name}={fault['input']}: {fault['msg']}") from error
