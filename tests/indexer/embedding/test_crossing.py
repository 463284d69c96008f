from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.embedding.crossing import CrossEncoderReranker
from indexer.errors import ModelError
from tests.tiny import make_tiny_crossing

pytestmark = pytest.mark.slow

PASSAGES = ["Water tanks came by truck.", "Markets were closed.", "Bicycle lanes in Lima."]


def test_each_passage_has_a_figure_of_its_own_whatever_its_company(tiny_crossing: Path) -> None:
    reranker = CrossEncoderReranker(str(tiny_crossing))
    found = reranker.scores("water tanks", PASSAGES)
    assert found.shape == (3,)
    assert len(set(found.tolist())) == 3
    alone = [reranker.scores("water tanks", [passage])[0] for passage in PASSAGES]
    assert found.tolist() == pytest.approx(alone, abs=1e-6)
    assert reranker.scores("bicycle lanes", PASSAGES).tolist() != found.tolist()


def test_many_threads_get_what_one_gets(tiny_crossing: Path) -> None:
    reranker = CrossEncoderReranker(str(tiny_crossing))
    alone = reranker.scores("food", PASSAGES).tolist()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: reranker.scores("food", PASSAGES).tolist(), range(8)))
    assert found == [alone] * 8


def test_what_is_no_cross_encoder_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    said = r"is no cross-encoder that gives a question and a passage one figure; choose one that"
    with pytest.raises(ModelError, match=said):
        CrossEncoderReranker(str(tiny_model))
    with pytest.raises(ModelError, match=said):
        CrossEncoderReranker(str(make_tiny_crossing(tmp_path, figures=3)))


def test_a_model_that_lies_nowhere_or_is_pickled_is_refused(
    tiny_crossing: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="model 'lost/model': no folder of this name, and no hub"):
        CrossEncoderReranker("lost/model")
    folder = tmp_path / "pickled"
    shutil.copytree(tiny_crossing, folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no weights in safetensors here; other formats are not"):
        CrossEncoderReranker(str(folder))


@pytest.mark.parametrize("said", ["", "[]", json.dumps({"architectures": []})])
def test_a_model_that_does_not_say_what_it_is_is_refused(
    tiny_crossing: Path, tmp_path: Path, said: str
) -> None:
    folder = tmp_path / "silent"
    shutil.copytree(tiny_crossing, folder)
    (folder / "config.json").write_text(said, encoding="utf-8")
    with pytest.raises(ModelError, match=r"no config\.json that says what model this is"):
        CrossEncoderReranker(str(folder))
