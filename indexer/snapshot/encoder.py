"""The question encoder of a snapshot: tokenizer and ONNX graph, no torch, no hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from indexer.errors import DamagedError
from indexer.snapshot.manifest import ModelInfo

TOKENIZER, GRAPH = "tokenizer.json", "model.onnx"
SENTENCE, TOKENS = "sentence_embedding", "token_embeddings"
"""Outputs of the graph: one normalised vector a text, and the state of each of its tokens."""

PARITY = 0.999
"""Lowest cosine at which two vectors count as made by the same model."""


class Encoder:
    """Turns questions into vectors with the model that embedded the passages."""

    def __init__(self, folder: Path, model: ModelInfo) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise DamagedError(f"{folder}: no encoder ({error}); rebuild the index") from error
        self._model = model
        self._inputs = [entry.name for entry in self._session.get_inputs()]
        self._counter = Tokenizer.from_file(str(folder / TOKENIZER))
        self._counter.no_truncation()
        self._counter.no_padding()

    def count_tokens(self, question: str) -> int:
        """Tokens of a question as the model reads it, prompt and special tokens included."""
        return len(self._counter.encode(self._model.query_prompt + question).ids)

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Return normalised vectors, of shape (questions, dimension); over-long ones are cut."""
        return self._encode([self._model.query_prompt + question for question in questions])

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of passages, as the build made them."""
        return self._encode([self._model.passage_prompt + text for text in texts])

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch(list(texts))
        fields = {
            "input_ids": [encoding.ids for encoding in encodings],
            "attention_mask": [encoding.attention_mask for encoding in encodings],
            "token_type_ids": [encoding.type_ids for encoding in encodings],
        }
        feed = {name: np.asarray(fields[name], dtype=np.int64) for name in self._inputs}
        (vectors,) = self._session.run([SENTENCE], feed)
        found: NDArray[np.float32] = vectors
        return found
