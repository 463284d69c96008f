from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.errors import DamagedError
from indexer.passage import Passage
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.tokens import (
    OUTSIDE,
    Tokens,
    TokenWriter,
    differing,
    sentence_numbers,
    signs,
)


def passage(context: str = "") -> Passage:
    """A heading, which the context holds already, and two sentences behind it."""
    text = "Water\n\nTanks came. Trucks left."
    return Passage("p", 0, len(text), text, context, 7, (), ((0, 5), (7, 18), (19, 31)))


def test_signs_are_bits_from_the_first_dimension_on_filled_up_to_whole_words() -> None:
    states = np.array([[0.5, -0.5, 0.0, 1e-9] + [-1.0] * 5 + [2.0]], dtype=np.float32)
    assert signs(states).tolist() == [[0b10010000, 0b01000000, 0, 0, 0, 0, 0, 0]]
    assert signs(np.ones((0, 384), dtype=np.float32)).shape == (0, 48)


@pytest.mark.parametrize("width", [8, 48, 64, 136])
def test_differing_bits_are_counted_for_every_pair_and_any_width(width: int) -> None:
    chance = np.random.default_rng(width)
    ours, theirs = (chance.integers(0, 256, (n, width), dtype=np.uint8) for n in (3, 50))
    expected = np.bitwise_count(ours[:, None] ^ theirs).sum(axis=2)
    assert differing(ours, theirs).tolist() == expected.tolist()
    assert differing(ours[:0], theirs).shape == (0, 50)


@pytest.mark.parametrize(("context", "before"), [("", 0), ("Note \u203a Water", 13)])
def test_each_token_knows_its_sentence_behind_the_context(context: str, before: int) -> None:
    held = passage(context)
    starts = [held.embedded.index(word) for word in ("Tanks", "came", ".", "Trucks", "left")]
    assert starts[0] == before
    numbers = sentence_numbers(held, np.array([*starts, len(held.embedded)], dtype=np.int32))
    assert numbers.tolist() == [1, 1, 1, 2, 2, OUTSIDE]


def test_tokens_of_a_context_are_in_no_sentence() -> None:
    starts = np.array([0, 5, 12, 13], dtype=np.int32)
    assert sentence_numbers(passage("Note \u203a Water"), starts).tolist() == [OUTSIDE] * 3 + [1]
    nothing = Passage("p", 0, 4, "text", "", 0, (), ())
    assert sentence_numbers(nothing, np.array([0], dtype=np.int32)).tolist() == [OUTSIDE]


@pytest.mark.parametrize("counts", [(2, 0, 3), (0, 0, 0)])
def test_tokens_come_back_by_rows(tmp_path: Path, counts: tuple[int, ...]) -> None:
    chance = np.random.default_rng(1)
    bits = [chance.integers(0, 256, (count, 8), dtype=np.uint8) for count in counts]
    with TokenWriter(tmp_path / "tokens") as writer:
        for each in bits:
            writer.add(passage(), each, np.full(len(each), 12, dtype=np.int32))
    tokens = Tokens(tmp_path / "tokens", 3)
    found, lengths = tokens.of([2, 1, 0])
    assert lengths.tolist() == list(counts[::-1])
    np.testing.assert_array_equal(found, np.concatenate(bits[::-1]))
    assert tokens.sentences(2).tolist() == [2] * counts[2]
    assert tokens.of([])[1].tolist() == []


def test_a_snapshot_holds_the_tokens_that_its_encoder_gives(snapshot: Snapshot) -> None:
    for row, held in enumerate(snapshot.passages.all()):
        expected = snapshot.encoder.encode_passage(held.embedded)
        bits, _ = snapshot.tokens.of([row])
        np.testing.assert_array_equal(bits, signs(expected.states))
        numbers = sentence_numbers(held, expected.starts)
        assert snapshot.tokens.sentences(row).tolist() == numbers.tolist()


@pytest.mark.parametrize("name", ["bits.bin", "offsets.npy", "sentences.npy"])
@pytest.mark.parametrize("kept", [None, 0, 100])
def test_a_file_missing_or_cut_short_is_damage(tmp_path: Path, name: str, kept: int | None) -> None:
    with TokenWriter(tmp_path / "tokens") as writer:
        for _ in range(40):
            writer.add(passage(), np.ones((7, 8), np.uint8), np.zeros(7, np.int32))
    path = tmp_path / "tokens" / name
    data = path.read_bytes()
    path.unlink()
    if kept is not None:
        path.write_bytes(data[:kept])
    with pytest.raises(DamagedError, match="tokens: cannot be read; rebuild the index"):
        Tokens(tmp_path / "tokens", 40)


def test_tokens_of_another_number_of_passages_are_damage(tmp_path: Path) -> None:
    with TokenWriter(tmp_path / "tokens") as writer:
        writer.add(passage(), np.ones((7, 8), np.uint8), np.zeros(7, np.int32))
    with pytest.raises(DamagedError, match="tokens: cannot be read; rebuild the index"):
        Tokens(tmp_path / "tokens", 2)
