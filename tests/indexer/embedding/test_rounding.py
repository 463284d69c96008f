from __future__ import annotations

import numpy as np
import pytest

from indexer.embedding.rounding import Floats, Layout, as_they_are, evened, rounded, with_copies


def drawn(*shape: int) -> Floats:
    return np.random.default_rng(3).normal(size=shape).astype(np.float32)


def restored(weights: Floats, layout: Layout) -> Floats:
    """What rounded weights stand for, copies of a channel added up."""
    whole, scale = rounded(weights, layout)
    summed = np.zeros(weights.shape)
    np.add.at(summed, layout.channels, whole * scale)
    return summed.astype(np.float32)


@pytest.mark.parametrize("channels", [6, 7])
@pytest.mark.parametrize("sign", [1, -1])
def test_no_two_products_exceed_16_bits(channels: int, sign: int) -> None:
    weights = sign * np.abs(drawn(channels, 500))
    weights[:, :100] = sign  # pairs of equals, and columns of nothing
    weights[:, 100:110] = 0
    for layout in (as_they_are(channels), with_copies(weights, 5)):
        whole = rounded(weights, layout)[0].astype(np.int32)
        pairs = np.pad(whole, ((0, len(whole) % 2), (0, 0))).reshape(-1, 2, 500)
        largest = np.abs(pairs.sum(axis=1)).max() * 255
        assert 31_000 < largest <= 32_767


def test_weights_are_off_by_half_a_step_at_most_however_often_held() -> None:
    weights = drawn(40, 30)
    weights[3] *= 20
    for layout in (as_they_are(40), with_copies(weights, 9)):
        scale = rounded(weights, layout)[1]
        assert (np.abs(restored(weights, layout) - weights) <= 0.5001 * scale).all()


def test_copies_of_large_channels_make_the_steps_of_the_others_finer() -> None:
    weights = drawn(40, 30)
    weights[3] *= 20
    layout = with_copies(weights, 9)
    assert layout.times.tolist() == [1, 1, 1, 10] + 36 * [1]
    assert sorted(layout.channels) == sorted([*range(40), *9 * [3]])
    others = np.arange(40) != 3
    before = np.abs(restored(weights, as_they_are(40)) - weights)[others].mean()
    after = np.abs(restored(weights, layout) - weights)[others].mean()
    assert 0.1 < after / before < 0.3


def test_a_large_channel_hands_its_size_to_the_weights() -> None:
    seen, weights = drawn(50, 8), drawn(8, 30)
    seen[:, 5] *= 100
    sizes = evened(seen, weights)
    assert (2 * np.log2(sizes) % 1 == 0).all()
    assert sizes.argmax() == 5
    largest = np.abs(seen / sizes).max(axis=0)
    assert largest[5] < 12 * np.median(largest)
    np.testing.assert_allclose(
        seen / sizes @ (weights * sizes[:, None]), seen @ weights, rtol=1e-3, atol=1e-3
    )


def test_a_channel_that_is_never_used_has_a_size_all_the_same() -> None:
    seen, weights = drawn(50, 8), drawn(8, 30)
    seen[:, 2], weights[6] = 0, 0
    assert np.isfinite(evened(seen, weights)).all()
