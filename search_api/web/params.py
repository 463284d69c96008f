"""What an address of the page asks for, and addresses that ask for something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from search_api.engine.filters import Filters
from search_api.exports import ExportFormat

View = Literal["relevance", "city", "year"]
VIEWS: tuple[View, ...] = get_args(View)

FILTERS = ("city", "country", "region", "topic", "kind", "language")
"""Filters that take values, in the order in which they are shown."""

DEEPEST = 100
"""The last page that can be asked for."""

SAVED = 100
"""Excerpts in a file, at most."""


@dataclass(frozen=True, slots=True)
class Params:
    """A question, how to look at its answer, and what to leave out.

    Attributes:
        q: the question, empty where none is asked.
        view: how the excerpts are arranged.
        page: which ten of them, counted from 1.
        filters: the values wanted, by filter.
        since: first day, ISO 8601, empty for any.
        until: last day, likewise.
        lang: language chosen for the interface, None where the browser decides.
    """

    q: str = ""
    view: View = "relevance"
    page: int = 1
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    lang: str | None = None

    @classmethod
    def read(cls, query: QueryParams) -> Self:
        """Read an address; a view or page that cannot be is the first one."""
        named = query.get("view", "")
        page = query.get("page", "")
        return cls(
            q=" ".join(query.get("q", "").split()),
            view=next((view for view in VIEWS if view == named), "relevance"),
            page=min(max(int(page), 1), DEEPEST) if page.isdecimal() and len(page) < 9 else 1,
            filters={name: wanted for name in FILTERS if (wanted := _values(query, name))},
            since=query.get("since", "").strip(),
            until=query.get("until", "").strip(),
            lang=query.get("lang") or None,
        )

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return bool(self.filters or self.since or self.until)

    def wanted(self) -> Filters:
        """Return what an excerpt must be, as the engine takes it."""
        chosen: dict[str, Any] = {name: tuple(values) for name, values in self.filters.items()}
        return Filters(**chosen, since=self.since or None, until=self.until or None)

    def ask(self, question: str) -> Self:
        """Ask something else, all else being equal."""
        return replace(self, q=question, page=1)

    def look(self, view: View) -> Self:
        """Look at the answer in another way."""
        return replace(self, view=view, page=1)

    def turn(self, page: int) -> Self:
        """Go to another page."""
        return replace(self, page=page)

    def any_time(self) -> Self:
        """Ask without dates."""
        return replace(self, since="", until="", page=1)

    def filter(self, name: str, *values: str) -> Self:
        """Ask with these values of a filter instead of the present ones, from the first page on."""
        others = {key: kept for key, kept in self.filters.items() if key != name}
        filters = {**others, name: values} if values else others
        return replace(self, filters=filters, page=1)

    def without(self, name: str, value: str) -> Self:
        """Ask without one value of a filter."""
        kept = (each for each in self.filters.get(name, ()) if each != value)
        return self.filter(name, *kept)

    def year(self, year: str) -> Self:
        """Ask for one year alone."""
        return replace(self, since=f"{year}-01-01", until=f"{year}-12-31", page=1)

    def bare(self) -> Self:
        """Ask without any filter."""
        return replace(self, filters={}, since="", until="", page=1)

    def url(self) -> str:
        """Return the address, with nothing in it that goes without saying."""
        pairs = list(self._pairs())
        return f"/?{urlencode(pairs)}" if pairs else "/"

    def saved(self, form: ExportFormat) -> str:
        """Return the address of the answer as a file."""
        asked = replace(self, view="relevance", page=1, lang=None)
        return f"/v1/search?{urlencode([*asked._pairs(), ('k', SAVED), ('format', form)])}"

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.q:
            yield "q", self.q
        for name in FILTERS:
            yield from ((name, value) for value in self.filters.get(name, ()))
        for name, given in (("since", self.since), ("until", self.until)):
            if given:
                yield name, given
        if self.view != "relevance":
            yield "view", self.view
        if self.page > 1:
            yield "page", str(self.page)
        if self.lang:
            yield "lang", self.lang


def _values(query: QueryParams, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in query.getlist(name) if value))
