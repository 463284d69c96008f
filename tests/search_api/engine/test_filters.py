from __future__ import annotations

import pytest

from indexer.errors import QuestionError
from indexer.snapshot.snapshot import Snapshot
from search_api.engine.filters import EVERYTHING, Filters, select
from search_api.engine.searcher import Searcher


def passing(searcher: Searcher, **given: object) -> set[str]:
    answer = searcher.ask("water", 100, filters=Filters(**given))  # type: ignore[arg-type]
    assert answer.results or (answer.verdict == "none" and answer.explanation)
    return {result.document.id for result in answer.results}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"city": ("Lima",)}, {"lima-water", "essay"}),
        ({"city": ("durban",)}, {"durban-water", "essay"}),
        ({"city": ("geonames:1007311",)}, {"durban-water", "essay"}),
        ({"city": ("Lima", "eThekwini")}, {"lima-water", "durban-water", "essay"}),
        ({"city": ("Valencia, Venezuela",)}, {"valencia-ve"}),
        ({"city": ("Valencia",), "country": ("VE",)}, {"valencia-ve"}),
        ({"city": ("València",), "country": ("España",)}, {"valencia-es"}),
        ({"country": ("South Africa",)}, {"durban-water", "essay"}),
        ({"country": ("kz",)}, {"astana-shops"}),
        ({"region": ("Latin America",)}, {"lima-water", "valencia-ve", "essay"}),
        ({"region": ("africa",)}, {"durban-water", "essay"}),
        ({"kind": ("news", "other")}, {"astana-shops", "valencia-es", "essay"}),
        ({"topic": ("WATER",)}, {"lima-water", "durban-water"}),
        ({"topic": ("water",), "city": ("Lima",)}, {"lima-water"}),
        ({"language": ("es",)}, {"valencia-es"}),
        ({"year": ("2021",)}, {"astana-shops", "valencia-es"}),
        ({"since": "2020-05"}, {"durban-water", "astana-shops", "valencia-es"}),
        ({"until": "2020-04"}, {"lima-water", "valencia-ve"}),
        ({"since": "2021-03", "until": "2021-03"}, {"astana-shops"}),
    ],
)
def test_what_passes_is_all_that_is_found(
    city_searcher: Searcher, given: dict[str, object], expected: set[str]
) -> None:
    assert passing(city_searcher, **given) == expected


@pytest.mark.parametrize(
    ("given", "explanation"),
    [
        ({"city": ("Lyma",)}, "no passage has city “Lyma”; did you mean Lima?"),
        (
            {"kind": ("session",)},
            "no passage has kind “session”; its kinds are report, initiative, news, other",
        ),
        (
            {"region": ("Middle-earth",)},
            "no passage has region “Middle-earth”; its countries are Peru, South Africa, Spain, "
            "Kazakhstan, Venezuela, Ecuador",
        ),
        (
            {"topic": ("wter",)},
            "no passage has topic “wter”; did you mean Water?",
        ),
        (
            {"since": "2030"},
            "no passage is dated 2030 or later; its documents are older or undated",
        ),
        (
            {"until": "1999-12"},
            "no passage is dated 1999-12 or earlier; its documents are later or undated",
        ),
        (
            {"city": ("Lima",), "kind": ("news",)},
            "3 passages with city “Lima”, but none of these with kind “news”; "
            "leave one of them out",
        ),
        (
            {"city": ("Lima",), "topic": ("water",), "language": ("es",)},
            "2 passages with city “Lima” and topic “water”, but none of these with language "
            "“es”; leave one of them out",
        ),
        (
            {"city": ("Lima",), "since": "2021"},
            "3 passages with city “Lima”, but none of these dated 2021 or later; "
            "leave one of them out",
        ),
    ],
)
def test_an_empty_answer_says_which_filter_emptied_it(
    city_searcher: Searcher, given: dict[str, object], explanation: str
) -> None:
    answer = city_searcher.ask("water", filters=Filters(**given))  # type: ignore[arg-type]
    assert (answer.results, answer.cities, answer.explanation) == ([], [], explanation)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"since": "spring"}, "since: 'spring' is no date; write it as 2020, 2020-05 or"),
        ({"until": "2020-02-31"}, "until: '2020-02-31' is no date; write it as 2020"),
        ({"since": "2021", "until": "2020"}, "since 2021 is after until 2020; exchange them"),
    ],
)
def test_what_is_no_date_is_refused(cities: Snapshot, given: dict[str, str], message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        select(Filters(**given), cities.places, cities.labels)  # type: ignore[arg-type]


def test_without_filters_everything_passes(cities: Snapshot) -> None:
    selection = select(Filters(), cities.places, cities.labels)
    assert selection is EVERYTHING
    assert (selection.allowed, selection.without("city")) == (None, None)


PRESET = Filters(city=("Lima", "Durban"), topic=("water",))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"lima-water", "durban-water"}),
        ({"city": ("Lima",)}, {"lima-water"}),
        ({"kind": ("report", "initiative")}, {"lima-water", "durban-water"}),
        ({"since": "2020-05"}, {"durban-water"}),
        ({"city": ("Lima", "Valencia, Spain"), "topic": ("water", "food")}, {"lima-water"}),
    ],
)
def test_what_holds_within_filters_is_narrowed_and_never_widened(
    city_searcher: Searcher, given: dict[str, object], expected: set[str]
) -> None:
    assert passing(city_searcher, **given, within=PRESET) == expected
    answer = city_searcher.ask("water", filters=Filters(**given, within=PRESET))  # type: ignore[arg-type]
    offered = {each.name for each in answer.facets["city"]}
    assert offered <= {"Lima", "Durban"}  # nor is anything offered that lies outside of them


@pytest.mark.parametrize(
    ("given", "preset", "explanation"),
    [
        (
            {"city": ("Valencia, Spain",)},
            PRESET,
            "3 passages within the filters that are preset here, but none of these with city "
            "“Valencia, Spain”; leave it out",
        ),
        ({}, Filters(topic=("space",)), "no passage is within the filters that are preset here"),
    ],
)
def test_what_lies_outside_of_preset_filters_is_not_named(
    city_searcher: Searcher, given: dict[str, object], preset: Filters, explanation: str
) -> None:
    answer = city_searcher.ask("water", filters=Filters(**given, within=preset))  # type: ignore[arg-type]
    assert (answer.results, answer.explanation) == ([], explanation)
