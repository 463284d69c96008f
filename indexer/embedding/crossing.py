"""A cross-encoder: reads question and passage together, which takes a run of it for each pair."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.embedding.models import ModelFiles, find_model
from indexer.errors import MissingExtraError, ModelError, first_line

_HEAD = "ForSequenceClassification"
"""How architectures end that give a pair of texts a figure. Of any other model, sentence-
transformers would load the body, and give it a head of random numbers."""


class CrossEncoderReranker:
    """Says how well passages answer a question. Safe to share between threads.

    Attributes:
        name: as the user gave it.
    """

    def __init__(self, name: str) -> None:
        """Load a model by the name that a hub knows, or by its path.

        Raises:
            ModelError: no such model, no safetensors, or no cross-encoder of one figure a pair.
            MissingExtraError: sentence-transformers is not installed.
        """
        files = find_model(name)
        _check(files)
        self.name = name
        self._model = _loaded(files)
        self._turn = threading.Lock()  # a tokenizer refuses two threads, and a run takes all cores

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return how well each passage answers, of shape (passages,): the higher, the better."""
        pairs = [(question, passage) for passage in passages]
        with self._turn:
            found = self._model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(found, dtype=np.float32)


def _check(files: ModelFiles) -> None:
    try:
        said = json.loads((files.path / "config.json").read_text(encoding="utf-8"))
        made, labels = str(said["architectures"][0]), len(said.get("id2label") or "12")
    except (OSError, ValueError, TypeError, KeyError, IndexError) as error:
        raise ModelError(f"{files.path}: no config.json that says what model this is") from error
    if not made.endswith(_HEAD) or labels != 1:
        raise ModelError(
            f"model {files.name!r} is no cross-encoder that gives a question and a passage one "
            "figure; choose one that does, such as cross-encoder/ms-marco-MiniLM-L6-v2"
        )


def _loaded(files: ModelFiles) -> Any:
    try:
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging as progress
    except ImportError as error:
        raise MissingExtraError("Reranking", "indexer") from error
    progress.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        return CrossEncoder(
            str(files.path),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:  # each format's library has errors of its own
        raise ModelError(f"model {files.name!r} cannot be loaded: {first_line(error)}") from error
