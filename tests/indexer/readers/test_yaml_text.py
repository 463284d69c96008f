from __future__ import annotations

import subprocess
import sys

import pytest

from indexer.errors import DocumentError
from indexer.readers.yaml_text import load_yaml


def test_every_scalar_is_text() -> None:
    source = "[no, 007, 2020-02-30, 1e3, ~, true, '', a: {2: 0x1}]"
    assert load_yaml(source, "a.yaml") == [
        "no",
        "007",
        "2020-02-30",
        "1e3",
        "~",
        "true",
        "",
        {"a": {"2": "0x1"}},
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a: 1\nb: c: d", "line 7: no valid header: mapping values are not allowed"),
        ("a: 1\n\u0085\nb: c\x1b", r"line 8: no valid header: .* U\+001B; remove it$"),
        ("a: 1\nb: *c", "line 7: no valid header: found undefined alias"),
        ("a: &b\n  c: *b", "line 6: no valid header: found unconstructable recursive node"),
        ("{[a]: b}", "line 6: no valid header: found unhashable key"),
        ("- " * 3000 + "a", "line 6: no valid header: nested more than 100 levels deep"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line_in_the_file(source: str, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^n/a\.md(, |: ){message}"):
        load_yaml(source, "n/a.md", "header", 6)


def test_yaml_nested_without_end_ends_no_build() -> None:
    program = (
        "from indexer.errors import DocumentError\n"
        "from indexer.readers.yaml_text import load_yaml\n"
        "try: load_yaml('[' * 100_000, 'a.yaml')\n"
        "except DocumentError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout[:24]) == (0, "a.yaml, line 1: no valid")
