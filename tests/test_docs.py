"""What the documents for operators name is there."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from search_api.http import bounds
from search_api.serving import DRAIN, NOTICE, SETTLED
from search_api.settings import Settings
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = {name.lower() for name in re.findall(r"CITYWISE_([A-Z_]+)", text)}
    beside = {"require_browser", "require_nginx", "test_citus", "test_milvus"}
    assert named - beside == set(Settings.model_fields)


def test_every_promise_names_a_test_that_exists() -> None:
    text = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 18
    for row in rows:
        files = re.findall(r"`(tests/[\w/]+\.py)`", row)
        assert files, row
        for file in files:
            assert (ROOT / file).is_file(), row
        for name in re.findall(r"`(test_\w+\.py)`", row):
            assert (ROOT / files[0]).with_name(name).is_file(), row
        for name in re.findall(r"\(`(test_\w+)`\)", row):
            assert f"def {name}(" in (ROOT / files[0]).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_link_between_pages_leads_somewhere(page: object) -> None:
    text = page.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    folder = page.parent  # type: ignore[attr-defined]
    for target in re.findall(r"\]\(([\w./-]+)(?:#[\w-]+)?\)", text):
        assert (folder / target).exists(), target


def test_the_limits_of_the_table_are_those_of_the_program() -> None:
    table = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    fields = Settings.model_fields
    for line in (
        f"| body | {bounds.LARGEST:,} bytes | 413 |",
        f"| address | {bounds.LONGEST:,} bytes | 414 |",
        f"| requests held by a worker | `CITYWISE_CONCURRENT`, {fields['concurrent'].default} |",
        f"| wait for a turn | {bounds.WAITING} s | 503 |",
        f"`CITYWISE_REQUEST_SECONDS`, {fields['request_seconds'].default:g} | 503 |",
    ):
        assert line in table
    assert NOTICE + SETTLED + DRAIN < 10


def test_the_container_copies_what_is_there_and_starts_a_command_that_exists() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", text, re.M) for name in line.split()]
    assert {"pyproject.toml", "indexer", "search_api"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = {ast.literal_eval(line)[0] for line in re.findall(r"^ENTRYPOINT (.+)$", text, re.M)}
    assert entries == set(scripts["scripts"])
