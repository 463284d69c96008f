from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import CorpusError, DamagedError
from indexer.questions import MOST, read_questions
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import open_snapshot
from search_api.engine.searcher import Searcher
from tests.conftest import BuildTiny

LIST = """# asked often
- How did cities handle
  informal settlements?
- "Food: who brought it?"
"""


def short(text: str) -> bool:
    return len(text) <= 60


def test_a_list_is_read_in_its_order_with_even_white_space(tmp_path: Path) -> None:
    assert read_questions(tmp_path, short) == []
    (tmp_path / "questions.yaml").write_text(LIST, encoding="utf-8")
    told = ["How did cities handle informal settlements?", "Food: who brought it?"]
    assert read_questions(tmp_path, short) == told
    (tmp_path / "questions.yaml").write_text("# none yet\n", encoding="utf-8")
    assert read_questions(tmp_path, short) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("questions: [a]", ": a list is expected, a question a line after `- `"),
        ("- a\n- b: c", ", row 2: a question is expected; put one that holds a colon into quotes"),
        ("- a\n- '?'\n-", ", row 2: empty; write a question or remove the row; row 3: empty"),
        ("- " + "long " * 20, ", row 1: longer than the model reads; ask it in fewer words"),
        ("- How?\n- Who?\n- how", ", row 3: the same question as row 1; remove one of them"),
        ("- a\n- [", ", line 3: no valid YAML"),
        ("- \x07", ", line 1: no valid YAML: holds the control character U+0007; remove it"),
        ("- a\n" * (MOST + 1), ": 1,001 questions; keep the best 1,000 at most"),
    ],
)
def test_what_is_no_list_of_questions_is_refused_with_file_and_row(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=re.escape(f"{path}{said}")):
        read_questions(tmp_path, short)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "questions.yaml"
    path.write_bytes("- ¿Cómo?".encode("latin-1"))
    with pytest.raises(CorpusError, match="not UTF-8; save the file as UTF-8"):
        read_questions(tmp_path, short)


def test_a_snapshot_holds_the_questions_as_the_server_encodes_them(
    corpus: Path, tmp_path: Path, build_tiny: BuildTiny
) -> None:
    index = tmp_path / "index"
    without = build_tiny(corpus, index)
    assert not (IndexFolder(index).published().path / "questions").exists()
    assert open_snapshot(index).questions.texts == ()
    listed = [
        "Who carried food baskets?", "How were families fed?", "Which markets were closed?",
        "Where did water tanks come by truck?", "Who feared the traffic?",
    ]  # fmt: skip
    text = "".join(f"- {each}\n" for each in listed)
    (corpus / "questions.yaml").write_text(text, encoding="utf-8")
    report = build_tiny(corpus, index)
    assert (report.documents, report.embedded) == (3, 0)  # a list at the top is no document
    assert report.snapshot != without.snapshot
    assert build_tiny(corpus, index).unchanged
    snapshot = open_snapshot(index)
    assert list(snapshot.questions.texts) == listed
    vectors = snapshot.encoder.encode_questions(listed)
    assert np.array_equal(snapshot.questions.vectors, vectors)
    searcher = Searcher(snapshot)
    answer = searcher.ask("who carried food baskets")
    expected = np.argsort(-(vectors @ snapshot.encoder.encode_question(answer.question).vector))
    assert answer.related == [listed[at] for at in expected if at][:3]
    (found,) = searcher.suggester.complete("tanks come", 8)
    assert (found.text, found.kind, found.passages) == (listed[3], "question", 0)


def test_damaged_questions_are_named(corpus: Path, tmp_path: Path, build_tiny: BuildTiny) -> None:
    (corpus / "questions.yaml").write_text("- Who carried food?\n", encoding="utf-8")
    build_tiny(corpus, tmp_path / "index")
    path = IndexFolder(tmp_path / "index").published().path / "questions/texts.json"
    same_size = json.dumps(["Who", "food"]).ljust(path.stat().st_size)
    path.write_text(same_size, encoding="utf-8")
    with pytest.raises(DamagedError, match=r"questions: cannot be read; rebuild the index"):
        open_snapshot(tmp_path / "index")


def test_below_the_top_the_name_is_a_documents(
    corpus: Path, tmp_path: Path, build_tiny: BuildTiny
) -> None:
    record = "- {id: asked, title: Asked, text: The mayor was asked about water.}\n"
    (corpus / "sessions" / "questions.yaml").write_text(record, encoding="utf-8")
    assert build_tiny(corpus, tmp_path / "index").documents == 4
