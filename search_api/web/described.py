"""What machines read of a page: a data set in JSON-LD, a document in meta elements."""

from __future__ import annotations

from typing import Any

from search_api.engine.answer import IndexRef
from search_api.engine.documents import ReadDocument
from search_api.web.examples import TOPICS, Collection


def dataset(base: str, index: IndexRef, collection: Collection) -> dict[str, Any]:
    """Describe the collection as schema.org has it (https://schema.org/Dataset)."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": "citywise",
        "description": f"{index.documents} documents of networks of cities, in "
        f"{index.passages} passages that can be searched by meaning and cited.",
        "url": f"{base}/",
        "version": index.id,
        "dateModified": index.built,
        "keywords": [topic for topic, _ in collection.topics[:TOPICS]],
        "temporalCoverage": "/".join(collection.years),
        "isAccessibleForFree": True,
        "distribution": {
            "@type": "DataDownload",
            "encodingFormat": "application/json",
            "contentUrl": f"{base}/v1/documents",
        },
    }


def citation(base: str, address: str, read: ReadDocument) -> list[tuple[str, str]]:
    """Describe a document as Google Scholar and Zotero read it, and in Dublin Core.

    Names are those of Highwire Press (https://scholar.google.com/intl/en/scholar/inclusion.html)
    and of DCMI Metadata Terms; what is not known is left out.
    """
    document = read.document
    about = [
        ("citation_title", document.title or document.id),
        ("citation_publication_date", (document.date or "").replace("-", "/")),
        ("citation_publisher", document.publisher),
        ("citation_language", document.language),
        ("citation_public_url", document.url or base + address),
        ("citation_keywords", "; ".join(read.topics)),
        ("DC.type", "Text"),
        ("DC.identifier", base + address),
        ("DC.source", document.url),
    ]
    return [(name, value) for name, value in about if value]
