from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.embedding.cache import VectorCache
from indexer.embedding.embedder import Embedder
from indexer.embedding.models import ModelFiles, find_model
from indexer.embedding.reference import Reference

TEXTS = [f"water tanks for city {number}" for number in range(260)]


class SentenceTransformers:
    """A maker of the plainest kind, which loads its model when it is first asked."""

    batch = 256

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._reference.encode_passages(texts)


@pytest.fixture(scope="module")
def reference(tiny_model: Path) -> SentenceTransformers:
    return SentenceTransformers(Reference(find_model(str(tiny_model))))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorCache]:
    with closing(VectorCache(tmp_path, "f" * 64)) as cache:
        yield cache


def ignore(done: int) -> None: ...


def test_vectors_are_those_of_the_model_batch_by_batch(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    told: list[int] = []
    embedder = Embedder(reference, store)
    batches = list(embedder.vectors(TEXTS, told.append))
    assert [batch.shape for batch in batches] == [(256, 32), (4, 32)]
    found = np.concatenate(batches)[::20]
    np.testing.assert_allclose(found, reference.encode_passages(TEXTS[::20]), atol=1e-6)
    assert told == [256, 260]
    assert embedder.made == 260


def test_what_is_known_is_not_embedded_again(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    (first,) = Embedder(reference, store).vectors(TEXTS[:10], ignore)
    unloadable = SentenceTransformers(Reference(ModelFiles("gone", Path("no such folder"), "")))
    embedder = Embedder(unloadable, store)
    (again,) = embedder.vectors(TEXTS[9::-1], ignore)
    assert embedder.made == 0
    np.testing.assert_array_equal(again, first[::-1])


def test_only_new_texts_are_embedded_and_everything_keeps_its_place(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    list(Embedder(reference, store).vectors(TEXTS[:5], ignore))
    embedder = Embedder(reference, store)
    mixed = [TEXTS[7], TEXTS[1], TEXTS[6], TEXTS[4]]
    (vectors,) = embedder.vectors(mixed, ignore)
    assert embedder.made == 2
    np.testing.assert_allclose(vectors, reference.encode_passages(mixed), atol=1e-6)


def test_a_text_that_occurs_again_is_embedded_once(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    embedder = Embedder(reference, store)
    texts = [TEXTS[0], TEXTS[1], TEXTS[0]] + [TEXTS[1]] * 256
    first, second = embedder.vectors(texts, ignore)
    assert embedder.made == 2
    assert (len(first), len(second)) == (256, 3)
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(second[2], first[1])


def test_a_damaged_vector_is_made_anew(
    reference: SentenceTransformers, store: VectorCache, tmp_path: Path
) -> None:
    (right,) = Embedder(reference, store).vectors(TEXTS[:3], ignore)
    (path,) = tmp_path.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE vectors SET vector = zeroblob(128) WHERE key = (SELECT max(key) FROM vectors)"
        )
    embedder = Embedder(reference, store)
    (again,) = embedder.vectors(TEXTS[:3], ignore)
    assert embedder.made == 1
    np.testing.assert_allclose(again, right, atol=1e-6)


def test_a_build_that_dies_keeps_the_batches_that_were_done_and_has_read_no_further(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    taken: list[str] = []

    def stream() -> Iterator[str]:
        for text in TEXTS:
            taken.append(text)
            yield text

    next(Embedder(reference, store).vectors(stream(), ignore))
    assert len(taken) == 256
    embedder = Embedder(reference, store)
    list(embedder.vectors(TEXTS, ignore))
    assert embedder.made == 260 - 256


def test_no_texts_give_no_batches(reference: SentenceTransformers, store: VectorCache) -> None:
    assert list(Embedder(reference, store).vectors([], ignore)) == []
