"""Why there is no good evidence, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from search_api.engine.reason import WITHIN, Reason

Say = Callable[[str], str]


def told(reasons: Iterable[Reason], _: Say) -> list[str]:
    """Say each reason as a sentence; what the page shows in other ways is left out.

    Args:
        reasons: parts of an explanation.
        _: says a sentence in the reader's language.
    """
    return [said for reason in reasons if (said := _sentence(reason, _))]


def _sentence(reason: Reason, _: Say) -> str:
    names = ", ".join(f"“{name}”" for name in reason.names)
    match reason.code:
        case "place-missing":
            return _("No passage speaks of %(names)s.") % {"names": ", ".join(reason.names)}
        case "filter-empty":
            return _empty(reason, _) % {"names": names, "day": "".join(reason.names)}
        case "filters-empty":
            return _("Some passages pass each filter, but none passes all; leave one out.")
        case "alike":
            return _("Did you mean %(names)s?") % {"names": names}
        case "offered" if reason.names and reason.count:
            held = {"names": ", ".join(reason.names), "count": reason.count}
            return _("There are: %(names)s and %(count)s more.") % held
        case "offered" if reason.names:
            return _("There are: %(names)s.") % {"names": ", ".join(reason.names)}
        case "offered" | "outside" | "searched" | "nearest" | "topics":
            return ""
        case never:
            assert_never(never)


def _empty(reason: Reason, _: Say) -> str:
    if reason.filter == WITHIN:
        return _("No passage is within the filters that are preset here.")
    if reason.filter == "since":
        return _("No passage is dated %(day)s or later.")
    if reason.filter == "until":
        return _("No passage is dated %(day)s or earlier.")
    return _("No passage passes the filter %(names)s.")
