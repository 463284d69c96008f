from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.embedding.compiled import compile_model
from indexer.embedding.models import ModelFiles, find_model
from indexer.embedding.reference import Reference
from indexer.errors import ModelError
from indexer.snapshot.encoder import Encoder
from indexer.snapshot.manifest import ModelInfo
from tests.tiny import make_tiny_model

pytestmark = pytest.mark.slow

TEXTS = [
    "How did cities handle informal settlements?",
    "",
    "Bogotá 🚰\r\n\tétait 東京",
    "water tanks " * 100,
    "Durban",
]


class Model:
    """A model in both forms."""

    def __init__(self, path: Path, cache: Path) -> None:
        self.files = find_model(str(path))
        self.reference = Reference(self.files)
        self.compiled = compile_model(self.files, self.reference, cache)
        self.encoder = Encoder(self.compiled.folder, self.compiled.info)


@pytest.fixture(scope="module")
def plain(tiny_model: Path, cache: Path) -> Model:
    return Model(tiny_model, cache)


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory, plain: Model) -> Model:
    """A model with prompts, in whose place the cache holds a damaged one."""
    prompts = {"query": "how did ", "document": "the city "}
    folder = tmp_path_factory.mktemp("prompted")
    path = make_tiny_model(folder, prompts=prompts)
    old, new = plain.files.fingerprint[:32], find_model(str(path)).fingerprint[:32]
    name = plain.compiled.folder.name.replace(old, new)
    place = shutil.copytree(plain.compiled.folder, folder / "cache" / "models" / name)
    flip(place / "model.onnx")
    (place / "left over").write_text("", encoding="utf-8")
    return Model(path, folder / "cache")


@pytest.fixture(params=["plain", "prompted"])
def model(request: pytest.FixtureRequest) -> Model:
    found: Model = request.getfixturevalue(request.param)
    return found


def lowest_cosine(made: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    lengths = np.linalg.norm(made, axis=1) * np.linalg.norm(expected, axis=1)
    return float(((made * expected).sum(axis=1) / lengths).min())


@contextmanager
def changed(path: Path) -> Iterator[dict[str, Any]]:
    """The weights of a model, written back as they are left."""
    from safetensors.torch import load_file, save_file

    weights = load_file(path / "model.safetensors")
    yield weights
    save_file(weights, path / "model.safetensors", {"format": "pt"})


def operators_of(model: Model) -> Counter[str]:
    import onnx

    graph = onnx.load(str(model.compiled.folder / "model.onnx")).graph
    return Counter(node.op_type for node in graph.node)


def test_questions_are_encoded_as_by_sentence_transformers(model: Model) -> None:
    expected = model.reference.model.encode_query(TEXTS, show_progress_bar=False)
    assert lowest_cosine(model.encoder.encode_questions(TEXTS), expected) > 0.99


def test_passages_are_encoded_as_by_sentence_transformers(model: Model) -> None:
    expected = model.reference.model.encode_document(TEXTS, show_progress_bar=False)
    assert lowest_cosine(model.encoder.encode_passages(TEXTS), expected) > 0.99


def test_what_a_model_is_goes_with_it(plain: Model, prompted: Model) -> None:
    for model, prompts in ((plain, ("", "")), (prompted, ("how did ", "the city "))):
        info, files = model.compiled.info, model.files
        assert 0.99 < info.agreement < 1.00001
        expected = ModelInfo(
            files.name, files.fingerprint, 32, 48, 2, *prompts, "int8", info.agreement
        )
        assert info == expected


def test_products_are_of_whole_numbers_and_the_same_in_each_compilation(
    plain: Model, prompted: Model
) -> None:
    import onnx

    graphs = [model.compiled.folder / "model.onnx" for model in (plain, prompted)]
    one, other = [onnx.load(str(graph)).SerializeToString() for graph in graphs]
    assert one == other
    operators = operators_of(plain)
    assert operators["MatMulIntegerToFloat"] == 4
    assert operators["LayerNormalization"] == 2
    assert operators.keys().isdisjoint({"MatMul", "MatMulNBits", "SkipLayerNormalization"})


def test_a_model_that_one_scale_a_column_changes_too_much_has_one_for_each_block(
    tmp_path: Path,
) -> None:
    path = make_tiny_model(tmp_path, channels=256)
    with changed(path) as weights:
        matrix = weights["encoder.layer.0.output.dense.weight"]
        matrix *= 50  # so that what is lost here counts
        matrix[:, :64] = 0
        for name in ("weight", "bias"):
            weights[f"encoder.layer.0.intermediate.dense.{name}"][0] = 0
        # Times nothing it changes nothing; with one scale, what else its column holds is lost.
        matrix[:, 0] = 1e5
    model = Model(path, tmp_path / "cache")
    assert model.compiled.info.precision == "int8"
    assert 0.9999 < model.compiled.info.agreement < 0.99999
    operators = operators_of(model)
    assert operators["MatMulNBits"] == 6
    assert operators["MatMulIntegerToFloat"] == 0
    expected = model.reference.model.encode_query(TEXTS, show_progress_bar=False)
    assert lowest_cosine(model.encoder.encode_questions(TEXTS), expected) > 0.998


def test_a_model_that_eight_bits_change_too_much_keeps_its_own(
    tiny_model: Path, tmp_path: Path
) -> None:
    path = shutil.copytree(tiny_model, tmp_path / "model")
    with changed(path) as weights:
        attention = "encoder.layer.0.attention."
        weights[attention + "output.dense.weight"] *= 50  # so that what is lost here counts
        for name in ("weight", "bias"):
            weights[f"{attention}self.value.{name}"][0] = 0
        # Times nothing it changes nothing; beside it the others of its column round to nothing.
        weights[attention + "output.dense.weight"][:, 0] = 1e5
    model = Model(path, tmp_path / "cache")
    assert model.compiled.info.precision == "float32"
    assert model.compiled.info.agreement > 0.9999
    expected = model.reference.encode_passages(TEXTS)
    np.testing.assert_allclose(model.encoder.encode_passages(TEXTS), expected, atol=1e-4)


def test_tokens_are_counted_without_special_ones_and_beyond_the_limit(plain: Model) -> None:
    texts = ["", "water", "Water TANKS", "water tanks " * 100]
    assert plain.compiled.count_tokens(texts) == [0, 1, 2, 200]
    assert plain.compiled.count_tokens([]) == []


def unloadable(name: str = "elsewhere") -> Reference:
    """A reference that fails if it is used: its folder is not there."""
    return Reference(ModelFiles(name, Path("no such folder"), ""))


def test_a_second_time_the_model_is_not_even_loaded(plain: Model, cache: Path) -> None:
    assert compile_model(plain.files, unloadable(), cache) == plain.compiled


def test_the_same_model_under_another_name_is_compiled_already(plain: Model, cache: Path) -> None:
    renamed = ModelFiles("another/name", plain.files.path, plain.files.fingerprint)
    found = compile_model(renamed, unloadable(), cache)
    assert found.info.name == "another/name"
    assert found.folder == plain.compiled.folder


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def lose_a_number(path: Path) -> None:
    card = json.loads(path.read_text(encoding="utf-8"))
    del card["model"]["dimension"]
    path.write_text(json.dumps(card), encoding="utf-8")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "graph flipped": lambda folder: flip(folder / "model.onnx"),
    "weights missing": lambda folder: (folder / "weights.bin").unlink(),
    "graph missing": lambda folder: (folder / "model.onnx").unlink(),
    "card missing": lambda folder: (folder / "card.json").unlink(),
    "card no object": lambda folder: (folder / "card.json").write_text("[]", encoding="utf-8"),
    "card without a number": lambda folder: lose_a_number(folder / "card.json"),
}


@pytest.fixture
def copied(plain: Model, cache: Path, tmp_path: Path) -> Path:
    """A copy of the plain model's compiled form that a test may damage."""
    inside = plain.compiled.folder.relative_to(cache)
    return shutil.copytree(plain.compiled.folder, tmp_path / "cache" / inside)


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_compiled_model_is_not_used(
    plain: Model, copied: Path, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    damage(copied)
    with pytest.raises(ModelError, match="model 'elsewhere' cannot be loaded"):
        compile_model(plain.files, unloadable(), tmp_path / "cache")


def test_a_damaged_compiled_model_is_made_anew(prompted: Model) -> None:
    folder = prompted.compiled.folder
    assert {path.name for path in folder.parent.iterdir()} == {folder.name}
    held = {path.name for path in folder.iterdir()}
    assert held == {"card.json", "model.onnx", "tokenizer.json", "weights.bin"}


def test_a_failed_compilation_leaves_nothing_behind(plain: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        compile_model(plain.files, unloadable(), tmp_path)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_copy_is_tokenizer_graph_and_weights(plain: Model, tmp_path: Path) -> None:
    plain.compiled.copy_to(tmp_path / "encoder")
    for name in ("model.onnx", "tokenizer.json", "weights.bin"):
        original = (plain.compiled.folder / name).read_bytes()
        assert (tmp_path / "encoder" / name).read_bytes() == original
    assert len(list((tmp_path / "encoder").iterdir())) == 3
