from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import MANIFEST, PASSAGES, VECTORS
from search_api.cli import run
from tests.conftest import BuildTiny

NOTE = "Quay notes\n\nThe harbour of Bergen opened its quays."


class Builds:
    """An index built twice: the second time a note was added, a record changed, another gone."""

    def __init__(self, corpus: Path, index: Path, build_tiny: BuildTiny) -> None:
        self.corpus, self.folder, self._build = corpus, IndexFolder(index), build_tiny
        self.records = corpus / "initiatives" / "records.jsonl"
        self.first = self.build()
        (corpus / "bergen.txt").write_text(NOTE, encoding="utf-8")
        lima = self.records.read_text(encoding="utf-8").splitlines()[0]
        changed = lima.replace("46 kilometres", "60 kilometres").replace("Bicycle", "Bike")
        self.records.write_text(changed + "\n", encoding="utf-8")
        self.second = self.build()

    def build(self) -> str:
        return self._build(self.corpus, self.folder.root).snapshot

    @property
    def published(self) -> str:
        return self.folder.published().manifest.id


@pytest.fixture
def builds(corpus: Path, tmp_path: Path, build_tiny: BuildTiny) -> Builds:
    return Builds(corpus, tmp_path / "index", build_tiny)


def said(
    capsys: pytest.CaptureFixture[str], index: IndexFolder, *arguments: str
) -> tuple[int, str, str]:
    status = run(["snapshots", *arguments, "--index", str(index.root)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_list_says_what_each_snapshot_is_and_which_one_is_current(
    builds: Builds, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said(capsys, builds.folder, "list", "--json")
    assert (status, err) == (0, "")
    new, old = json.loads(out)["snapshots"]
    assert [new["id"], old["id"]] == [builds.second, builds.first]
    assert (new["current"], old["current"]) == (True, False)
    assert (new["documents"], old["documents"], old["passages"]) == (3, 3, 7)
    assert old["built"].endswith("+00:00")
    files = builds.folder.kept(builds.first)
    assert old["model"] == files.manifest.model.name
    size = sum(info.size for info in files.manifest.files.values())
    assert old["bytes"] == size + (files.path / MANIFEST).stat().st_size
    assert old["problem"] is None

    status, out, err = said(capsys, builds.folder)
    assert (status, err) == (0, "")
    (line,) = (line for line in out.splitlines() if "current" in line)
    assert builds.second in line
    assert builds.first in out


def test_the_difference_names_documents_added_removed_and_changed(
    builds: Builds, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said(capsys, builds.folder, "diff", builds.first, builds.second, "--json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert (told["before"]["id"], told["after"]["id"]) == (builds.first, builds.second)
    assert told["added"] == [{"id": "bergen.txt", "title": "Quay notes", "passages": 1}]
    assert told["removed"] == [{"id": "quito-food", "title": "Food baskets", "passages": 1}]
    assert told["changed"] == [
        {"id": "lima-bikes", "title": "Bike lanes", "before": 2, "after": 2, "added": 1,
         "removed": 1, "text": True, "metadata": True}
    ]  # fmt: skip
    assert told["unchanged"] == 1

    status, out, err = said(capsys, builds.folder, "diff", builds.first, builds.second)
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "+ bergen.txt: Quay notes (1 passage)",
        "- quito-food: Food baskets (1 passage)",
        "~ lima-bikes: Bike lanes (text and metadata changed; 1 new, 1 gone, now 2 passages)",
        "Documents: 1 added, 1 removed, 1 changed, 1 unchanged",
    ]


def test_between_a_snapshot_and_itself_nothing_has_changed(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = IndexFolder(built).published().manifest.id
    nothing = "Documents: 0 added, 0 removed, 0 changed, 3 unchanged\n"
    assert said(capsys, IndexFolder(built), "diff", identity, identity) == (0, nothing, "")


def test_a_rollback_publishes_the_older_one_and_the_next_build_the_corpus_again(
    builds: Builds, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, builds.folder, "rollback", builds.first) == (
        0,
        f"Snapshot {builds.first} is published again; servers pick it up. The next "
        "`citywise index` publishes what the corpus holds then.\n",
        "",
    )
    assert builds.published == builds.first
    assert builds.folder.ids() == [builds.first, builds.second]
    assert builds.build() == builds.second == builds.published
    assert builds.folder.ids() == [builds.second, builds.first]
    assert run(["verify", "--index", str(builds.folder.root)]) == 0


@pytest.mark.parametrize("action", ["rollback", "diff"])
def test_an_unknown_id_is_answered_with_those_that_are_kept(
    action: str, index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = index_copy.published().manifest.id
    ids = ["abc"] if action == "rollback" else [kept, "abc"]
    sentence = f"citywise: snapshot abc is not kept; kept are: {kept}\n"
    assert said(capsys, index_copy, action, *ids) == (2, "", sentence)


def test_a_damaged_snapshot_is_not_gone_back_to(
    builds: Builds, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = builds.folder.kept(builds.first).path / VECTORS
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert said(capsys, builds.folder, "rollback", builds.first) == (
        1,
        "",
        f"citywise: {vectors}: differs from its checksum\n"
        f"citywise: snapshot {builds.first} is damaged; what was published before still is\n",
    )
    assert builds.published == builds.second
    status, out, err = said(capsys, builds.folder, "rollback", builds.first, "--json")
    assert (status, err) == (1, "")
    problems = [f"{vectors}: differs from its checksum"]
    assert json.loads(out) == {
        "snapshot": builds.first, "published": False, "problems": problems
    }  # fmt: skip


def test_the_manifest_of_another_snapshot_is_found_out(
    builds: Builds, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = builds.folder.kept(builds.first).path
    shutil.rmtree(folder)
    shutil.copytree(builds.folder.published().path, folder)
    status, out, err = said(capsys, builds.folder, "rollback", builds.first)
    assert (status, out) == (1, "")
    assert f"{folder}: its manifest is that of {builds.second}\n" in err
    assert builds.published == builds.second


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff", "damaged; rebuild with `citywise index`"),
        (b"{", "damaged, no manifest; rebuild with `citywise index`"),
        (b'{"format": 3}', "index of format 3, this program reads format 8"),
    ],
)
def test_a_snapshot_that_cannot_be_read_is_listed_with_the_reason(
    content: bytes, problem: str, index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    older = index_copy.snapshots / "abc" / MANIFEST
    older.parent.mkdir()
    older.write_bytes(content)
    status, out, err = said(capsys, index_copy)
    assert status == 0
    assert "abc" in out
    assert err.startswith(f"citywise: {older}: {problem}")
    told = json.loads(said(capsys, index_copy, "list", "--json")[1])["snapshots"]
    (read,) = (each for each in told if each["id"] == "abc")
    assert read["problem"].startswith(f"{older}: {problem}")
    status, out, err = said(capsys, index_copy, "rollback", "abc")
    assert (status, out) == (2, "")
    assert err.startswith(f"citywise: {older}: {problem}")


def test_a_damaged_pointer_is_repaired_by_going_back(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = index_copy.published().manifest.id
    index_copy.pointer.write_text("{", encoding="utf-8")
    status, out, err = said(capsys, index_copy)
    assert (status, identity in out, "current" in out) == (1, True, False)
    assert err == (
        f"citywise: {index_copy.pointer}: damaged; rebuild with `citywise index`\n"
        "citywise: none is current; go back to one with `citywise snapshots rollback ID`\n"
    )
    assert said(capsys, index_copy, "rollback", identity)[0] == 0
    assert index_copy.published().manifest.id == identity


def test_while_a_build_is_at_work_nothing_is_gone_back_to(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = index_copy.published().manifest.id
    with index_copy.lock():
        assert said(capsys, index_copy, "rollback", identity) == (
            2,
            "",
            f"citywise: {index_copy.root}: another build is writing this index; "
            "wait until it is done\n",
        )


def test_passages_that_are_missing_are_named_before_they_are_compared(
    builds: Builds, capsys: pytest.CaptureFixture[str]
) -> None:
    store = builds.folder.kept(builds.first).path / PASSAGES
    store.unlink()
    status, out, err = said(capsys, builds.folder, "diff", builds.first, builds.second)
    assert (status, out) == (2, "")
    assert err == f"citywise: {store}: missing; rebuild with `citywise index`\n"
