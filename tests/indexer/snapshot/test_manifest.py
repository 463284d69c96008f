from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import DamagedError, FormatError
from indexer.snapshot.manifest import (
    FileInfo,
    Manifest,
    ModelInfo,
    VectorsInfo,
    file_info,
    parse_manifest,
)

PATH = Path("index/snapshots/0123456789abcdef/manifest.json")

MANIFEST = Manifest(
    id="0123456789abcdef",
    built="2020-05-04T10:00:00+00:00",
    software="0.1.0",
    model=ModelInfo("modèle/petit", "f" * 64, 32, 48, 2, "question: ", "passage: "),
    documents=3,
    passages=7,
    parameters={"languages": ["en", "fr"], "lexical": {"k1": 1.5, "b": 0.75, "revision": 1}},
    parity=0.999998,
    vectors=VectorsInfo("rabitq", 800, 0.9895, 400, 0.925),
    files={"vectors.faiss": FileInfo(941, "a" * 64), "lexical/terms.bin": FileInfo(12, "b" * 64)},
)


def test_a_manifest_reads_back_as_it_was_written() -> None:
    assert parse_manifest(MANIFEST.to_json(), PATH) == MANIFEST


def test_the_text_says_its_format_and_keeps_letters_as_they_are() -> None:
    text = MANIFEST.to_json()
    assert json.loads(text)["format"] == 8
    assert '"name": "modèle/petit"' in text
    assert text.endswith("}\n")


def test_equal_manifests_are_equal_bytes_in_whatever_order_they_were_filled() -> None:
    files, parameters = MANIFEST.files, MANIFEST.parameters
    turned = replace(
        MANIFEST,
        files=dict(reversed(files.items())),
        parameters=dict(reversed(parameters.items())),
    )
    assert list(turned.files) != list(files)
    assert turned.to_json() == MANIFEST.to_json()


@pytest.mark.parametrize("version", [0, 7, 9, "8", None])
def test_another_format_is_refused_with_both_versions(version: object) -> None:
    text = json.dumps({**json.loads(MANIFEST.to_json()), "format": version})
    wanted = f"manifest.json: index of format {version}, this program reads format 8; rebuild"
    with pytest.raises(FormatError, match=wanted):
        parse_manifest(text, PATH)


def test_a_future_format_is_told_apart_from_damage_whatever_else_it_holds() -> None:
    with pytest.raises(FormatError, match="index of format 9"):
        parse_manifest('{"format": 9, "shards": []}', PATH)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"format"', "{}", "\0"])
def test_what_is_no_manifest_is_damage(text: str) -> None:
    with pytest.raises(DamagedError, match=r"manifest\.json: damaged, no manifest; rebuild with"):
        parse_manifest(text, PATH)


def test_a_manifest_cut_short_anywhere_is_damage() -> None:
    text = MANIFEST.to_json()
    for length in range(len(text) - 1):  # the newline at its end may go
        with pytest.raises(DamagedError, match="damaged, no manifest"):
            parse_manifest(text[:length], PATH)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.pop("passages"),
        lambda raw: raw.pop("model"),
        lambda raw: raw.update(colour="red"),
        lambda raw: raw.update(model="a name"),
        lambda raw: raw.update(files=["vectors.faiss"]),
        lambda raw: raw["model"].update(colour="red"),
        lambda raw: raw["files"].update(more={"size": 1}),
        lambda raw: raw["files"].update(more=3),
    ],
)
def test_a_part_missing_or_unknown_is_damage(change: Change) -> None:
    raw = json.loads(MANIFEST.to_json())
    change(raw)
    with pytest.raises(DamagedError, match=r"manifest\.json: damaged manifest \(.+\); rebuild"):
        parse_manifest(json.dumps(raw), PATH)


@pytest.mark.parametrize("content", [b"", b"cities\r\n\0\xff", b"x" * 300_000])
def test_a_file_is_measured_by_its_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    expected = FileInfo(len(content), hashlib.sha256(content).hexdigest())
    assert file_info(tmp_path / "file") == expected
