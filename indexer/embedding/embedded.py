"""What a model makes of a passage: one vector, and the states of its tokens at one bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.snapshot.encoder import Encoded, Vector
from indexer.snapshot.tokens import Bits, Numbers, signs


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """A passage as the model sees it.

    Attributes:
        vector: normalised, of shape (dimension,).
        bits: of its tokens, special ones and the prompt left out.
        starts: where each of these tokens starts in the text.
    """

    vector: Vector
    bits: Bits
    starts: Numbers

    def to_bytes(self) -> tuple[bytes, bytes, bytes]:
        """The three arrays as bytes, little-endian."""
        starts = self.starts.astype("<i4").tobytes()
        return self.vector.astype("<f4").tobytes(), self.bits.tobytes(), starts


def from_bytes(vector: bytes, bits: bytes, starts: bytes) -> Embedded:
    """Read back what `Embedded.to_bytes` gave."""
    numbers = np.frombuffer(starts, dtype="<i4")
    held = np.frombuffer(bits, dtype=np.uint8)
    width = len(held) // max(len(numbers), 1)
    return Embedded(np.frombuffer(vector, dtype="<f4"), held.reshape(len(numbers), width), numbers)


def at_one_bit(encoded: Encoded) -> Embedded:
    """Keep of each token's state only the signs."""
    return Embedded(encoded.vector, signs(encoded.states), encoded.starts)
