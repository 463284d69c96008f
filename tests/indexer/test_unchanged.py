from __future__ import annotations

from pathlib import Path

import pytest

from indexer.report import DocumentReport, Recipe, Report
from indexer.unchanged import KEEP, Unchanged

REPORT = Report(
    snapshot="ab12",
    documents=1,
    passages=2,
    embedded=2,
    skipped=["a.md: empty"],
    read=[DocumentReport("a", "a.md", 10, 9, 2, 0, ("a date that is none",))],
    seconds=1.5,
)


def asked(
    corpus: Path, cache: Path, maker: str = "maker", *, keep_going: bool = False
) -> Unchanged:
    return Unchanged(Recipe(corpus, cache / "index", cache, keep_going=keep_going), maker)


@pytest.fixture
def kept(tmp_path: Path, corpus: Path) -> Path:
    """A cache that remembers the report of the small corpus."""
    asked(corpus, tmp_path / "cache").remember(REPORT)
    return tmp_path / "cache"


def test_the_same_bytes_have_the_report_of_their_build(corpus: Path, kept: Path) -> None:
    assert asked(corpus, kept).known() == REPORT


def test_what_was_never_built_is_not_known(corpus: Path, tmp_path: Path) -> None:
    assert asked(corpus, tmp_path / "empty").known() is None


def test_the_builds_remembered_are_the_last_ones(corpus: Path, tmp_path: Path) -> None:
    for number in range(KEEP + 3):
        asked(corpus, tmp_path, str(number)).remember(REPORT)
    known = [asked(corpus, tmp_path, str(number)).known() for number in range(KEEP + 3)]
    assert known == [None] * 3 + [REPORT] * KEEP


CHANGES = {
    "a document": ("sessions/durban.md", "# Another note\n\nText."),
    "a new document": ("news.md", "# News\n\nText."),
    "what is said of a file": ("sessions/metadata.yaml", "defaults: {kind: news}"),
    "names of cities": ("cities.yaml", "cities: []"),
}


@pytest.mark.parametrize(("name", "text"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_anything_that_shapes_the_index_is_seen(
    corpus: Path, kept: Path, name: str, text: str
) -> None:
    (corpus / name).write_text(text, encoding="utf-8")
    assert asked(corpus, kept).known() is None


def test_another_model_or_way_of_building_is_seen(corpus: Path, kept: Path) -> None:
    assert asked(corpus, kept, "another").known() is None
    assert asked(corpus, kept, keep_going=True).known() is None


def test_a_file_that_changed_while_it_was_read_is_not_remembered(
    corpus: Path, tmp_path: Path
) -> None:
    begun = asked(corpus, tmp_path)
    note = corpus / "sessions" / "durban.md"
    before = note.read_bytes()
    note.write_bytes(before + b"\nMore.")
    begun.remember(REPORT)
    note.write_bytes(before)
    assert asked(corpus, tmp_path).known() is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"read": [{}]}'])
def test_a_damaged_memory_is_none(corpus: Path, kept: Path, content: str) -> None:
    (path,) = (kept / "built").iterdir()
    path.write_text(content, encoding="utf-8")
    assert asked(corpus, kept).known() is None


def test_a_report_that_cannot_be_kept_fails_no_build_that_has_published(
    corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "built").write_text("a file", encoding="utf-8")
    asked(corpus, tmp_path).remember(REPORT)
    assert asked(corpus, tmp_path).known() is None
