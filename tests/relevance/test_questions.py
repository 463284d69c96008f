from __future__ import annotations

from pathlib import Path

import pytest

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.snapshot import open_snapshot
from search_api.engine.searcher import Searcher
from tests.conftest import FEWEST_PLACES, ROOT

pytestmark = pytest.mark.model


def test_the_shipped_corpus_has_evidence_on_each_question_that_it_lists(
    cache: Path, tmp_path: Path
) -> None:
    build(Recipe(ROOT / "corpus", tmp_path / "index", cache, smallest_place=FEWEST_PLACES))
    searcher = Searcher(open_snapshot(tmp_path / "index"))
    listed = searcher.snapshot.questions.texts
    assert len(listed) == 24
    answers = [searcher.ask(question) for question in listed]
    assert [answer.question for answer in answers if answer.verdict == "none"] == []
    assert searcher.ask("How did cities deal with public transport?").related == [
        "How was public transport made safe for passengers?",
        "Which cities made room for cycling and walking?",
    ]
    assert searcher.ask("boundary layer of a swept wing at supersonic speed").related == []
