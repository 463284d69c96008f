from __future__ import annotations

from indexer.passage import Passage, passage_id


def test_the_id_of_a_passage_never_changes() -> None:
    # Citations hold on to it: a new value here breaks every link to a passage.
    assert passage_id("durban-note", "Cafe\u0301 opened.", 1) == "bd9f944e91bb52d2"


def test_document_text_and_occurrence_each_make_another_id() -> None:
    ids = {
        passage_id(document, text, occurrence)
        for document in ("a", "b", "a1")
        for text in ("a", "b", "1a", "Caf\u00e9", "Cafe\u0301")
        for occurrence in (1, 2, 11)
    }
    assert len(ids) == 3 * 5 * 3


def passage(context: str, text: str, body: int) -> Passage:
    return Passage("p", 0, len(text), text, context, body, (), ())


def test_what_is_embedded_is_the_context_and_the_text_behind_its_headings() -> None:
    text = "Talk\n\nWater\n\nTanks came."
    assert passage("Talk › Water", text, 13).embedded == "Talk › Water\nTanks came."
    assert passage("Talk", "Tanks came.", 0).embedded == "Talk\nTanks came."
    assert passage("", "Tanks came.", 0).embedded == "Tanks came."
