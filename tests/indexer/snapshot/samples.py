"""Two documents with their passages, and what writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from indexer.document import Document, Metadata, Place, Quote, Source
from indexer.passage import Passage, passage_id
from indexer.snapshot.writer import PassageWriter

ODD = "Cafe\u0301 in Bogotá\r\n\ttwo 🚰 tanks\0\u2028end"

ABOUT = Metadata(
    title="Eau › santé",
    kind="session",
    date="2020-05",
    publisher="Réseau",
    url="https://example.org/a?b=c&d",
    language="fr",
    cities=(Place("Lima", "Peru"), Place("eThekwini", "South Africa", "KwaZulu-Natal")),
    topics=("eau", "santé"),
    sources=(Source("Ville", "Rapport", "https://example.org/r", "2020"), Source("A", "B")),
)


def document(name: str, text: str, metadata: Metadata | None = None) -> Document:
    return Document(name, f"folder/{name}.md", text, (), metadata or Metadata(language="en"))


def passage(name: str, text: str, start: int, end: int) -> Passage:
    excerpt = text[start:end]
    identity = passage_id(name, excerpt, start)
    return Passage(identity, start, end, excerpt, f"Title of {name}", 0, (), ((0, end - start),))


WATER = document("water", ODD, ABOUT)
WATER_PASSAGES = [
    replace(
        passage("water", ODD, 0, 15),
        body=3,
        section=("Eau", "Où? \"ici\" › là"),
        sentences=((0, 4), (5, 15)),
        aspect="challenge",
        page=12,
        place=Place("Bogotá", "Colombia"),
        noise="contact",
        language="fr",
        quotes=(Quote(0, 4, "Ana Rao", "Mayor of “Here”"), Quote(5, 15, "Li Wei")),
    ),
    replace(passage("water", ODD, 15, len(ODD)), language="es"),
]  # fmt: skip
FOOD = document("food", "Baskets came. Markets closed.")
FOOD_PASSAGES = [passage("food", FOOD.text, 0, 13), passage("food", FOOD.text, 14, 29)]
ALL = WATER_PASSAGES + FOOD_PASSAGES

Added = Sequence[tuple[Document, Sequence[Passage]]]
BOTH: Added = [(WATER, WATER_PASSAGES), (FOOD, FOOD_PASSAGES)]


def write(path: Path, added: Added = BOTH) -> PassageWriter:
    writer = PassageWriter(path)
    for one, passages in added:
        writer.add(one, passages)
    writer.close()
    return writer
