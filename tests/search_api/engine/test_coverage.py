from __future__ import annotations

import pytest

from indexer.errors import QuestionError
from indexer.snapshot.snapshot import Snapshot
from search_api.engine.coverage import cover, list_cities


def test_cities_are_listed_with_what_there_is_of_each(cities: Snapshot) -> None:
    listed = {c.name: (c.passages, c.acted, c.documents) for c in list_cities(cities)}
    assert listed["Lima"] == (3, 2, 2)
    assert listed["Quito"] == (1, 0, 1)
    assert next(iter(listed)) == "Lima"


def test_gaps_are_seen(cities: Snapshot) -> None:
    found = cover(cities, ["WATER", "trade"], ["Lima", "Astana", "Shanghai"])
    assert found.topics == ["Water", "trade"]
    rows = {row.name: [(c.documents, c.passages) for c in (row.total, *row.cells)]
            for row in found.cities}  # fmt: skip
    assert rows == {
        "Lima": [(1, 2), (1, 2), (0, 0)],
        "Astana": [(1, 1), (0, 0), (1, 1)],
        "Shanghai": [(0, 0), (0, 0), (0, 0)],
    }


def test_all_that_acted_and_all_topics_are_counted_if_none_are_named(cities: Snapshot) -> None:
    found = cover(cities)
    assert found.topics == ["Housing", "trade", "Water"]
    assert len(found.cities) == 5
    assert sum(cell.passages for row in found.cities for cell in row.cells) == 8


@pytest.mark.parametrize(
    ("topics", "named", "message"),
    [
        (["gas"], [], "no document has the topic “gas”; there are: Housing, trade, Water"),
        ([], ["Lyma"], "no city is called “Lyma”; see its spelling"),
    ],
)
def test_what_is_not_known_is_refused(
    cities: Snapshot, topics: list[str], named: list[str], message: str
) -> None:
    with pytest.raises(QuestionError, match=message):
        cover(cities, topics, named)
