from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from indexer.document import Document, Metadata
from indexer.passage import Passage, passage_id
from indexer.snapshot.passages import Passages
from indexer.snapshot.writer import PassageWriter
from search_api.citations.cited import Cited
from search_api.citations.verification import Checked, Held, check_all

FIRST = "Water tanks came by truck to the settlements."
SECOND = "Markets were moved\toutdoors in May."
NOTE = f"{FIRST}\n\n{SECOND}"
BASE = "https://search.example.org"

Check = Callable[..., Checked]
Filed = tuple[Document, list[Passage]]


def document(identity: str, text: str, *cuts: tuple[int, int]) -> Filed:
    about = Document(identity, identity, text, (), Metadata(title=identity))
    return about, [
        Passage(
            passage_id(identity, text[a:b], 0), a, b, text[a:b], "", 0, ("Answers",), (), page=n
        )
        for n, (a, b) in enumerate(cuts, 1)
    ]


def two(identity: str, text: str, *more: tuple[int, int]) -> Filed:
    a, b = text.index(FIRST), text.index(SECOND)
    return document(identity, text, (a, a + len(FIRST)), (b, b + len(SECOND)), *more)


def held(folder: Path, *documents: Filed) -> Held:
    writer = PassageWriter(folder / "passages.sqlite")
    for each in documents:
        writer.add(*each)
    writer.close()
    return Held(Passages(folder / "passages.sqlite"), "27da3ac867100f5c", BASE)


def old(**said: object) -> Cited:
    """A citation of the first passage as `NOTE` had it."""
    about, (first, _) = two("note.md", NOTE)
    whole = {
        "passage": first.id, "document": "note.md", "quote": FIRST, "start": 0, "end": len(FIRST),
        "sha256": about.sha256,
    }  # fmt: skip
    return Cited.model_validate({**whole, **said})


@pytest.fixture
def check(tmp_path: Path) -> Iterator[Check]:
    opened: list[Held] = []

    def run(cited: Cited, *documents: Filed) -> Checked:
        opened.append(held(tmp_path, *documents))
        return opened[-1].check(cited)

    yield run
    for each in opened:
        each.passages.close()


CASES = {
    "as it was": (
        old(), [two("note.md", NOTE)],
        "unchanged", "the passage stands as it was cited", (0, 45),
    ),
    "one sentence of it": (
        old(quote="came  by\ntruck", start=None), [two("note.md", NOTE)],
        "unchanged", "the passage stands as it was cited", (0, 45),
    ),
    "the document grew behind it": (
        old(), [two("note.md", f"{NOTE}\n\nNew.")],
        "unchanged",
        "the passage stands as it was cited; other parts of its document have changed", (0, 45),
    ),
    "the document grew before it": (
        old(), [two("note.md", f"New.\n\n{NOTE}")],
        "moved", "the passage now begins at character 6", (6, 51),
    ),
    "cut into other passages": (
        old(), [document("note.md", NOTE, (0, len(NOTE)))],
        "unchanged", "the words stand where they were; passages are cut anew", (0, 45),
    ),
    "joined with what came later": (
        old(), [document("note.md", f"{FIRST} More.\n\n{SECOND}", (0, 51))],
        "unchanged", "the words stand where they were; passages are cut anew", (0, 45),
    ),
    "the document has another id": (
        old(), [two("renamed.md", NOTE)],
        "moved", "the words now stand at characters 0–45 of renamed.md", (0, 45),
    ),
    "the words went elsewhere": (
        old(), [document("note.md", SECOND, (0, 35)), two("copy.md", f"New.\n\n{NOTE}")],
        "moved", "the words now stand at characters 6–51 of copy.md", (6, 51),
    ),
    "no words, the same text": (
        old(passage="0" * 16, quote=None), [two("note.md", NOTE)],
        "unchanged", "the document's text is what it was", (0, 45),
    ),
    "no words, the same text under another id": (
        old(quote=None), [two("renamed.md", NOTE)],
        "moved", "the document's text is now that of renamed.md", (0, 45),
    ),
    "a hash alone": (
        Cited(sha256=two("note.md", NOTE)[0].sha256), [two("note.md", NOTE)],
        "unchanged", "the document's text is what it was", (0, 82),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("cited", "documents", "status", "detail", "span"), CASES.values(), ids=CASES.keys()
)
def test_words_that_stand_are_found(
    cited: Cited,
    documents: list[Filed],
    status: str,
    detail: str,
    span: tuple[int, int],
    check: Check,
) -> None:
    found = check(cited, *documents)
    assert (found.status, found.detail) == (status, detail)
    where = found.now
    assert where is not None
    assert (where.span.start, where.span.end) == span
    (about, passages) = next(each for each in documents if each[0].id == where.document)
    assert where.sha256 == about.sha256
    assert where.passage_id == passages[0].id
    assert (where.page, where.section) == (1, ["Answers"])
    assert where.permalink == f"{BASE}/documents/{where.document}#p-{where.passage_id}"
    assert found.snapshot == "27da3ac867100f5c"
    assert found.cited == cited


GONE = {
    "rewritten": (
        old(), [document("note.md", SECOND, (0, 35))],
        "the words are not in this index; document note.md is still there",
    ),
    "removed with its document": (
        old(), [document("other.md", SECOND, (0, 35))],
        "the words are not in this index; document note.md is not there either",
    ),
    "misquoted": (
        old(quote="Water tanks came by train."), [two("note.md", NOTE)],
        f"passage {old().passage} does not hold these words, and nothing else does",
    ),
    "no words, another text": (
        old(quote=None), [document("note.md", SECOND, (0, 35))],
        "the passage is not in this index; document note.md is still there",
    ),
    "words too few to be told from others": (
        Cited(quote="came by truck"), [two("note.md", NOTE)],
        "the words are not in this index",
    ),
    "white space": (Cited(quote=" \n"), [two("note.md", NOTE)], "the words are not in this index"),
}  # fmt: skip


@pytest.mark.parametrize(("cited", "documents", "detail"), GONE.values(), ids=GONE.keys())
def test_words_that_do_not_stand_are_said_to_be_gone(
    cited: Cited, documents: list[Filed], detail: str, check: Check
) -> None:
    found = check(cited, *documents)
    assert (found.status, found.detail, found.now) == ("gone", detail, None)


def test_of_equal_words_the_place_nearest_to_the_old_one_is_meant(check: Check) -> None:
    text = "\n\n".join(["Lima met.", FIRST, "Quito met.", FIRST, "End."])
    cited = old(passage=None, start=75)
    found = check(cited, document("note.md", text, (0, 56), (58, 121)))
    assert (found.status, found.detail) == (
        "moved",
        "the words now stand at characters 70–115 of note.md",
    )
    assert found.now is not None
    assert found.now.page == 2


def test_several_citations_are_checked_in_order_and_counted(tmp_path: Path) -> None:
    cited = [old(quote="Never said, nowhere at all."), old(), old(start=7), old()]
    store = held(tmp_path, two("note.md", NOTE))
    with closing(store.passages):
        found = check_all(store, cited)
    assert [each.status for each in found.citations] == ["gone", "unchanged", "moved", "unchanged"]
    assert (found.unchanged, found.moved, found.gone) == (2, 1, 1)
