"""The question encoder, compiled: the whole model as one ONNX graph beside its tokenizer."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from indexer.embedding.agreeing import first_that_agrees
from indexer.embedding.models import ModelFiles
from indexer.embedding.reference import Reference
from indexer.errors import CitywiseError, ModelError, first_line
from indexer.snapshot.encoder import FILES, TOKENIZER
from indexer.snapshot.manifest import FileInfo, ModelInfo, file_info

CARD = "card.json"
_REVISION, _FORM = 5, 1
"""Raise the first when graphs are made that give other vectors, the second when only their files
are laid out otherwise: vectors of another form are used, compiled models of another are not."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled model on disk: folder of tokenizer and graph, and what the model is."""

    folder: Path
    info: ModelInfo

    @property
    def maker(self) -> str:
        """Names what makes the vectors: the model, and the graph that was made of it."""
        parts = self.info.fingerprint, self.info.precision, _REVISION
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones."""
        encodings = _tokenizer(self.folder).encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def copy_to(self, folder: Path) -> None:
        """Copy tokenizer, graph and weights into a new folder."""
        folder.mkdir()
        for name in FILES:
            shutil.copyfile(self.folder / name, folder / name)


@cache
def _tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def compile_model(files: ModelFiles, reference: Reference, folder: Path) -> Compiled:
    """Return the compiled form of a model, from the cache or made now (some ten seconds).

    Args:
        files: the model.
        reference: the same model, loaded only when it must be compiled.
        folder: keeps compiled models.

    Raises:
        ModelError: the model cannot be compiled.
    """
    target = folder / "models" / f"{files.fingerprint[:32]}-{_REVISION}.{_FORM}"
    if (found := load_compiled(target, files.name)) is not None:
        return found
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        _compile(files, reference, beside)
        shutil.rmtree(target, ignore_errors=True)
        beside.rename(target)
    except CitywiseError:
        raise
    except Exception as error:  # what exports a graph raises whatever it likes, on a full disk too
        raise ModelError(
            f"{target.parent}: model {files.name!r} cannot be compiled there "
            f"({first_line(error)}); make room on that disk, or choose another model"
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    if (found := load_compiled(target, files.name)) is None:
        raise ModelError(f"{target}: written, yet not to be read back; is the disk full?")
    return found


def load_compiled(folder: Path, name: str) -> Compiled | None:
    """Read a compiled model back if each of its files is what was written; else None."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        intact = all(
            file_info(folder / file) == FileInfo(**info) for file, info in card["files"].items()
        )
        return Compiled(folder, ModelInfo(**{**card["model"], "name": name})) if intact else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _compile(files: ModelFiles, reference: Reference, folder: Path) -> None:
    model = reference.model
    tokenizer = model.tokenizer
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(f"model {files.name!r} has no fast tokenizer; choose one that has")
    limit = int(model.max_seq_length or 512)
    _save_tokenizer(tokenizer, limit, folder / TOKENIZER)
    info = ModelInfo(
        name=files.name,
        fingerprint=files.fingerprint,
        dimension=int(model.get_embedding_dimension() or 0),
        max_tokens=limit,
        special_tokens=tokenizer.num_special_tokens_to_add(),
        query_prompt=_prompt(model, ("query",)),
        passage_prompt=_prompt(model, ("document", "passage", "corpus")),
    )
    info = first_that_agrees(model, info, folder)
    written = {name: asdict(file_info(folder / name)) for name in FILES}
    card = {"model": asdict(info), "files": written}
    (folder / CARD).write_text(json.dumps(card, indent=1), encoding="utf-8")


def _save_tokenizer(tokenizer: Any, limit: int, path: Path) -> None:
    """Save it so that it cuts at the model's limit and fills nothing up."""
    saved = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    saved.enable_truncation(limit)
    saved.no_padding()
    saved.save(str(path))


def _prompt(model: Any, names: Sequence[str]) -> str:
    """The prompt that sentence-transformers itself would put before a text of this role."""
    prompts = model.prompts or {}
    default = prompts.get(model.default_prompt_name, "") if model.default_prompt_name else ""
    return str(next((prompts[name] for name in names if name in prompts), default) or "")
