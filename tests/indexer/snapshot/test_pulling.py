from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from indexer.errors import (
    BusyError,
    DamagedError,
    FormatError,
    NoSnapshotError,
    SnapshotError,
    StorageError,
)
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import MANIFEST, VECTORS
from indexer.snapshot.pointer import Pointer
from indexer.snapshot.pulling import Pulled, pull
from indexer.snapshot.pushing import push
from indexer.snapshot.snapshot import full_check
from indexer.snapshot.storage import Storage
from tests.conftest import BuildTiny


@pytest.fixture
def replica(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path / "replica")


def storage(folder: IndexFolder) -> Storage:
    return Storage(folder.root.as_uri())


def files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_what_is_pulled_is_the_source_byte_for_byte(
    index_copy: IndexFolder, replica: IndexFolder
) -> None:
    manifest = index_copy.published().manifest
    size = sum(info.size for info in {i.sha256: i for i in manifest.files.values()}.values())
    assert pull(storage(index_copy), replica) == Pulled(manifest.id, True, size)
    assert files(replica.root) == files(index_copy.root)
    assert pull(storage(index_copy), replica) == Pulled(manifest.id, False, 0)


def test_an_interrupted_pull_goes_on_in_the_middle_of_a_file(
    index_copy: IndexFolder, replica: IndexFolder
) -> None:
    published = index_copy.published()
    vectors = published.manifest.files[VECTORS]
    replica.incoming.mkdir(parents=True)
    half = (published.path / VECTORS).read_bytes()[: vectors.size // 2]
    (replica.incoming / f"{vectors.sha256}.part").write_bytes(half)
    whole = pull(storage(index_copy), IndexFolder(replica.root.parent / "other")).fetched
    assert pull(storage(index_copy), replica).fetched == whole - len(half)
    assert full_check(replica.published()) == []
    assert not replica.incoming.exists()


def test_a_beginning_that_is_damaged_is_fetched_anew(
    index_copy: IndexFolder, replica: IndexFolder
) -> None:
    vectors = index_copy.published().manifest.files[VECTORS]
    replica.incoming.mkdir(parents=True)
    (replica.incoming / f"{vectors.sha256}.part").write_bytes(b"?" * (vectors.size // 2))
    pull(storage(index_copy), replica)
    assert full_check(replica.published()) == []


@pytest.fixture
def both(
    corpus: Path, build_tiny: BuildTiny, tmp_path: Path, index_copy: IndexFolder
) -> tuple[IndexFolder, IndexFolder]:
    """A source that has published something newer than a replica has."""
    (corpus / "tanks.txt").write_text("Water tanks came to Lima by truck.\n", encoding="utf-8")
    replica = IndexFolder(shutil.copytree(index_copy.root, tmp_path / "replica"))
    build_tiny(corpus, index_copy.root)
    return index_copy, replica


@pytest.mark.faults
def test_only_files_that_changed_are_fetched_and_going_back_fetches_nothing(
    both: tuple[IndexFolder, IndexFolder],
) -> None:
    source, replica = both
    old, new = replica.published().manifest, source.published().manifest
    known = {info.sha256 for info in old.files.values()}
    fresh = {i.sha256: i.size for i in new.files.values() if i.sha256 not in known}
    assert pull(storage(source), replica) == Pulled(new.id, True, sum(fresh.values()))
    source.point_to(source.kept(old.id).path)
    assert pull(storage(source), replica) == Pulled(old.id, True, 0)
    assert replica.ids() == [old.id, new.id]


def test_a_damaged_file_here_is_fetched_again_and_nothing_else(
    index_copy: IndexFolder, replica: IndexFolder
) -> None:
    pull(storage(index_copy), replica)
    damaged = replica.published().path / VECTORS
    size = damaged.stat().st_size
    damaged.write_bytes(b"?" * size)
    assert not pull(storage(index_copy), replica, thorough=False).changed
    assert pull(storage(index_copy), replica).fetched == size
    assert full_check(replica.published()) == []


@pytest.mark.faults
@pytest.mark.parametrize("harm", [b"?", b"", b"much more than there was" * 1000])
def test_a_damaged_source_is_refused_and_what_was_published_stays(
    harm: bytes, both: tuple[IndexFolder, IndexFolder]
) -> None:
    source, replica = both
    before = files(replica.root)
    vectors = source.published().path / VECTORS
    vectors.write_bytes(harm + vectors.read_bytes()[len(harm) :])
    if not harm:
        vectors.write_bytes(b"")
    said = re.escape(f"snapshots/{vectors.parent.name}/{VECTORS}: differs from its checksum;")
    with pytest.raises(DamagedError, match=said):
        pull(storage(source), replica)
    after = files(replica.root)
    assert {name: after[name] for name in before} == before
    assert VECTORS not in " ".join(after.keys() - before.keys())


@pytest.mark.parametrize(
    ("pointer", "said"),
    [
        (b"{}", r"current: damaged; rebuild"),
        (Pointer("../../../etc", "0" * 64).to_json().encode(), r"which is no snapshot"),
        (Pointer("0" * 16, "0" * 64).to_json().encode(), r"manifest\.json: missing"),
    ],
)
def test_a_pointer_that_leads_nowhere_is_refused(
    pointer: bytes, said: str, index_copy: IndexFolder, replica: IndexFolder
) -> None:
    index_copy.pointer.write_bytes(pointer)
    with pytest.raises(DamagedError, match=said):
        pull(storage(index_copy), replica)
    assert not replica.root.exists()


def rewrite(folder: IndexFolder, **changes: object) -> None:
    """Change the manifest of a source, as whoever may write there could."""
    file = folder.published().path / MANIFEST
    raw = json.loads(file.read_text(encoding="utf-8"))
    text = json.dumps(raw | changes)
    file.write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    folder.pointer.write_text(Pointer(file.parent.name, digest).to_json(), encoding="utf-8")


@pytest.mark.parametrize("name", ["../../outside", "/tmp/outside", "a/../../b", ""])  # noqa: S108
def test_a_manifest_that_names_files_elsewhere_is_refused(
    name: str, index_copy: IndexFolder, replica: IndexFolder
) -> None:
    rewrite(index_copy, files={name: {"size": 1, "sha256": "0" * 64}})
    with pytest.raises(DamagedError, match=f"names {re.escape(repr(name))}, which is no file"):
        pull(storage(index_copy), replica)
    assert not replica.root.exists()


def test_a_source_of_another_format_is_refused(
    index_copy: IndexFolder, replica: IndexFolder
) -> None:
    rewrite(index_copy, format=99)
    with pytest.raises(FormatError, match="index of format 99, this program reads format"):
        pull(storage(index_copy), replica)


def test_what_cannot_be_pulled_or_written_is_said(
    built: Path, tmp_path: Path, replica: IndexFolder
) -> None:
    with pytest.raises(NoSnapshotError, match="no index here; bring one with `citywise push "):
        pull(Storage(str(tmp_path)), replica)
    with pytest.raises(SnapshotError, match="/proc/x: cannot be written"):
        pull(Storage(str(built)), IndexFolder(Path("/proc/x")))
    with (
        replica.lock(),
        pytest.raises(BusyError, match="another build is writing this index"),
    ):
        pull(Storage(str(built)), replica)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("memory://x", "memory://x: the memory of one process"),
        ("nowhere://x", r"nowhere://x: cannot be used \(Protocol not known: nowhere\); check"),
        ("ftp://me:secret@127.0.0.1:1/x", r"^ftp://127.0.0.1:1/x: cannot be used \(Connection ref"),
    ],
)
def test_a_storage_that_cannot_be_used_is_named_without_its_password(url: str, said: str) -> None:
    with pytest.raises(StorageError, match=said):
        Storage(url)


def test_a_damaged_index_is_not_pushed(index_copy: IndexFolder, replica: IndexFolder) -> None:
    vectors = index_copy.published().path / VECTORS
    vectors.write_bytes(b"?" * vectors.stat().st_size)
    with pytest.raises(DamagedError, match=r"vectors\.faiss: differs from its checksum"):
        push(index_copy, Storage(str(replica.root)))
    assert not replica.root.exists()
