from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from indexer.snapshot.folder import IndexFolder
from search_api.cli import run
from tests.conftest import SNAPSHOT_FILES

PLACES = 200
"""In which one byte of a snapshot is changed, over all of its files."""

OFFSETS = 1 + PLACES // len(SNAPSHOT_FILES)

pytestmark = pytest.mark.faults


def flip(path: Path, offset: int, bits: int) -> bytes:
    """Turn some bits of a byte around, and return the file as it was."""
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[offset] ^= bits
    path.write_bytes(damaged)
    return whole


def verified(index: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = run(["verify", "--index", str(index)])
    return status, capsys.readouterr().err


def places(path: Path) -> list[tuple[int, int]]:
    """The first byte, the last, and some between, each with one of its bits, or several."""
    last = path.stat().st_size - 1
    chance = random.Random(path.name)  # noqa: S311 - the same places each time
    offsets = [0, last, *(chance.randint(1, last - 1) for _ in range(OFFSETS - 2))]
    return [(offset, chance.choice((1 << number % 8, chance.randint(1, 255))))
            for number, offset in enumerate(offsets)]  # fmt: skip


def test_every_file_of_an_index_is_flipped_below(index_copy: IndexFolder) -> None:
    files = [path for path in index_copy.root.rglob("*") if path.is_file()]
    snapshot = index_copy.published().path
    expected = {snapshot / name for name in (*SNAPSHOT_FILES, "manifest.json")} | {
        index_copy.pointer
    }
    assert set(files) - expected == {index_copy.root / "lock"}
    assert (index_copy.root / "lock").stat().st_size == 0


@pytest.mark.parametrize("name", SNAPSHOT_FILES)
def test_verify_names_the_file_in_which_one_byte_is_flipped(
    name: str, index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = index_copy.published().path / name
    assert verified(index_copy.root, capsys) == (0, "")
    for offset, bits in places(path):
        whole = flip(path, offset, bits)
        expected = 1, f"citywise: {path}: differs from its checksum\n"
        assert verified(index_copy.root, capsys) == expected, (offset, bits)
        path.write_bytes(whole)
    assert verified(index_copy.root, capsys) == (0, "")


def test_verify_names_the_manifest_in_which_one_byte_is_flipped(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = index_copy.published().path / "manifest.json"
    for offset, bits in places(path):
        whole = flip(path, offset, bits)
        status, complaint = verified(index_copy.root, capsys)
        assert status == 1, (offset, bits, complaint)
        assert re.match(rf"citywise: {re.escape(str(path))}: (damaged|differs)", complaint)
        path.write_bytes(whole)


def test_a_bit_flipped_in_the_version_of_the_format_is_damage_and_no_other_version(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = index_copy.published().path / "manifest.json"
    offset = path.read_bytes().index(b'"format": 8') + len('"format": ')
    flip(path, offset, 1)
    assert b'"format": 9' in path.read_bytes()
    status, complaint = verified(index_copy.root, capsys)
    assert (status, complaint) == (
        1,
        f"citywise: {path}: differs from its checksum; rebuild with `citywise index`\n",
    )


def test_verify_complains_of_a_bit_flipped_in_any_byte_of_the_pointer(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = index_copy.pointer
    chance = random.Random(7)  # noqa: S311 - the same bits each time
    # A pointer that still can be read leads to a manifest that is missing, or is not the one meant.
    led = rf"{re.escape(str(index_copy.snapshots))}/[^/]+/manifest\.json: (missing|differs from)"
    expected = re.compile(rf"citywise: ({re.escape(str(path))}: damaged|{led})")
    for offset in range(path.stat().st_size):
        bits = 1 << chance.randrange(8)
        whole = flip(path, offset, bits)
        status, complaint = verified(index_copy.root, capsys)
        assert status == 1, (offset, bits, complaint)
        assert expected.match(complaint), (offset, bits, complaint)
        path.write_bytes(whole)


@pytest.mark.parametrize("name", [*SNAPSHOT_FILES, "manifest.json"])
def test_no_server_starts_from_a_file_in_which_one_byte_is_flipped(
    name: str, index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = index_copy.published().path / name
    offset, bits = places(path)[2]
    flip(path, offset, bits)
    assert run(["serve", "--index", str(index_copy.root), "--port", "0"]) == 2
    said = re.escape(
        f"citywise: {path}: differs from its checksum; rebuild with `citywise index`\n"
    )
    assert re.search(said, capsys.readouterr().err)
