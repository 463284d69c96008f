"""What an index is made of, and the id that follows from it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from indexer.embedding.compiled import Compiled
from indexer.lengths import passage_tokens
from indexer.lexicon import CONTEXT, K1, REVISION, B
from indexer.snapshot.kinds import Wanted, plan_for
from indexer.snapshot.manifest import FORMAT, ModelInfo
from indexer.snapshot.spread import RIDGE
from indexer.snapshot.writer import PassageWriter


def parameters_of(
    compiled: Compiled,
    written: PassageWriter,
    pieces: dict[str, float],
    places: str,
    questions: list[str],
    vectors: Wanted,
) -> dict[str, Any]:
    """All that shapes an index besides its documents and the model's weights.

    Args:
        compiled: the model.
        written: documents and passages.
        pieces: into which the model cuts a word of each language.
        places: revision of what finds places.
        questions: that the corpus says it answers.
        vectors: how they are to be searched.
    """
    return {
        "encoder": compiled.maker[:16],
        "lexical": {"k1": K1, "b": B, "context": CONTEXT, "revision": REVISION},
        "languages": sorted(written.languages),
        "pieces": pieces,
        "passage_tokens": passage_tokens(compiled.info),
        "places": places,
        "questions": _digest(questions) if questions else None,
        "vectors": plan_for(written.passages, vectors).kind,
        "ridge": RIDGE,
    }


def identity_of(digest: str, model: ModelInfo, parameters: dict[str, Any]) -> str:
    """Name a snapshot by what it is made of.

    Args:
        digest: of documents and passages.
        model: that embeds them.
        parameters: all else.
    """
    return _digest([FORMAT, digest, model.fingerprint, parameters])


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
