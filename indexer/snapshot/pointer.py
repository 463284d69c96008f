"""The pointer of an index: which snapshot is the published one, and the hash of its manifest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from indexer.errors import DamagedError

POINTER = "current"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `current` says.

    Attributes:
        snapshot: name of the snapshot's folder.
        manifest_sha256: of its manifest, which has the checksums of everything else.
    """

    snapshot: str
    manifest_sha256: str

    def to_json(self) -> str:
        """Serialise, with a check by which a flipped bit in the pointer itself is seen."""
        return (
            json.dumps(
                {
                    "snapshot": self.snapshot,
                    "manifest_sha256": self.manifest_sha256,
                    "check": self._check(),
                }
            )
            + "\n"
        )

    def _check(self) -> str:
        named = f"{self.snapshot} {self.manifest_sha256}"
        return hashlib.sha256(named.encode()).hexdigest()[:16]


def parse_pointer(text: str | bytes, where: object) -> Pointer:
    """Read a pointer.

    Raises:
        DamagedError: it is not what was written.
    """
    problem = DamagedError(f"{where}: damaged; rebuild with `citywise index`")
    try:
        raw = json.loads(text)
        pointer = Pointer(raw["snapshot"], raw["manifest_sha256"])
        is_intact = raw["check"] == pointer._check()
    except (ValueError, TypeError, KeyError) as error:
        raise problem from error
    if not is_intact:
        raise problem
    return pointer
