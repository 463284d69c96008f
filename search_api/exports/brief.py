"""An answer as a brief in Markdown: the question, the excerpts by city, the references."""

from __future__ import annotations

from collections.abc import Sequence

from search_api.citations.dates import in_words
from search_api.citations.record import Citation
from search_api.engine.answer import Answer, Result
from search_api.engine.grouping import speaking
from search_api.engine.verdict import headline
from search_api.exports.markdown import link, plain, quoted

NO_CITY = "No city in particular"

Cited = tuple[Result, Citation]


def brief(answer: Answer, citations: list[Citation]) -> str:
    """Write a brief, excerpts by city, in the order of their best excerpt."""
    cited = list(zip(answer.results, citations, strict=True))
    parts = [f"# {plain(answer.question)}", _origin(answer, citations)]
    if said := headline(answer):
        parts.append(plain(said))
    for heading, group in _by_city(cited).items():
        parts += [f"## {heading}", *(_excerpt(*each) for each in group)]
    if cited:
        references = (f"{result.rank}. {plain(result.citation)}" for result, _ in cited)
        parts += ["## References", "\n".join(references)]
    return "\n\n".join(parts) + "\n"


def _origin(answer: Answer, citations: list[Citation]) -> str:
    index, count = answer.index, len(answer.results)
    found = f"{count} excerpt{'' if count == 1 else 's'}" if count else "Nothing"
    day = f", retrieved {in_words(citations[0].accessed)}" if citations else ""
    return (
        f"{found} from {index.documents:,} documents, {index.passages:,} passages; "
        f"citywise index {index.id}{day}."
    )


def _by_city(cited: Sequence[Cited]) -> dict[str, list[Cited]]:
    groups: dict[str, list[Cited]] = {}
    for result, citation in cited:
        speaking_for = set(speaking(result))
        names = [f"{c.name}, {c.country_name}" for c in result.cities if c.id in speaking_for]
        groups.setdefault(plain("; ".join(names) or NO_CITY), []).append((result, citation))
    return groups


def _excerpt(result: Result, citation: Citation) -> str:
    document = ", ".join(filter(None, (result.document.kind, result.document.date)))
    where = [f"{plain(citation.title)} ({document})"]
    where += [f"page {result.page}"] if result.page else []
    where += [plain(" › ".join(result.section))] if result.section else []
    links = [link("open at passage", result.link), link("permalink", citation.permalink)]
    about = " · ".join([f"\\[{result.rank}\\]", *where, *filter(None, links)])
    return f"{quoted(result.segments)}\n\n{about}"
