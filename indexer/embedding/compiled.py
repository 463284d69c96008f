"""The question encoder, compiled: the whole model as one ONNX graph beside its tokenizer."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from indexer.embedding.models import ModelFiles
from indexer.embedding.reference import Reference
from indexer.errors import MissingExtraError, ModelError, first_line
from indexer.snapshot.encoder import GRAPH, PARITY, SENTENCE, TOKENIZER, TOKENS, Encoder
from indexer.snapshot.manifest import FileInfo, ModelInfo, file_info

if TYPE_CHECKING:
    import torch

SAMPLES = [
    "water",
    "How did cities handle informal settlements?",
    "¿Cómo ayudó la ciudad a los inquilinos?",
    "Le marché central fournit la plupart des denrées. " * 20,
]
"""Short and long, in several languages: here the compiled model must agree with the original."""

_CARD = "card.json"
_REVISION = 1
"""Raise it when the graph is made differently: compiled models of another revision are not used."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled model on disk: folder of tokenizer and graph, and what the model is."""

    folder: Path
    info: ModelInfo

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones."""
        encodings = _tokenizer(self.folder).encode_batch(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def copy_to(self, folder: Path) -> None:
        """Copy tokenizer and graph into a new folder."""
        folder.mkdir()
        for name in (TOKENIZER, GRAPH):
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
    target = folder / "models" / f"{files.fingerprint[:32]}-{_REVISION}"
    if (found := _cached(target, files.name)) is not None:
        return found
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        _compile(files, reference, beside)
        shutil.rmtree(target, ignore_errors=True)
        beside.rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    if (found := _cached(target, files.name)) is None:
        raise ModelError(f"{target}: written, yet not to be read back; is the disk full?")
    return found


def _cached(folder: Path, name: str) -> Compiled | None:
    """Read a compiled model back if each of its files is what was written."""
    try:
        card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
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
    _export(model, folder / GRAPH, files.name)
    info = ModelInfo(
        name=files.name,
        fingerprint=files.fingerprint,
        dimension=int(model.get_embedding_dimension() or 0),
        max_tokens=limit,
        special_tokens=tokenizer.num_special_tokens_to_add(),
        query_prompt=_prompt(model, ("query",)),
        passage_prompt=_prompt(model, ("document", "passage", "corpus")),
    )
    _check_agreement(model, Encoder(folder, info), files.name)
    written = {name: asdict(file_info(folder / name)) for name in (TOKENIZER, GRAPH)}
    card = {"model": asdict(info), "files": written}
    (folder / _CARD).write_text(json.dumps(card, indent=1), encoding="utf-8")


def _check_agreement(model: Any, encoder: Encoder, name: str) -> None:
    """Compare the compiled model with sentence-transformers, as question and as passage.

    Raises:
        ModelError: they differ: the model does something that the graph does not hold.
    """
    for expected, made in (
        (model.encode_query(SAMPLES, normalize_embeddings=True), encoder.encode_questions(SAMPLES)),
        (
            model.encode_document(SAMPLES, normalize_embeddings=True),
            encoder.encode_passages(SAMPLES),
        ),
    ):
        lowest = float((expected * made).sum(axis=1).min())
        if not lowest >= PARITY:
            raise ModelError(
                f"model {name!r}: compiled, it differs from sentence-transformers "
                f"(cosine {lowest:.4f}); choose another model"
            )


def _save_tokenizer(tokenizer: Any, limit: int, path: Path) -> None:
    """Save it so that it cuts at the model's limit and fills up to the longest text of a batch."""
    saved = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    saved.enable_truncation(limit)
    saved.enable_padding(pad_id=tokenizer.pad_token_id, pad_token=tokenizer.pad_token, length=None)
    saved.save(str(path))


def _prompt(model: Any, names: Sequence[str]) -> str:
    """The prompt that sentence-transformers itself would put before a text of this role."""
    prompts = model.prompts or {}
    default = prompts.get(model.default_prompt_name, "") if model.default_prompt_name else ""
    return str(next((prompts[name] for name in names if name in prompts), default) or "")


def _export(model: Any, path: Path, name: str) -> None:
    try:
        import onnxscript  # noqa: F401 - torch needs it to export
        import torch
    except ImportError as error:
        raise MissingExtraError("Compiling a model", "indexer") from error

    class Graph(torch.nn.Module):
        """Tensors in, tensors out, in the order of `fields`."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            out = self.model(dict(zip(fields, tensors, strict=True)))
            vectors = torch.nn.functional.normalize(out[SENTENCE], dim=-1)
            return vectors, out[TOKENS]

    batch = model.tokenizer(["a question", "another, longer question"], padding=True,
                            return_tensors="pt")  # fmt: skip
    fields = [field for field in model.tokenizer.model_input_names if field in batch]
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
    try:
        with _quiet(), torch.no_grad():
            program = torch.onnx.export(
                Graph().eval().cpu(),
                tuple(batch[field].cpu() for field in fields),
                input_names=fields,
                output_names=[SENTENCE, TOKENS],
                dynamic_shapes=((axes,) * len(fields),),
                dynamo=True,
                verbose=False,
            )
            if program is not None:
                program.save(str(path))
    except Exception as error:  # the exporter raises whatever a model's code raises
        raise ModelError(
            f"model {name!r} cannot be compiled to ONNX: {first_line(error)}"
        ) from error


@contextlib.contextmanager
def _quiet() -> Any:
    """Silence the exporter: its warnings are about other people's models."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with (
            warnings.catch_warnings(),
            Path(os.devnull).open("w") as devnull,
            contextlib.redirect_stdout(devnull),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
