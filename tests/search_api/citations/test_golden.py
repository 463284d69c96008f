"""Every format as it is written, to the character.

After a wanted change, write them anew: `python -m tests.search_api.citations.test_golden`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from search_api.citations.formats import FORMATS, TYPES, Format
from tests.search_api.citations.samples import SELECTION

GOLDEN = Path(__file__).parent / "golden"


def golden(form: Format) -> Path:
    return GOLDEN / f"selection{TYPES[form].suffix or f'.{form}.txt'}"


@pytest.mark.parametrize("form", FORMATS)
def test_a_selection_is_written_as_it_was_when_it_was_last_read_by_a_person(form: Format) -> None:
    assert TYPES[form].write(SELECTION) == golden(form).read_text(encoding="utf-8")


def test_there_is_one_golden_file_a_format() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {golden(form).name for form in FORMATS}


if __name__ == "__main__":
    for each in FORMATS:
        golden(each).write_text(TYPES[each].write(SELECTION), encoding="utf-8")
