"""A selection of passages, cited together."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.snapshot.labels import Mask
from indexer.snapshot.passages import Passages
from search_api.citations.record import Citation, Reading, cite_hit


def cite_passages(
    ids: Sequence[str], passages: Passages, reading: Reading, allowed: Mask | None = None
) -> tuple[list[Citation], list[str]]:
    """Cite passages by their ids, each once, in the order asked for.

    Args:
        ids: of the passages.
        passages: of the snapshot.
        reading: what, when and where it is read.
        allowed: by row, those that may be cited; all if None.

    Returns:
        The citations, and the ids that the snapshot does not hold, or may not show.
    """
    found, unknown = [], []
    for identity in dict.fromkeys(ids):
        hit = passages.find(identity)
        if hit and (allowed is None or allowed[hit.row]):
            found.append(cite_hit(hit, passages, reading))
        else:
            unknown.append(identity)
    return found, unknown


def not_held(identity: str, snapshot: str) -> str:
    """Say that a passage is not there, and what to do."""
    return (
        f"passage {identity} is not in index {snapshot}; take ids from an answer's `passage_id`, "
        "and look for an older citation with `citywise verify --citation FILE`"
    )
