from __future__ import annotations

import pytest
import yaml

from indexer.errors import DocumentError, HarvestError
from indexer.harvest.described import described

FACTS = {"lima.html": {"url": "https://cities.test/lima", "date": "2020-05-01"}}
URL = 'url: "https://cities.test/lima"\n'
DATE = 'date: "2020-05-01"\n'
NEW = f"  lima.html:\n    {URL}    {DATE}"
DEEPER = f"    lima.html:\n      {URL}      {DATE}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"files:\n{NEW}"),
        ("# ours\ndefaults:\n  kind: news", f"# ours\ndefaults:\n  kind: news\nfiles:\n{NEW}"),
        (
            "files:\n    # by hand\n    a.md: {language: no, id: 007}  # Norwegian\n",
            f"files:\n    # by hand\n{DEEPER}    a.md: {{language: no, id: 007}}  # Norwegian\n",
        ),
        ("files: # none yet\n", f"files: # none yet\n{NEW}"),
        (
            "files:\n  lima.html:\n    title: Lima # better\n    date: 2019\n",
            f"files:\n  lima.html:\n    {URL}    title: Lima # better\n    date: 2019\n",
        ),
        (f"files:\n  lima.html:\n    {URL}", f"files:\n  lima.html:\n    {DATE}    {URL}"),
    ],
)
def test_new_lines_stand_between_those_that_a_person_wrote(before: str, after: str) -> None:
    assert described(before, FACTS, "metadata.yaml") == after
    assert described(after, FACTS, "metadata.yaml") == after


def test_what_cannot_take_lines_is_written_anew_with_equal_content() -> None:
    before = "defaults: {language: no}\nfiles: {lima.html: {title: Lima}, a.md: {id: 007}}\n"
    after = described(before, FACTS, "metadata.yaml")
    assert yaml.load(after, Loader=yaml.BaseLoader) == {  # noqa: S506
        "defaults": {"language": "no"},
        "files": {"lima.html": {"title": "Lima", **FACTS["lima.html"]}, "a.md": {"id": "007"}},
    }


def test_a_file_that_is_laid_out_otherwise_is_not_touched() -> None:
    with pytest.raises(HarvestError, match=r"^m: `files:` is followed by names of files"):
        described("files: [a]", FACTS, "m")
    with pytest.raises(HarvestError, match=r"^m: what is said of lima\.html is a list"):
        described("files: {lima.html: Lima}", FACTS, "m")
    with pytest.raises(DocumentError, match=r"^m, line 2: no valid YAML"):
        described("files: [", FACTS, "m")
