"""The question encoder of a snapshot: tokenizer and ONNX graph, no torch, no hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from indexer.errors import DamagedError
from indexer.snapshot.manifest import ModelInfo, Precision
from indexer.snapshot.runtime import onnxruntime

TOKENIZER, GRAPH, WEIGHTS = FILES = "tokenizer.json", "model.onnx", "weights.bin"
"""The weights stand beside the graph: they are mapped, and words that nobody asks about take no
memory."""

SENTENCE, TOKENS = "embedding", "tokens"
"""Outputs of the graph: one normalised vector a text, and the last state of each of its tokens."""

PARITY: dict[Precision, float] = {"int8": 0.99, "float32": 0.999}
"""Lowest cosine at which two vectors count as made by the same model, by precision of its weights.
8 bits turn every vector a little: the default model's stay above 0.998."""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A text as the model sees it.

    Attributes:
        vector: normalised, of shape (dimension,).
        states: last state of each token of the text, of shape (tokens, width); special tokens and
            those of a prompt are left out.
        starts: where each of these tokens starts in the text, of shape (tokens,).
    """

    vector: Vector
    states: Vector
    starts: NDArray[np.int32]


class Encoder:
    """Turns questions into vectors with the model that embedded the passages.

    Each text is a run of its own in the thread that asks: nothing is filled up to the length of
    another text, and no thread waits for one that computes for another.
    """

    def __init__(self, folder: Path, model: ModelInfo) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._session = open_graph(folder / GRAPH)
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise DamagedError(f"{folder}: no encoder ({error}); rebuild the index") from error
        self._model = model
        self._inputs = [entry.name for entry in self._session.get_inputs()]

    def holds(self, question: str) -> bool:
        """Whether the model reads a question to its end."""
        text = self._model.query_prompt + question
        room = self._model.max_tokens - self._model.special_tokens
        # A token is one character at the least; beyond ASCII, one may be taken apart first.
        if text.isascii() and len(text) < room:
            return True
        return self.count_tokens(question) <= self._model.max_tokens

    def count_tokens(self, question: str) -> int:
        """Tokens of a question as the model reads it, prompt and special tokens included."""
        encoding = self._tokenizer.encode(self._model.query_prompt + question)
        special = self._model.special_tokens  # which what was cut off has as well
        return len(encoding) + sum(len(part) - special for part in encoding.overflowing)

    def encode_question(self, question: str) -> Encoded:
        """Return a question as the model sees it; an over-long one is cut."""
        return self._run(self._model.query_prompt, question)

    def encode_questions(self, questions: Sequence[str]) -> Vector:
        """Return normalised vectors, of shape (questions, dimension); over-long ones are cut."""
        return np.stack([self.encode_question(question).vector for question in questions])

    def encode_passage(self, text: str) -> Encoded:
        """Return the vector of a passage, and its tokens."""
        return self._run(self._model.passage_prompt, text)

    def encode_passages(self, texts: Sequence[str]) -> Vector:
        """Return the vectors of passages, as the build made them."""
        return np.stack([self.encode_passage(text).vector for text in texts])

    def _run(self, prompt: str, text: str) -> Encoded:
        encoding = self._tokenizer.encode(prompt + text)
        feed = as_inputs(encoding, self._inputs)
        vectors, states = self._session.run([SENTENCE, TOKENS], feed)
        own, starts = own_tokens(encoding, prompt)
        return Encoded(vectors[0], states[0][own], starts)


def as_inputs(encoding: Encoding, names: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Return a text as a graph with inputs of these names takes it, each of shape (1, tokens)."""
    fields = {
        "input_ids": encoding.ids,
        "attention_mask": encoding.attention_mask,
        "token_type_ids": encoding.type_ids,
    }
    return {name: np.array([fields[name]], dtype=np.int64) for name in names}


def own_tokens(encoding: Encoding, prompt: str) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Tell a text's own tokens from special ones and those of the prompt before it.

    Returns:
        Places of the text's own tokens among all, and where in the text each of them starts.
    """
    starts = np.array([start for start, _ in encoding.offsets], dtype=np.int32) - len(prompt)
    own = np.flatnonzero((np.array(encoding.special_tokens_mask) == 0) & (starts >= 0))
    return own, starts[own]


def open_graph(path: Path) -> onnxruntime.InferenceSession:
    """Open a graph for one text at a time."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Questions are short: a second thread gains little for one, and takes it from another.
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(path),
        options,
        providers=["CPUExecutionProvider"],
        # The kernel of sum and normalisation in one takes several times as long as both apart.
        disabled_optimizers=["SkipLayerNormFusion"],
    )
