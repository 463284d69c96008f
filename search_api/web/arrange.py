"""Arranges an answer for the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search_api.engine.answer import Answer, CityGroup, Result
from search_api.web.cards import Card, card
from search_api.web.params import FILTERS, Params
from search_api.web.reasons import Say, told
from search_api.web.views import PAGE, City, Facet, Option, Results, Year
from search_api.web.worldmap import Spot, WorldMap, world_map


def arranged(answer: Answer, params: Params, _: Say) -> Results:
    """Return what the page shows of an answer, said in the reader's language by `_`."""
    found, view = answer.results, params.view
    paged, end = view == "relevance", PAGE * params.page

    def shown(results: Iterable[Result]) -> list[Card]:
        return [card(result, params) for result in results]

    cards = shown(found[end - PAGE : end] if paged else ())
    cities = [_city(group, params, found) for group in answer.cities]
    placed = {rank for group in answer.cities for rank in group.ranks}
    aside = [each for each in found if each.rank not in placed] if view == "city" else []
    return Results(
        answer=answer,
        verdict=answer.verdict,
        reasons=told(answer.reasons, _),
        searched=sum(each.count for each in answer.reasons if each.code == "searched"),
        cards=cards,
        count=len(cards) if paged else len(found),
        first=cards[0].result.rank if cards else 1,
        cities=cities,
        elsewhere=shown(aside),
        map=_map(answer.cities, cities),
        facets=_facets(answer, params),
        years=_years(found, params),
        undated=shown(each for each in found if not each.document.date) if view == "year" else [],
        next=params.turn(params.page + 1).url() if paged and len(found) > end else None,
        previous=params.turn(params.page - 1).url() if paged and params.page > 1 else None,
    )


def _city(group: CityGroup, params: Params, found: Sequence[Result]) -> City:
    best = next((each for each in found if each.rank in group.ranks), None)
    return City(
        name=group.name,
        country=group.country,
        country_name=group.country_name,
        count=len(group.ranks) + group.more,
        url=params.filter("city", group.id).look("relevance").url(),
        card=card(best, params) if best and params.view == "city" else None,
    )


def _map(groups: Iterable[CityGroup], cities: Iterable[City]) -> WorldMap | None:
    spots = [
        Spot(
            label=f"{city.name}, {city.country_name}: {city.count}",
            url=city.url,
            latitude=group.latitude,
            longitude=group.longitude,
            weight=city.count,
        )
        for group, city in zip(groups, cities, strict=True)
        if group.latitude is not None and group.longitude is not None
    ]
    return world_map(spots) if spots else None


def _facets(answer: Answer, params: Params) -> list[Facet]:
    """Every filter that has values; one that is chosen is there even if it finds nothing."""
    facets = []
    for name in FILTERS:
        chosen = params.filters.get(name, ())
        found = answer.facets.get(name, [])
        options = [
            Option(each.value, each.name, each.count, each.value in chosen) for each in found
        ]
        known = {option.value for option in options}
        options += [Option(value, value, 0, chosen=True) for value in chosen if value not in known]
        if options:
            facets.append(Facet(name, options))
    return facets


def _years(found: Iterable[Result], params: Params) -> list[Year]:
    by_year: dict[str, list[Result]] = {}
    for each in found:
        if date := each.document.date:
            by_year.setdefault(date[:4], []).append(each)
    most = max(map(len, by_year.values()), default=1)
    return [
        Year(
            label=year,
            count=len(held),
            share=round(100 * len(held) / most),
            url=params.year(year).url(),
            chosen=(params.since, params.until) == (f"{year}-01-01", f"{year}-12-31"),
            cards=[card(each, params) for each in held] if params.view == "year" else [],
        )
        for year, held in sorted(by_year.items())
    ]
