from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from search_api.cli.harvest import harvest
from tests.indexer.harvest.site import Reply, serving, sitemap


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = harvest.main(arguments, standalone_mode=False)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_what_was_done_is_one_sentence_and_each_failure_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "news"
    with serving() as site:
        site.pages |= {"/sitemap.xml": sitemap("/a", "/b"), "/a": Reply()}
        arguments = [f"{site.url}/sitemap.xml", "--into", str(into), "--delay", "0"]
        status, out, err = said([*arguments, "--allow-private"], capsys)
        assert (status, err) == (
            1, f"Failed: {site.url}/b: answers 404 (Not Found); check the address\n"
        )  # fmt: skip
        counts = r"1 fetched into \S+, 0 unchanged, 1 failed, 0 left out, \d+\.\d s\n"
        assert re.fullmatch(counts, out)
        status, out, err = said([*arguments, "--allow-private", "--limit", "1", "--json"], capsys)
        assert (status, err) == (0, "")
        report = json.loads(out)
        assert report.pop("seconds") < 5
        assert report == {
            "fetched": 1,
            "unchanged": 0,
            "failed": [],
            "left_out": [f"{site.url}/b: beyond --limit 1"],
        }
