from __future__ import annotations

import numpy as np
import pytest

from indexer.snapshot.tokens import OUTSIDE, signs
from search_api.engine.late import (
    LONG,
    Near,
    added,
    apart,
    asked,
    near,
    of_best_sentences,
    of_passages,
    of_sentences,
)

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
    one = np.zeros(tokens, dtype=np.int32)
    found = of_best_sentences(question, near(question, signs(passage), np.array([tokens]), one))
    # The mean size of a normal value is 0.798 deviations.
    assert found == pytest.approx([0.8], abs=0.02)


def test_the_nearest_token_counts_and_the_question_s_tokens_by_their_weights() -> None:
    question = asked(states(2))
    # Where the nearest tokens of three sentences differ; the second passage has none.
    held = Near(
        np.array([[96, 144, 48], [192, 0, 144]], dtype=np.int32),
        np.array([0, 1, 0], dtype=np.int32),
        np.array([2, 0, 1]),
    )
    # 0.498 * (3 - 2 * 72 / 384), 0.498 * (3 - 2 * 96 / 384)
    assert of_best_sentences(question, held) == pytest.approx([1.30725, 0, 1.245], abs=1e-6)
    # The whole of the first by 96 and 0.
    best = of_best_sentences(question, held)
    assert of_passages(question, held, best) == pytest.approx([1.3695 + 1.30725, 0, 2.49], abs=1e-6)
    # With three quarters of the weight on the first token: 108, and 72
    weighed = asked(states(2), np.array([6, 2], dtype=np.float32))
    assert weighed.weights.tolist() == [0.75, 0.25]
    assert of_best_sentences(weighed, held) == pytest.approx([1.213875, 0, 1.30725], abs=1e-6)


def test_the_weakest_tokens_of_a_sentence_count_most() -> None:
    question = asked(states(2), np.array([6, 2], dtype=np.float32))  # which here count alike
    apart = np.array([[96, 144, 48], [192, 0, 144]], dtype=np.int32)
    held = Near(apart, np.array([OUTSIDE, 0, 1], dtype=np.int32), np.array([3]))
    # The tokens' likeness is 1.245 and 0.996; 1.1205 and 1.494; 1.3695 and 1.1205.
    assert of_sentences(question, held) == pytest.approx([1.08402, 1.23039, 1.20852], abs=1e-5)


def test_without_tokens_nothing_is_found() -> None:
    none, some, one = asked(states(0)), asked(states(2)), np.zeros(3, dtype=np.int32)
    found = near(none, signs(states(3)), np.array([2, 1]), one)
    assert found.apart.shape == (0, 2)
    assert of_passages(none, found, of_best_sentences(none, found)).tolist() == [0, 0]
    assert of_sentences(none, found).tolist() == [0, 0]
    found = near(some, signs(states(0)), np.array([0]), one[:0])
    assert of_passages(some, found, of_best_sentences(some, found)).tolist() == [0]
    assert of_sentences(some, found).tolist() == []


def test_a_passage_counts_as_a_whole_and_by_its_best_sentence() -> None:
    first, second = states(1), states(1)
    question = asked(np.concatenate([first, second]))
    # One passage has both tokens in one sentence, one in two, one has none at all.
    bits = signs(np.concatenate([first, second, states(1), first, second]))
    counts, numbers = np.array([3, 0, 2]), np.array([0, 0, OUTSIDE, 0, 1], dtype=np.int32)
    held = near(question, bits, counts, numbers)
    assert (held.numbers.tolist(), held.counts.tolist()) == ([0, OUTSIDE, 0, 1], [2, 0, 2])
    best = of_best_sentences(question, held)
    found = of_passages(question, held, best)
    assert found == pytest.approx([1.6, 0, 0.8 + best[2]], abs=0.1)
    assert found[0] == pytest.approx(2 * best[0])
    assert best[2] < 0.6


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
