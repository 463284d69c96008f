from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import MANIFEST, PASSAGES, VECTORS, file_info
from search_api.cli import run


def verified(index: Path, capsys: pytest.CaptureFixture[str], *form: str) -> tuple[int, str, str]:
    status = run(["verify", "--index", str(index), *form])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_whole_index_is_said_to_be_whole(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    identity = IndexFolder(built).published().manifest.id
    whole = f"Index {identity} is whole: every file, and all 7 passages.\n"
    assert verified(built, capsys) == (0, whole, "")
    status, out, err = verified(built, capsys, "--json")
    assert (status, json.loads(out), err) == (0, {"index": identity, "problems": []}, "")


def test_each_file_that_is_flipped_or_gone_is_named(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    published = index_copy.published()
    assert len(published.manifest.files) == 44
    for name in published.manifest.files:
        path = published.path / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        differs = f"citywise: {path}: differs from its checksum\n"
        assert verified(index_copy.root, capsys) == (1, "", differs)
        path.unlink()
        assert verified(index_copy.root, capsys) == (1, "", f"citywise: {path}: missing\n")
        path.write_bytes(whole)
    assert verified(index_copy.root, capsys)[0] == 0


def test_all_damaged_files_are_named_in_json_too(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    published = index_copy.published()
    (published.path / PASSAGES).unlink()
    (published.path / VECTORS).write_bytes(b"")
    status, out, err = verified(index_copy.root, capsys, "--json")
    assert (status, err) == (1, "")
    assert json.loads(out) == {
        "index": published.manifest.id,
        "problems": [
            f"{published.path / PASSAGES}: missing",
            f"{published.path / VECTORS}: differs from its checksum",
        ],
    }


def test_a_manifest_that_is_not_the_published_one_is_named(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = index_copy.published().path / MANIFEST
    manifest.write_text(manifest.read_text(encoding="utf-8") + " ", encoding="utf-8")
    damaged = f"{manifest}: differs from its checksum; rebuild with `citywise index`"
    assert verified(index_copy.root, capsys) == (1, "", f"citywise: {damaged}\n")
    status, out, _ = verified(index_copy.root, capsys, "--json")
    assert (status, json.loads(out)) == (1, {"index": None, "problems": [damaged]})


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"snapshot": 5, "manifest_sha256": "", "check": ""}']
)
def test_a_damaged_pointer_is_named(
    content: str, index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    index_copy.pointer.write_text(content, encoding="utf-8")
    damaged = f"citywise: {index_copy.pointer}: damaged; rebuild with `citywise index`\n"
    assert verified(index_copy.root, capsys) == (1, "", damaged)


def test_an_index_of_another_format_cannot_be_checked(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = index_copy.published().path / MANIFEST
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**raw, "format": 99}), encoding="utf-8")
    index_copy.point_to(manifest.parent)
    assert verified(index_copy.root, capsys) == (
        2,
        "",
        f"citywise: {manifest}: index of format 99, this program reads format 8; "
        "rebuild with `citywise index`\n",
    )


def sign_anew(index: IndexFolder) -> None:
    """Make the checksums agree with what is there, as one who forges a source would."""
    folder = index.published().path
    raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    info = file_info(folder / PASSAGES)
    raw["files"][PASSAGES] = {"size": info.size, "sha256": info.sha256}
    (folder / MANIFEST).write_text(json.dumps(raw), encoding="utf-8")
    index.point_to(folder)


@pytest.mark.parametrize(
    ("forgery", "problem"),
    [
        (
            "UPDATE passages SET text = replace(text, 'Quito', 'Lima') WHERE document = 1",
            "passage 7be9941d6c09a9c3 of document quito-food: differs from its source text",
        ),
        (
            "UPDATE documents SET text = text || '!' WHERE id = 'quito-food'",
            "document quito-food: its text differs from its fingerprint",
        ),
        (
            "DELETE FROM passages WHERE id = '7be9941d6c09a9c3'",
            "holds 3 documents, 6 passages, not (3, 7)",
        ),
    ],
)
def test_an_excerpt_that_is_not_in_its_source_is_named_even_under_right_checksums(
    forgery: str, problem: str, index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    db = sqlite3.connect(index_copy.published().path / PASSAGES)
    with db:
        assert db.execute(forgery).rowcount == 1
    db.close()
    sign_anew(index_copy)
    assert verified(index_copy.root, capsys) == (1, "", f"citywise: {problem}\n")
