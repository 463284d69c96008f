from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from indexer.embedding.cache import VectorCache
from indexer.embedding.embedded import Embedded
from indexer.embedding.embedder import Embedder
from indexer.embedding.models import ModelFiles, find_model
from indexer.embedding.reference import Reference
from indexer.snapshot.encoder import Vector

pytestmark = pytest.mark.slow

TEXTS = [f"water tanks for city {number}" for number in range(260)]


class SentenceTransformers:
    """A maker of the plainest kind, which loads its model when it is first asked."""

    batch = 256

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def encode_passages(self, texts: Sequence[str]) -> list[Embedded]:
        none = np.zeros((0, 8), dtype=np.uint8), np.zeros(0, dtype=np.int32)
        return [Embedded(vector, *none) for vector in self._reference.encode_passages(texts)]


def stacked(batch: Sequence[Embedded]) -> Vector:
    return np.stack([made.vector for made in batch])


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
    batches = [stacked(batch) for batch in embedder.batches(TEXTS, told.append)]
    assert [batch.shape for batch in batches] == [(256, 32), (4, 32)]
    found = np.concatenate(batches)[::20]
    np.testing.assert_allclose(found, stacked(reference.encode_passages(TEXTS[::20])), atol=1e-6)
    assert told == [256, 260]
    assert embedder.made == 260


def test_what_is_known_is_not_embedded_again(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    (first,) = Embedder(reference, store).batches(TEXTS[:10], ignore)
    unloadable = SentenceTransformers(Reference(ModelFiles("gone", Path("no such folder"), "")))
    embedder = Embedder(unloadable, store)
    (again,) = embedder.batches(TEXTS[9::-1], ignore)
    assert embedder.made == 0
    np.testing.assert_array_equal(stacked(again), stacked(first)[::-1])


def test_only_new_texts_are_embedded_and_everything_keeps_its_place(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    list(Embedder(reference, store).batches(TEXTS[:5], ignore))
    embedder = Embedder(reference, store)
    mixed = [TEXTS[7], TEXTS[1], TEXTS[6], TEXTS[4]]
    (made,) = embedder.batches(mixed, ignore)
    assert embedder.made == 2
    np.testing.assert_allclose(stacked(made), stacked(reference.encode_passages(mixed)), atol=1e-6)


def test_a_text_that_occurs_again_is_embedded_once(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    embedder = Embedder(reference, store)
    texts = [TEXTS[0], TEXTS[1], TEXTS[0]] + [TEXTS[1]] * 256
    first, second = embedder.batches(texts, ignore)
    assert embedder.made == 2
    assert (len(first), len(second)) == (256, 3)
    np.testing.assert_array_equal(first[0].vector, first[2].vector)
    np.testing.assert_array_equal(second[2].vector, first[1].vector)


def test_a_damaged_vector_is_made_anew(
    reference: SentenceTransformers, store: VectorCache, tmp_path: Path
) -> None:
    (right,) = Embedder(reference, store).batches(TEXTS[:3], ignore)
    (path,) = tmp_path.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE vectors SET vector = zeroblob(128) WHERE key = (SELECT max(key) FROM vectors)"
        )
    embedder = Embedder(reference, store)
    (again,) = embedder.batches(TEXTS[:3], ignore)
    assert embedder.made == 1
    np.testing.assert_allclose(stacked(again), stacked(right), atol=1e-6)


def test_a_build_that_dies_keeps_the_batches_that_were_done_and_has_read_no_further(
    reference: SentenceTransformers, store: VectorCache
) -> None:
    taken: list[str] = []

    def stream() -> Iterator[str]:
        for text in TEXTS:
            taken.append(text)
            yield text

    next(Embedder(reference, store).batches(stream(), ignore))
    assert len(taken) == 256
    embedder = Embedder(reference, store)
    list(embedder.batches(TEXTS, ignore))
    assert embedder.made == 260 - 256


def test_no_texts_give_no_batches(reference: SentenceTransformers, store: VectorCache) -> None:
    assert list(Embedder(reference, store).batches([], ignore)) == []
