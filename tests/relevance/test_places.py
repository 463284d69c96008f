from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.linker import Linker
from indexer.place import Context, GazetteerPlace, Mention
from tests.conftest import ROOT

pytestmark = pytest.mark.gazetteer

LINES = (Path(__file__).parent / "places" / "sentences.jsonl").read_text(encoding="utf-8")
SENTENCES: list[dict[str, Any]] = [json.loads(line) for line in LINES.splitlines()]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load(ROOT / "corpus" / "cities.yaml")


def context(sentence: dict[str, Any], gazetteer: Gazetteer) -> Context:
    said = sentence["context"] or {}
    places = [gazetteer.find(name, country) for name, country in said.get("cities") or []]
    places += [gazetteer.country(said["country"])] if said.get("country") else []
    return Context(sentence["language"], tuple(place for place in places if place))


def is_meant(place: GazetteerPlace, label: dict[str, Any], gazetteer: Gazetteer) -> bool:
    """Whether a place is the labelled one, by whatever name the gazetteer has it."""
    if place.country != label["country"]:
        return False
    if label["type"] == "country" or place.kind == "country":
        return place.kind == "country" and label["name"] in (place.name, label["name"])
    found = gazetteer.find(label["name"], label["country"])
    return found is not None and found.id == place.id


def right(
    mention: Mention, labels: list[dict[str, Any]], gazetteer: Gazetteer
) -> dict[str, Any] | None:
    """Take the label that a mention meets away from those that are left."""
    for label in labels:
        overlaps = mention.start < label["end"] and label["start"] < mention.end
        if overlaps and is_meant(mention.place, label, gazetteer):
            labels.remove(label)
            return label
    return None


def test_the_labels_lie_where_they_say() -> None:
    labels = [(s["text"], m) for s in SENTENCES for m in s["mentions"]]
    assert all(text[m["start"] : m["end"]] == m["text"] for text, m in labels)
    assert (len(SENTENCES), len(labels), sum(s["trap"] for s in SENTENCES)) == (448, 569, 207)


def test_places_are_found_resolved_and_told_apart_by_role(
    gazetteer: Gazetteer, record_property: Callable[[str, object], None], capsys: Any
) -> None:
    linker = Linker(gazetteer)
    counts: Counter[str] = Counter()
    for sentence in SENTENCES:
        left = list(sentence["mentions"])
        for mention in linker.link(sentence["text"], context(sentence, gazetteer)):
            label = right(mention, left, gazetteer)
            counts["right" if label else "wrong"] += 1
            if label and label["type"] != "country":
                counts["role" if label["role"] == mention.role else "other role"] += 1
        counts["missed"] += len(left)
    precision = counts["right"] / (counts["right"] + counts["wrong"])
    recall = counts["right"] / (counts["right"] + counts["missed"])
    roles = counts["role"] / (counts["role"] + counts["other role"])
    line = f"precision {precision:.3f}, recall {recall:.3f}, roles {roles:.3f}, {dict(counts)}"
    record_property("places", line)
    with capsys.disabled():
        print(f"\nplaces: {line}")  # noqa: T201 - the figure that the README quotes
    assert precision >= 0.95, line
    assert recall >= 0.92, line
    assert roles >= 0.90, line
