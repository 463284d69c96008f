from __future__ import annotations

import numpy as np
import pytest

from indexer.snapshot.tokens import OUTSIDE, signs
from search_api.engine.late import LONG, added, apart, asked, best_of, of_passages, of_sentences

CHANCE = np.random.default_rng(5)


def states(tokens: int, width: int = 384) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return CHANCE.normal(size=(tokens, width)).astype(np.float32)


def test_a_short_question_keeps_the_sign_and_whether_a_value_is_great() -> None:
    # The deviation of these is 1: great is what exceeds 0.996.
    held = asked(np.array([[1.3, -1.3, -0.55, 0.55] * 16], dtype=np.float32)).bits
    assert held.shape == (2, 1, 8)
    assert held[0].tolist() == [[0b10011001] * 8]
    assert held[1].tolist() == [[0b10101010] * 8]
    assert asked(states(LONG)).bits.shape == (2, LONG, 48)
    assert asked(states(LONG + 1)).bits.shape == (1, LONG + 1, 48)


@pytest.mark.parametrize(("tokens", "correlation"), [(5, 0.92), (LONG + 4, 0.78)])
def test_differing_bits_tell_the_inner_product_with_signs(tokens: int, correlation: float) -> None:
    question, passage = states(tokens), states(40)
    exact = question @ np.where(passage > 0, 1, -1).T / 384
    found = apart(asked(question), signs(passage))
    assert np.corrcoef(found.ravel(), exact.ravel())[0, 1] < -correlation


@pytest.mark.parametrize("tokens", [3, LONG + 4])
def test_a_token_is_nearest_to_itself(tokens: int) -> None:
    passage = states(tokens)
    question = asked(passage)
    assert apart(question, signs(passage)).argmin(axis=1).tolist() == list(range(tokens))
    found = best_of(question, apart(question, signs(passage)), np.array([tokens]))
    # The mean size of a normal value is 0.798 deviations.
    assert found == pytest.approx([0.8], abs=0.02)


def test_the_nearest_token_of_each_group_counts_and_the_question_s_tokens_count_alike() -> None:
    question = asked(states(2))
    distances = np.array([[96, 144, 48], [192, 0, 144]], dtype=np.uint16)
    # The nearest: 96 and 0, 48 and 144: 0.498 * (3 - 2 * 48 / 384), 0.498 * (3 - 2 * 96 / 384)
    found = best_of(question, distances, np.array([2, 0, 1, 0]))
    assert found == pytest.approx([1.3695, 0, 1.245, 0], abs=1e-6)
    # With three quarters of the weight on the first: 72 and 72
    weighed = asked(states(2), np.array([6, 2], dtype=np.float32))
    assert weighed.weights.tolist() == [0.75, 0.25]
    found = best_of(weighed, distances, np.array([2, 0, 1, 0]))
    assert found == pytest.approx([1.30725, 0, 1.30725, 0], abs=1e-6)


def test_without_tokens_nothing_is_found() -> None:
    none, some = asked(states(0)), asked(states(2))
    assert apart(none, signs(states(3))).shape == (0, 3)
    assert best_of(none, np.zeros((0, 3), np.uint16), np.array([2, 1])).tolist() == [0, 0]
    assert best_of(some, np.zeros((2, 0), np.uint16), np.array([0])).tolist() == [0]


def test_a_sentence_is_compared_by_its_own_tokens_alone() -> None:
    passage = states(6)
    numbers = np.array([OUTSIDE, 0, 0, 2, 2, OUTSIDE], dtype=np.int32)
    found = of_sentences(asked(passage[3:5]), signs(passage), numbers, 3)
    assert found.argmax() == 2
    assert found[1] == 0
    assert found[2] == pytest.approx(0.8, abs=0.05)
    other = of_sentences(asked(passage[5:]), signs(passage), numbers, 3)
    assert other.max() < 0.3


def test_a_passage_counts_as_a_whole_and_by_its_best_sentence() -> None:
    first, second = states(1), states(1)
    question = asked(np.concatenate([first, second]))
    # One passage has both tokens in one sentence, one in two, one has none at all.
    bits = signs(np.concatenate([first, second, states(1), first, second]))
    counts, numbers = np.array([3, 0, 2]), np.array([0, 0, 1, 0, 1], dtype=np.int32)
    whole = best_of(question, apart(question, bits), counts)
    assert whole == pytest.approx([0.8, 0, 0.8], abs=0.05)
    found = of_passages(question, bits, counts, numbers)
    assert found[0] == pytest.approx(2 * whole[0])
    assert found[1] == 0
    one = best_of(question, apart(question, bits[3:]), np.array([1, 1]))
    assert found[2] == pytest.approx(whole[2] + one.max())
    assert of_passages(question, bits[:0], np.array([0]), numbers[:0]).tolist() == [0]


def test_what_was_found_is_scaled_weighed_and_added() -> None:
    scores = np.array([0.1, 1.0, 0.5, 0.4], dtype=np.float32)
    share = np.array([1, 1, 1, 0.5], dtype=np.float32)
    found = np.array([0.25, 0.5, 0.75], dtype=np.float32)
    total = added(scores, np.array([1, 2, 3]), found, share)
    # 0.1 / 1.5, (1 + 0) / 1.5, (0.5 + 0.5 / 2) / 1.5, (0.4 + 0.25) / 1.25
    assert total == pytest.approx([0.066667, 0.666667, 0.5, 0.52], abs=1e-6)
    total = added(scores, np.array([1, 2, 3]), found, share, 0.3)
    # 0.1 / 1.3, (1 + 0) / 1.3, (0.5 + 0.3 / 2) / 1.3, (0.4 + 0.15) / 1.15
    assert total == pytest.approx([0.076923, 0.769231, 0.5, 0.478261], abs=1e-6)


def test_passages_that_are_equally_near_keep_their_order() -> None:
    one, none = np.ones(2, np.float32), np.zeros(0, np.float32)
    total = added(np.array([1.0, 0.5], np.float32), np.array([0, 1]), one, one)
    assert total == pytest.approx([1.0, 0.666667], abs=1e-6)
    assert added(none, np.zeros(0, np.int64), none, none).shape == (0,)
