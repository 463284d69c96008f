"""The tools: from arguments to the engine and back."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.errors import NotHeldError
from indexer.snapshot.passages import Hit
from search_api.citations.permalink import ANCHOR, permalink
from search_api.engine.answer import Result, SourceRef
from search_api.engine.citation import cite, deep_link
from search_api.engine.documents import ReadDocument, read_document, reference
from search_api.engine.searcher import Searcher
from search_api.mcp.arguments import Fetch, Search, SearchExcerpts
from search_api.mcp.findings import City, Entries, Entry, Excerpt, Excerpts, Fetched

LONGEST = 100_000
"""Characters of a document that are given at once."""


def search(searcher: Searcher, asked: Search, base: str | None) -> Entries:
    """Find passages and say where they are.

    Args:
        searcher: of one snapshot.
        asked: the question.
        base: address of the server, without a slash at its end; None if there is none.

    Raises:
        QuestionError: the question is empty or longer than the model reads.
    """
    found = searcher.ask(asked.query).results
    return Entries(
        results=[
            Entry(id=each.passage_id, title=_title(each), url=_url_of(each, base)) for each in found
        ]
    )


def search_excerpts(searcher: Searcher, asked: SearchExcerpts, base: str | None) -> Excerpts:
    """Find passages under filters, and give them whole with their references.

    Raises:
        QuestionError: the question is empty or longer than the model reads, or a date is none.
    """
    answer = searcher.ask(asked.query, asked.k, filters=asked.filters)
    return Excerpts(
        verdict=answer.verdict,
        confidence=answer.confidence,
        explanation=answer.explanation,
        results=[_excerpt(result, base) for result in answer.results],
        index=answer.index.id,
    )


def fetch(searcher: Searcher, asked: Fetch, base: str | None) -> Fetched:
    """Read a passage or a document by its id.

    Raises:
        NotHeldError: the index holds neither.
    """
    snapshot = searcher.snapshot
    if (hit := snapshot.passages.find(asked.id)) is not None:
        return _passage(searcher, hit, base)
    if (document := read_document(snapshot, asked.id)) is not None:
        return _document(document, base)
    raise NotHeldError(
        f"no passage or document has the id “{asked.id}” in index {snapshot.manifest.id}; "
        "search for it again"
    )


def _title(result: Result) -> str:
    return " › ".join([result.document.title or result.document.id, *result.section])


def _excerpt(result: Result, base: str | None) -> Excerpt:
    return Excerpt(
        rank=result.rank,
        confidence=result.confidence,
        id=result.passage_id,
        text=result.text,
        sentence="".join(part.text for part in result.segments if part.mark).strip(),
        cities=[
            City(name=city.name, country=city.country_name, role=city.role)
            for city in result.cities
        ],
        title=result.document.title,
        kind=result.document.kind,
        date=result.document.date,
        section=result.section,
        page=result.page,
        document=result.document.id,
        citation=result.citation,
        url=_url_of(result, base),
    )


def _passage(searcher: Searcher, hit: Hit, base: str | None) -> Fetched:
    passage, about = hit.passage, reference(hit.document)
    texts, places = searcher.snapshot.passages.text, searcher.snapshot.places
    link = deep_link(hit.document, passage, (0, len(passage.text)), texts)
    spoken_of = [
        f"{held.place.name}, {held.place.country_name}"
        for held in places.of_passages([hit.row]).get(hit.row, [])
        if held.place.kind != "country"
    ]
    return Fetched(
        id=passage.id,
        title=" › ".join([about.title or about.id, *passage.section]),
        text=passage.text,
        url=link or _address(base, about.id, passage.id) or _source(about.sources),
        metadata=_known(
            document=about.id,
            kind=about.kind,
            date=about.date,
            publisher=about.publisher,
            language=passage.language,
            section=" › ".join(passage.section),
            page=str(passage.page or ""),
            cities="; ".join(spoken_of),
            citation=cite(hit.document, passage),
            index=searcher.snapshot.manifest.id,
        ),
    )


def _document(found: ReadDocument, base: str | None) -> Fetched:
    about, length = found.document, len(found.text)
    cut = f"the first {LONGEST:,} of {length:,} characters; search for passages of the rest"
    return Fetched(
        id=about.id,
        title=about.title or about.id,
        text=found.text[:LONGEST],
        url=about.url or _address(base, about.id) or _source(about.sources),
        metadata=_known(
            document=about.id,
            kind=about.kind,
            date=about.date,
            publisher=about.publisher,
            language=about.language,
            topics="; ".join(found.topics),
            cities="; ".join(
                ", ".join(filter(None, (place.name, place.country))) for place in found.cities
            ),
            sources="; ".join(
                ", ".join(filter(None, (each.publisher, each.title, each.date, each.url)))
                for each in about.sources
            ),
            cut=cut if length > LONGEST else None,
            index=found.index,
        ),
    )


def _known(**about: str | None) -> dict[str, str]:
    return {name: value for name, value in about.items() if value}


def _url_of(result: Result, base: str | None) -> str | None:
    document = result.document
    here = _address(base, document.id, result.passage_id)
    return result.link or here or _source(document.sources)


def _address(base: str | None, document: str, passage: str | None = None) -> str | None:
    """The page of a document on this server, with a passage lit."""
    page = permalink(base, document)
    return f"{page}?passage={passage}{ANCHOR}{passage}" if page and passage else page


def _source(sources: Sequence[SourceRef]) -> str | None:
    """The first address that the document names as its source."""
    return next((each.url for each in sources if each.url), None)
