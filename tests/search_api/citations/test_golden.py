"""Every format as it is written, to the character.

After a wanted change, write them anew: `python -m tests.search_api.citations.test_golden`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from search_api.citations.formats import FORMATS, TYPES, Format
from tests.search_api.citations.samples import DURBAN, SELECTION

GOLDEN = Path(__file__).parent / "golden"
CITED = {"passage": [DURBAN], "selection": SELECTION}


def golden(cited: str, form: Format) -> Path:
    return GOLDEN / f"{cited}{TYPES[form].suffix or f'.{form}.txt'}"


@pytest.mark.parametrize("cited", CITED)
@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_written_as_it_was_when_it_was_last_read_by_a_person(
    form: Format, cited: str
) -> None:
    assert TYPES[form].write(CITED[cited]) == golden(cited, form).read_text(encoding="utf-8")


def test_there_is_one_golden_file_a_format() -> None:
    wanted = {golden(cited, form).name for cited in CITED for form in FORMATS}
    assert {path.name for path in GOLDEN.iterdir()} == wanted


if __name__ == "__main__":
    for name, citations in CITED.items():
        for each in FORMATS:
            golden(name, each).write_text(TYPES[each].write(citations), encoding="utf-8")
