"""The reference: the model as sentence-transformers runs it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexer.embedding.models import ModelFiles
from indexer.errors import MissingExtraError, ModelError, first_line

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class Reference:
    """A model that is loaded when it is first asked for something."""

    def __init__(self, files: ModelFiles) -> None:
        self._files = files

    @cached_property
    def model(self) -> SentenceTransformer:
        """The loaded model.

        Raises:
            ModelError: the files are no model that sentence-transformers can load.
        """
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as progress
        except ImportError as error:
            raise MissingExtraError("Building an index", "indexer") from error
        progress.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        try:
            return SentenceTransformer(
                str(self._files.path),
                device="cpu",  # a model is compiled there; a GPU is chosen by `move_to_cuda`
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:  # each format's library has errors of its own
            raise ModelError(
                f"model {self._files.name!r} cannot be loaded: {first_line(error)}"
            ) from error

    def move_to_cuda(self) -> None:
        """Run on the GPU from now on, in half precision."""
        self.model.half().to("cuda")

    def encode_passages(self, texts: Sequence[str], batch: int = 32) -> NDArray[np.float32]:
        """Return normalised vectors, of shape (texts, dimension), in single precision."""
        vectors = self.model.encode_document(
            list(texts), batch_size=batch, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    def token_states(
        self, texts: Sequence[str]
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Yield for each text its normalised vector and the last states of all its tokens.

        The texts are one batch; vectors have shape (dimension,), states (tokens, width).
        """
        found: Any = self.model.encode_document(
            list(texts),
            batch_size=len(texts),
            output_value=None,  # everything, and nothing of it normalised
            show_progress_bar=False,
        )
        for each in found:
            vector = each["sentence_embedding"].float().cpu().numpy()
            states = each["token_embeddings"][each["attention_mask"].bool()].float().cpu().numpy()
            yield vector / np.linalg.norm(vector), states
