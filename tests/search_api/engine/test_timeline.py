from __future__ import annotations

from search_api.engine.searcher import Searcher
from search_api.engine.timeline import by_date


def test_excerpts_are_put_in_the_order_of_their_dates(city_searcher: Searcher) -> None:
    answer = city_searcher.ask("water", 100, group="none")
    found = by_date(answer)
    dated = [(p.period, sorted({r.document.id for r in p.results})) for p in found.periods]
    assert dated == [
        ("2019", ["valencia-ve"]),
        ("2020-04", ["lima-water"]),
        ("2020-05", ["durban-water"]),
        ("2021", ["astana-shops"]),
        ("2021-06", ["valencia-es"]),
    ]
    assert {result.document.id for result in found.undated} == {"report", "essay"}
    held = [r.passage_id for p in found.periods for r in p.results]
    held += [result.passage_id for result in found.undated]
    assert sorted(held) == sorted(result.passage_id for result in answer.results)
    assert (found.question, found.index) == (answer.question, answer.index)
