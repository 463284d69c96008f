from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import ModelError
from indexer.parity import check_parity
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import write_vectors

Array = NDArray[np.float32]


def last_turned(vectors: Array) -> Array:
    return np.vstack([vectors[:-1], np.roll(vectors[-1:], 1)])


def test_the_encoder_of_a_snapshot_makes_its_vectors(snapshot: Snapshot) -> None:
    assert check_parity(snapshot.path, snapshot.manifest.model) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("spoilt", "cosine"),
    [
        (lambda vectors: -vectors, r"-1\.0000"),
        (last_turned, r"-?0\.\d{4}"),
        (lambda vectors: vectors * np.nan, "nan"),
    ],
    ids=["turned", "one of them turned", "no numbers"],
)
def test_vectors_that_the_encoder_would_not_make_are_refused(
    index_copy: IndexFolder, snapshot: Snapshot, spoilt: Callable[[Array], Array], cosine: str
) -> None:
    path = index_copy.published().path
    (path / "vectors.faiss").unlink()
    write_vectors(path, [spoilt(snapshot.vectors.at(np.arange(7)))], 32)
    wanted = (
        r"model '.+': the compiled encoder differs from what embedded the passages "
        rf"\(cosine {cosine}, at least 0\.99 is needed\)"
    )
    with pytest.raises(ModelError, match=wanted):
        check_parity(path, snapshot.manifest.model)
