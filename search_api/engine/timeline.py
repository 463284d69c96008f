"""The evidence on a question in the order of its dates."""

from __future__ import annotations

from search_api.engine.answer import Answer, Period, Result, Timeline


def by_date(answer: Answer) -> Timeline:
    """Order the excerpts of an answer by the dates of their documents.

    Excerpts of one month, or of a year where no more is known, form a period; in a period the best
    comes first.
    """
    periods: dict[str, list[Result]] = {}
    undated = []
    for result in answer.results:
        if result.document.date is None:
            undated.append(result)
        else:
            periods.setdefault(result.document.date[: len("2020-03")], []).append(result)
    return Timeline(
        question=answer.question,
        explanation=answer.explanation,
        periods=[Period(period=name, results=periods[name]) for name in sorted(periods)],
        undated=undated,
        index=answer.index,
    )
