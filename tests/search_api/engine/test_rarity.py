from __future__ import annotations

import numpy as np
import pytest

from indexer.snapshot.snapshot import Snapshot
from search_api.engine.rarity import PLAIN, most_possible, token_weights


def weights(snapshot: Snapshot, question: str) -> list[float]:
    encoded = snapshot.encoder.encode_question(question)
    passages = snapshot.manifest.passages
    found = token_weights(snapshot.lexical, passages, question, encoded.starts)
    return [float(weight) for weight in found]


def test_a_token_weighs_as_its_word_is_rare(snapshot: Snapshot) -> None:
    water = snapshot.lexical.idf("water")
    assert water > PLAIN
    assert weights(snapshot, "the water?") == pytest.approx([PLAIN, water, PLAIN], abs=1e-6)


def test_all_pieces_of_a_word_weigh_alike_and_an_unknown_one_most(snapshot: Snapshot) -> None:
    unknown = np.log(1 + (snapshot.manifest.passages + 0.5) / 0.5)
    found = weights(snapshot, "qqqq water")
    assert len(found) > 2
    expected = [unknown] * (len(found) - 1) + [snapshot.lexical.idf("water")]
    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("question", "expected"), [("", []), ("?!", [PLAIN, PLAIN])])
def test_a_question_without_words_is_weighed_too(
    question: str, expected: list[float], snapshot: Snapshot
) -> None:
    assert weights(snapshot, question) == expected


def test_the_most_that_words_could_give_is_their_rarity_without_stop_words(
    snapshot: Snapshot,
) -> None:
    lexical, passages = snapshot.lexical, snapshot.manifest.passages
    unknown = np.log(1 + (passages + 0.5) / 0.5)
    expected = 2 * lexical.idf("water") + unknown
    assert most_possible(lexical, passages, "the water, qqqq water?") == pytest.approx(expected)
    assert most_possible(lexical, passages, "the ?") == 0
