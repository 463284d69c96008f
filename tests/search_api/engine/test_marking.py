from __future__ import annotations

import pytest

from indexer.snapshot.snapshot import Snapshot
from search_api.engine import late
from search_api.engine.likeness import Likeness
from search_api.engine.marking import marked


@pytest.mark.parametrize("question", ["water tanks for families", "", "the"])
def test_a_sentence_is_marked_alike_alone_and_among_others(
    snapshot: Snapshot, question: str
) -> None:
    tokens = late.asked(snapshot.encoder.encode_question(question).states)

    def likeness() -> Likeness:
        return Likeness(tokens, snapshot.tokens)

    rows = list(range(snapshot.manifest.passages))[::-1]
    passages = [hit.passage for hit in snapshot.passages.hits(rows)]
    together = marked(snapshot, question, likeness(), passages, rows)
    alone = [
        marked(snapshot, question, likeness(), [passage], [row])[0]
        for passage, row in zip(passages, rows, strict=True)
    ]
    assert together == alone
    for passage, span in zip(passages, together, strict=True):
        assert span in passage.sentences


def test_no_passages_hold_no_sentences(snapshot: Snapshot) -> None:
    tokens = late.asked(snapshot.encoder.encode_question("water").states)
    assert marked(snapshot, "water", Likeness(tokens, snapshot.tokens), [], []) == []
