from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.corpus import CorpusFile, corpus_files, read_corpus
from indexer.document import Document, Metadata, Place
from indexer.errors import CorpusError, DocumentError

Files = dict[str, str]

MIXED = "Malmö, Umeå\n".encode() + "Malmö".encode("latin-1")
"""Two encodings in one file, the second from line 2 on."""

ROOT = os.geteuid() == 0


def write(root: Path, files: Files) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def told(root: Path) -> list[str]:
    """The ids of documents and the messages of errors, in order."""
    return [str(x) if isinstance(x, DocumentError) else x.id for x in read_corpus(root)]


def metadata(root: Path) -> dict[str, Metadata]:
    documents = [x for x in read_corpus(root) if isinstance(x, Document)]
    return {document.path: document.metadata for document in documents}


def test_every_file_at_any_depth_is_read_in_the_order_of_paths(tmp_path: Path) -> None:
    files = {
        "b/deep/er/a.md": "1",
        "b.txt": "2",
        "a.csv": "text\n3\n4\n",
        "Z.yaml": "text: 5",
        "b/c.jsonl": '{"text": "6"}',
        "å.MD": "7",
    }
    assert told(write(tmp_path, files)) == [
        "Z.yaml#1",
        "a.csv#1",
        "a.csv#2",
        "b.txt",
        "b/c.jsonl#1",
        "b/deep/er/a.md",
        "å.MD",
    ]


def test_descriptions_and_hidden_files_are_no_documents(tmp_path: Path) -> None:
    files = {
        "a.md": "text",
        "README.md": "how to add a document",
        "cities.yaml": "Durban: [eThekwini]",
        "metadata.yaml": "",
        ".draft.md": "not yet",
        ".git/objects/a.md": "never",
        "sub/.cache/deep/a.md": "never",
        "sub/README.md": "how to add another",
    }
    write(tmp_path, files)
    assert corpus_files(tmp_path) == [CorpusFile(tmp_path / "a.md", "a.md", {})]


def test_a_corpus_may_lie_in_a_hidden_folder(tmp_path: Path) -> None:
    assert told(write(tmp_path / ".hidden" / "corpus", {"a.md": "text"})) == ["a.md"]


def test_one_file_is_a_corpus_of_its_own(tmp_path: Path) -> None:
    metadata_file = "defaults: {kind: news}\nfiles: {a.md: {title: T}, b.md: {title: U}}"
    write(tmp_path, {"a.md": "text", "b.md": "other", "metadata.yaml": metadata_file})
    assert metadata(tmp_path / "a.md") == {"a.md": Metadata("T", "news")}


@pytest.mark.parametrize("files", [{}, {"README.md": "x", "metadata.yaml": "", ".a.md": "x"}])
def test_a_folder_without_documents_says_so(tmp_path: Path, files: Files) -> None:
    (tmp_path / "corpus" / "nothing" / "here").mkdir(parents=True)
    write(tmp_path / "corpus", files)
    with pytest.raises(CorpusError, match=r"corpus: no documents in this folder; put files in it"):
        list(read_corpus(tmp_path / "corpus"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"gone: no such folder; name the folder that holds"):
        list(read_corpus(tmp_path / "gone"))


def test_each_unreadable_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    files = {
        "a.md": "",
        "b.docx": "x",
        "b.odt": "x",
        "c": "x",
        "d/e.csv": "text,id\nOne.,1\nTwo.\n",
        "f.txt": "y",
    }
    write(tmp_path, files)
    (tmp_path / "d" / "g.txt").write_bytes(MIXED)
    readable = (
        ".csv, .docm, .docx, .htm, .html, .json, .jsonl, .markdown, .md, .ndjson, .pdf, .tsv, "
        ".txt, .xhtml, .xlsm, .xlsx, .yaml, .yml"
    )
    assert told(tmp_path) == [
        "a.md: yields no text: the file is empty",
        "b.docx: no .docx file; save it as one",
        "b.odt: an OpenDocument text; save it as .docx",
        f"c: no reader for this format; readable are {readable}",
        "1",
        "d/e.csv, line 3: 1 fields where the header has 2; quote fields that hold ','",
        "d/g.txt, line 2: not UTF-8 (byte 0xf6); save the file as UTF-8",
        "f.txt",
    ]


def test_links_inside_the_corpus_are_followed_and_others_named(tmp_path: Path) -> None:
    write(tmp_path, {"corpus/a.md": "text", "elsewhere/b.md": "text", "elsewhere/c/d.md": "text"})
    (tmp_path / "corpus" / "again.md").symlink_to("a.md")
    (tmp_path / "corpus" / "b.md").symlink_to(tmp_path / "elsewhere" / "b.md")
    (tmp_path / "corpus" / "gone.md").symlink_to(tmp_path / "gone.md")
    (tmp_path / "corpus" / "linked").symlink_to(tmp_path / "elsewhere" / "c")
    (tmp_path / "corpus" / "lost.md").symlink_to("lost")
    assert told(tmp_path / "corpus") == [
        "a.md",
        "again.md",
        "b.md: a link that leads out of the corpus is not followed",
        "gone.md: a link that leads out of the corpus is not followed",
        "linked: a link to a folder is not followed; put the folder here",
        "lost.md: cannot be opened: No such file or directory",
    ]


def test_a_hidden_link_is_as_hidden_as_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"corpus/a.md": "text", "elsewhere/b.md": "text"})
    (tmp_path / "corpus" / ".linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "corpus" / ".gone.md").symlink_to(tmp_path / "gone.md")
    assert told(tmp_path / "corpus") == ["a.md"]


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A corpus in which a file, a folder and a `metadata.yaml` are closed to the reader."""
    files = {"a.md": "text", "b.md": "text", "c/d.md": "text", "e/f.md": "text"}
    write(tmp_path / "corpus", files | {"e/metadata.yaml": "defaults: {kind: news}"})
    shut = [tmp_path / "corpus" / name for name in ("b.md", "c", "e/metadata.yaml")]
    monkeypatch.chdir(tmp_path)  # a path from here needs no leave to pass the folders above
    tmp_path.chmod(0o755)
    assert len(told(Path("corpus"))) == 4  # the process that reads has started, as root if we are
    for path in shut:
        path.chmod(0)
    if ROOT:
        os.seteuid(65534)  # nothing is closed to root
    yield Path("corpus")
    if ROOT:
        os.seteuid(0)
    for path in shut:
        path.chmod(0o755)


def test_what_is_closed_to_the_reader_is_named(closed: Path) -> None:
    assert told(closed) == [
        "a.md",
        "b.md" if ROOT else "b.md: cannot be opened: Permission denied",
        "c: cannot be opened: Permission denied",
        "e/f.md",
        "e/metadata.yaml: cannot be opened: Permission denied",
    ]


QUESTIONS = {"queries.jsonl": '{"_id": "q", "text": "how?"}', "qrels.tsv": "q\td\t1\n"}
COLLECTION = {"corpus.jsonl": '{"_id": "d1", "text": "Tanks came."}', "notes.md": "text"}


def test_questions_and_judgments_of_a_test_set_are_no_documents(tmp_path: Path) -> None:
    more = {"queries.dev.jsonl": "{}", "qrels_dev.tsv": "", "answers.jsonl": "{}"}
    assert told(write(tmp_path, COLLECTION | QUESTIONS | more)) == ["d1", "notes.md"]


@pytest.mark.parametrize("alone", ["queries.jsonl", "qrels.tsv"])
def test_half_a_test_set_is_a_folder_like_any_other(tmp_path: Path, alone: str) -> None:
    write(tmp_path, {"a.md": "text", alone: QUESTIONS[alone]})
    assert [file.name for file in corpus_files(tmp_path) if isinstance(file, CorpusFile)] == [
        "a.md",
        alone,
    ]


DESCRIBED = """\
defaults: {kind: report, publisher: City, language: es}
files:
  a.md: {title: From the folder, kind: news, cities: [Lima], date: 2020-05-04}
  b.txt: {topics: water}
"""


def test_metadata_yaml_describes_the_files_beside_it(tmp_path: Path) -> None:
    files = {
        "n/metadata.yaml": DESCRIBED,
        "n/a.md": "---\npublisher: Own\n---\n# Heading",
        "n/b.txt": "Talk",
        "n/deeper/a.md": "# Heading",
        "a.md": "# Heading",
    }
    assert metadata(write(tmp_path, files)) == {
        "n/a.md": Metadata(
            "From the folder", "news", "2020-05-04", "Own", None, "es", (Place("Lima"),)
        ),
        "n/b.txt": Metadata("Talk", "report", None, "City", None, "es", (), ("water",)),
        "n/deeper/a.md": Metadata("Heading"),
        "a.md": Metadata("Heading"),
    }


def test_metadata_yaml_describes_every_record_of_a_file(tmp_path: Path) -> None:
    described = "files: {r.csv: {publisher: City, title: Folder}}"
    write(tmp_path, {"metadata.yaml": described, "r.csv": "id,title,text\n1,,One.\n2,Own,Two.\n"})
    documents = [x for x in read_corpus(tmp_path) if isinstance(x, Document)]
    assert [(d.id, d.metadata.title, d.metadata.publisher) for d in documents] == [
        ("1", "Folder", "City"),
        ("2", "Own", "City"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("files:\n  a.md: [b\n", r", line 3: no valid YAML: did not find expected ',' or '\]'$"),
        ("- a.md", r"`files:`, `defaults:` and `columns:` are expected at the top, nothing else"),
        ("a.md: {title: T}",
         r"`files:`, `defaults:` and `columns:` are expected at the top, nothing else"),
        ("files: [a.md]", r"`files:` is followed by names of files, each with its fields"),
        ("files: {a.md: T}", r"what is said of a file is a list of `name: value` lines"),
        ("defaults: [news]", r"is a list of `name: value` lines"),
        ("files: {gone.md: {title: T}, 2020: {title: U}, a.md: {title: V}}",
         r"describes files that are not there: 2020, gone\.md$"),
        ("files: {deeper/b.md: {title: T}}", r"describes files that are not there: deeper/b\.md$"),
    ],
)  # fmt: skip
def test_a_broken_metadata_yaml_is_named_and_its_files_are_read(
    tmp_path: Path, content: str, message: str
) -> None:
    write(tmp_path, {"n/a.md": "# Heading", "n/metadata.yaml": content, "n/deeper/b.md": "text"})
    outcomes = list(read_corpus(tmp_path))
    (error,) = (outcome for outcome in outcomes if isinstance(outcome, DocumentError))
    with pytest.raises(DocumentError, match=rf"^n/metadata\.yaml.*{message}"):
        raise error
    assert [x.id for x in outcomes if isinstance(x, Document)] == ["n/a.md", "n/deeper/b.md"]


def test_a_metadata_yaml_in_two_encodings_is_told_like_any_such_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "text"})
    (tmp_path / "metadata.yaml").write_bytes(b"# " + MIXED)
    first, second = told(tmp_path)
    assert (first, second.split(": ")[0]) == ("a.md", "metadata.yaml, line 2")
    assert "not UTF-8 (byte 0xf6)" in second


def test_a_metadata_yaml_in_another_encoding_is_told_like_any_such_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "text"})
    (tmp_path / "metadata.yaml").write_bytes("defaults:\n  publisher: Malmö".encode("latin-1"))
    outcomes = list(read_corpus(tmp_path))
    warnings = [line for x in outcomes if isinstance(x, Document) for line in x.warnings]
    said = [*warnings, *(str(x) for x in outcomes if isinstance(x, DocumentError))]
    assert [line for line in said if "metadata.yaml" in line and "not UTF-8" in line] != []


def test_columns_in_metadata_yaml_name_what_a_file_calls_otherwise(tmp_path: Path) -> None:
    write(tmp_path, {"metadata.yaml": "columns: {text: was}", "r.csv": "id,was\n1,One.\n"})
    (document,) = (x for x in read_corpus(tmp_path) if isinstance(x, Document))
    assert (document.id, document.text) == ("1", "One.")


def test_a_date_in_metadata_yaml_that_is_in_no_calendar_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "text", "metadata.yaml": "files: {a.md: {date: 2020-02-30}}"})
    outcomes = list(read_corpus(tmp_path))
    warnings = [x.warnings for x in outcomes if isinstance(x, Document)]
    assert warnings == [("date '2020-02-30' is not YYYY, YYYY-MM or YYYY-MM-DD; left out",)]
