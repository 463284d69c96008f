"""Why an answer has no good evidence, in parts that each language can say in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

Code = Literal[
    "place-missing",
    "searched",
    "nearest",
    "topics",
    "filter-empty",
    "filters-empty",
    "alike",
    "offered",
    "outside",
]
"""place-missing: no passage speaks of the named places. searched: how many passages were. nearest:
titles of what came nearest. topics: of the same. filter-empty: no passage passes this filter.
filters-empty: none of those that pass the filters before passes this one as well. alike: values of
the filter that are written alike. offered: its values. outside: all dates are before or behind.
"""

DATES = {"since": "later", "until": "earlier"}
"""Filters by date, and what a passage may be beside the date that is given."""


WITHIN = "within"
"""The filters within which others hold; no facet leaves them out, and no reason says what they are.
"""

PRESET = "within the filters that are preset here"


class Reason(BaseModel):
    """One part of an explanation.

    Attributes:
        code: what it says.
        names: places, titles, topics or values that it names.
        count: passages searched, or passed by the filters before, or values left unnamed.
        filter: the filter that it is about.
        before: filters that some passages pass, with their values.
    """

    model_config = ConfigDict(frozen=True)

    code: Code
    names: tuple[str, ...] = ()
    count: int = 0
    filter: str = ""
    before: Mapping[str, tuple[str, ...]] = {}


def in_english(reason: Reason) -> str:
    """Say a part in English."""
    names, name = ", ".join(reason.names), reason.filter
    match reason.code:
        case "place-missing":
            return f"no passage speaks of {' or '.join(reason.names)}"
        case "searched":
            return f"{_passages(reason.count)} searched"
        case "nearest":
            return f"nearest: {', '.join(f'“{title}”' for title in reason.names)}"
        case "topics":
            return f"topics nearby: {names}"
        case "filter-empty":
            is_so = "has" if reason.names and name not in DATES else "is"
            return f"no passage {is_so} {_quoted(name, reason.names)}"
        case "filters-empty":
            which = "it" if list(reason.before) == [WITHIN] else "one of them"
            return (
                f"{_passages(reason.count)} {_with(reason.before)}, "
                f"but none of these {_with({name: reason.names})}; leave {which} out"
            )
        case "alike":
            return f"did you mean {' or '.join(reason.names)}?"
        case "offered":
            return _offered(reason)
        case "outside":
            return f"its documents are {'older' if name == 'since' else 'later'} or undated"


def _offered(reason: Reason) -> str:
    plural = {"city": "cities", "country": "countries", "region": "countries"}
    what = plural.get(reason.filter, f"{reason.filter}s")
    if not reason.names:
        return f"it has no {what}"
    more = f" and {reason.count:,} more" if reason.count else ""
    return f"its {what} are {', '.join(reason.names)}{more}"


def _passages(count: int) -> str:
    return f"{count:,} passage{'' if count == 1 else 's'}"


def _with(given: Mapping[str, tuple[str, ...]]) -> str:
    """What sets apart the passages that some filters let pass."""
    said = {name: _quoted(name, values) for name, values in given.items()}
    labels = " and ".join(what for name, what in said.items() if name not in {*DATES, WITHIN})
    preset, dates = ([said[one] for one in names if one in said] for names in ([WITHIN], DATES))
    return " and ".join([*preset, *([f"with {labels}"] if labels else []), *dates])


def _quoted(name: str, values: tuple[str, ...]) -> str:
    if name == WITHIN:
        return PRESET
    if name in DATES:
        return f"dated {''.join(values)} or {DATES[name]}"
    return f"{name} {' or '.join(f'“{value}”' for value in values)}"
