"""Whole documents: what is known of each, its canonical text, and where its passages stand."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from indexer.document import Aspect, Noise
from indexer.passage import Passage
from indexer.snapshot.passages import StoredDocument
from indexer.snapshot.snapshot import Snapshot
from search_api.engine.answer import DocumentRef, SourceRef, Span


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class NamedPlace(_Part):
    """A place as the document names it."""

    name: str
    country: str | None
    region: str | None


class ListedDocument(_Part):
    """A document in a list."""

    document: DocumentRef
    topics: list[str]
    cities: list[NamedPlace] = Field(description="Places that the document says it is about.")
    passages: int


class DocumentList(_Part):
    """A page of the documents, in the order of their ids."""

    documents: list[ListedDocument]
    total: int
    limit: int
    offset: int
    index: str = Field(description="Id of the snapshot.")


class PassageRef(_Part):
    """Where a passage stands in the text of its document."""

    passage_id: str = Field(description="Stable while the passage's text is unchanged.")
    span: Span
    page: int | None
    section: list[str]
    aspect: Aspect | None = Field(description="What the source's own column says this is about.")
    noise: Noise | None = Field(description="Set where it does not inform: a contact, links.")
    language: str = Field(description="ISO 639-1.")


class ReadDocument(_Part):
    """A document with its canonical text; passages are spans of it."""

    document: DocumentRef
    topics: list[str]
    cities: list[NamedPlace] = Field(description="Places that the document says it is about.")
    text: str = Field(description="Canonical text; offsets count its code points.")
    passages: list[PassageRef]
    index: str = Field(description="Id of the snapshot.")


def list_documents(snapshot: Snapshot, limit: int, offset: int = 0) -> DocumentList:
    """Return at most `limit` documents, after skipping `offset`."""
    return DocumentList(
        documents=[
            ListedDocument(
                document=reference(document),
                topics=list(document.metadata.topics),
                cities=_places(document),
                passages=passages,
            )
            for document, passages in snapshot.passages.listed(limit, offset)
        ],
        total=snapshot.manifest.documents,
        limit=limit,
        offset=offset,
        index=snapshot.manifest.id,
    )


def read_document(snapshot: Snapshot, identity: str) -> ReadDocument | None:
    """Return a document whole, by its id; None if the snapshot holds none of that id."""
    found = snapshot.passages.whole(identity)
    if found is None:
        return None
    return ReadDocument(
        document=reference(found.document),
        topics=list(found.document.metadata.topics),
        cities=_places(found.document),
        text=found.text,
        passages=[passage_ref(passage) for passage in found.passages],
        index=snapshot.manifest.id,
    )


def reference(document: StoredDocument) -> DocumentRef:
    """Describe a document as answers do."""
    about = document.metadata
    return DocumentRef(
        id=document.id,
        title=about.title,
        kind=about.kind,
        date=about.date,
        publisher=about.publisher,
        url=about.url,
        language=about.language,
        sha256=document.sha256,
        sources=[
            SourceRef(publisher=s.publisher, title=s.title, url=s.url, date=s.date)
            for s in about.sources
        ],
    )


def _places(document: StoredDocument) -> list[NamedPlace]:
    return [
        NamedPlace(name=place.name, country=place.country, region=place.region)
        for place in document.metadata.cities
    ]


def passage_ref(passage: Passage) -> PassageRef:
    """Say where a passage stands."""
    return PassageRef(
        passage_id=passage.id,
        span=Span(start=passage.start, end=passage.end),
        page=passage.page,
        section=list(passage.section),
        aspect=passage.aspect,
        noise=passage.noise,
        language=passage.language,
    )
