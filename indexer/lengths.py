"""How long passages may be, so that the model reads them to their end."""

from __future__ import annotations

from indexer.chunking import Chunker
from indexer.embedding.compiled import Compiled
from indexer.snapshot.manifest import ModelInfo

PASSAGE_TOKENS = 256
"""No passage is longer, even where the model reads more: an excerpt should be read at a glance."""


def passage_tokens(model: ModelInfo) -> int:
    """Tokens of the longest passage, context, prompt and special ones included."""
    return min(model.max_tokens, PASSAGE_TOKENS)


def chunker_of(compiled: Compiled) -> Chunker:
    """A chunker whose passages, context and prompt included, the model reads to their end."""
    (prompt,) = compiled.count_tokens([compiled.info.passage_prompt])
    room = passage_tokens(compiled.info) - compiled.info.special_tokens - prompt
    return Chunker(compiled.count_tokens, room)


def measure_of(model: ModelInfo) -> str:
    """Names what the chunker measures with: model and length."""
    return f"{model.fingerprint} {passage_tokens(model)}"
