"""The filters of a question, as options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from indexer.document import KINDS
from search_api.engine.filters import Filters

_OPTIONS = (
    click.option("--city", multiple=True, metavar="CITY",
                 help='Only this city, under any name: "Xian", "Valencia, Spain"; repeatable.'),
    click.option("--country", multiple=True, metavar="COUNTRY", help="Only this country."),
    click.option("--region", multiple=True, metavar="REGION",
                 help='Only this part of the world: "Africa", "Latin America".'),
    click.option("--kind", multiple=True, type=click.Choice(KINDS),
                 help="Only this kind of document."),
    click.option("--topic", multiple=True, metavar="TOPIC", help="Only this topic."),
    click.option("--language", multiple=True, metavar="CODE",
                 help="Only this language (ISO 639)."),
    click.option("--since", metavar="DATE", help="Only from this day, month or year on."),
    click.option("--until", metavar="DATE", help="Only to the end of this day, month or year."),
)  # fmt: skip


def with_filters(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of all filters, and their values as `filters`."""

    @wraps(command)
    def filtered(*, since: str | None, until: str | None, **options: Any) -> int:
        names = ("city", "country", "region", "kind", "topic", "language")
        given = {name: options.pop(name) for name in names}
        return command(filters=Filters(**given, since=since, until=until), **options)

    for option in reversed(_OPTIONS):
        filtered = option(filtered)
    return filtered
