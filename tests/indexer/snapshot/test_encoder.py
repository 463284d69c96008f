from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import DamagedError
from indexer.snapshot.encoder import Encoder
from indexer.snapshot.manifest import ModelInfo
from indexer.snapshot.snapshot import Snapshot

QUESTIONS = [
    "how did cities handle informal settlements",
    "",
    "Bogotá 🚰\r\n\t東京",
    "water " * 100,
]


@pytest.fixture(scope="module")
def encoder(snapshot: Snapshot) -> Encoder:
    return snapshot.encoder


@pytest.fixture(scope="module")
def folder(snapshot: Snapshot) -> Path:
    return snapshot.path / "encoder"


@pytest.fixture(scope="module")
def model(snapshot: Snapshot) -> ModelInfo:
    return snapshot.manifest.model


def test_every_vector_has_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode_questions(QUESTIONS)
    assert vectors.shape == (4, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_question_has_the_same_vector_alone_and_in_company(encoder: Encoder) -> None:
    together = encoder.encode_questions(QUESTIONS)
    for question, vector in zip(QUESTIONS, together, strict=True):
        np.testing.assert_allclose(encoder.encode_questions([question])[0], vector, atol=1e-6)


def test_a_question_comes_with_the_states_of_its_own_tokens(encoder: Encoder) -> None:
    found = encoder.encode_question("water tanks")
    assert (found.vector.shape, found.states.shape) == ((32,), (2, 32))
    assert found.starts.tolist() == [0, 6]
    np.testing.assert_array_equal(found.vector, encoder.encode_questions(["water tanks"])[0])
    assert encoder.encode_question("").states.shape == (0, 32)


def test_a_passage_comes_with_the_places_of_its_tokens(
    folder: Path, model: ModelInfo, encoder: Encoder
) -> None:
    text = "Bogotá: water"
    found = Encoder(folder, replace(model, passage_prompt="how did ")).encode_passage(text)
    assert found.starts.tolist() == [0, 1, 2, 3, 4, 5, 6, 8]
    assert found.states.shape == (8, 32)
    plain = encoder.encode_passage("how did " + text)
    assert plain.starts.tolist() == [0, 4, *(found.starts + 8)]
    np.testing.assert_array_equal(plain.states[2:], found.states)


def test_different_questions_have_different_vectors(encoder: Encoder) -> None:
    one, other = encoder.encode_questions(["water tanks", "bicycle lanes"])
    assert float(one @ other) < 0.99


@pytest.mark.parametrize(
    ("question", "tokens"),
    [("", 2), ("Water TANKS", 4), ("Bogotá", 8), ("water " * 100, 102)],
)
def test_tokens_are_counted_with_special_ones_and_beyond_the_limit(
    encoder: Encoder, question: str, tokens: int
) -> None:
    assert encoder.count_tokens(question) == tokens


@pytest.mark.parametrize(
    ("question", "held"),
    [("w" * 40, True), ("water " * 46, True), ("water " * 47, False), ("é " * 45, True),
     ("東" * 46, True), ("東" * 47, False)],
)  # fmt: skip
def test_it_is_known_whether_the_model_reads_a_question_to_its_end(
    encoder: Encoder, question: str, held: bool
) -> None:
    assert encoder.holds(question) == held
    assert (encoder.count_tokens(question) <= 48) == held


def test_what_the_model_cannot_read_is_cut(encoder: Encoder) -> None:
    limit = 48 - 2
    full, longer, shorter = encoder.encode_questions(
        ["water " * limit, "water " * limit + "bicycle " * 50, "water " * (limit - 1) + "bicycle"]
    )
    np.testing.assert_array_equal(full, longer)
    assert np.abs(full - shorter).max() > 1e-3


def test_each_role_has_its_own_prompt(folder: Path, model: ModelInfo, encoder: Encoder) -> None:
    prompted = Encoder(folder, replace(model, query_prompt="how did ", passage_prompt="cities "))
    asked, stored = prompted.encode_questions(["tanks"]), prompted.encode_passages(["tanks"])
    np.testing.assert_array_equal(asked, encoder.encode_questions(["how did tanks"]))
    np.testing.assert_array_equal(stored, encoder.encode_passages(["cities tanks"]))
    assert prompted.count_tokens("tanks") == 5


@pytest.mark.parametrize("name", ["tokenizer.json", "model.onnx", "weights.bin"])
def test_a_file_missing_or_cut_short_is_damage(
    folder: Path, model: ModelInfo, tmp_path: Path, name: str
) -> None:
    shutil.copytree(folder, tmp_path / "encoder")
    file = tmp_path / "encoder" / name
    data = file.read_bytes()
    file.unlink()
    for kept in (None, 0, 100):
        if kept is not None:
            file.write_bytes(data[:kept])
        with pytest.raises(DamagedError, match=r"encoder: no encoder[\s\S]*; rebuild the index"):
            Encoder(tmp_path / "encoder", model)
