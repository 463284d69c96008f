from __future__ import annotations

from pathlib import Path

import numpy as np

from indexer.snapshot.questions import Questions, write_questions
from search_api.engine.related import related


def listed(folder: Path, cosines: list[float]) -> Questions:
    """Questions with these cosines to the first axis."""
    vectors = np.array([[x, np.sqrt(1 - x * x)] for x in cosines], dtype=np.float32)
    texts = [f"Question {number}?" for number in range(len(cosines))]
    write_questions(folder, texts, vectors)
    return Questions(folder, 2)


AXIS = np.array([1.0, 0.0], dtype=np.float32)


def test_the_nearest_three_are_offered_and_none_that_is_far(tmp_path: Path) -> None:
    questions = listed(tmp_path / "q", [0.5, 0.9, 0.1, 0.7, 0.6, 0.8])
    near = ["Question 1?", "Question 5?", "Question 3?"]
    assert related(questions, "something", AXIS) == near
    assert related(listed(tmp_path / "far", [0.1, 0.58]), "something", AXIS) == []


def test_what_all_questions_share_brings_none_near(tmp_path: Path) -> None:
    about = np.eye(10, dtype=np.float32)[1:9]
    shared = np.eye(10, dtype=np.float32)[0]
    vectors = (about + 2 * shared) / np.sqrt(5)
    write_questions(tmp_path / "q", [f"Question {number}?" for number in range(8)], vectors)
    questions = Questions(tmp_path / "q", 10)
    elsewhere = (np.eye(10, dtype=np.float32)[9] + 2 * shared) / np.sqrt(5)
    assert (questions.vectors @ elsewhere).min() > 0.79
    assert related(questions, "something", elsewhere) == []
    assert related(questions, "something", vectors[3]) == ["Question 3?"]


def test_a_question_is_not_offered_again(tmp_path: Path) -> None:
    questions = listed(tmp_path / "q", [0.65, 1.0, 0.8, 0.7])
    others = ["Question 2?", "Question 3?", "Question 0?"]
    assert related(questions, "  question 1", AXIS) == others


def test_a_collection_without_a_list_has_none(tmp_path: Path) -> None:
    assert related(Questions(tmp_path / "lost", 2), "something", AXIS) == []
