from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from search_api.cli import run

pytestmark = pytest.mark.gazetteer

RAIN = """---
title: Water tanks
date: 2021-06-12
kind: bulletin
cities: [{name: Tanga, country: Tanzania}, Puno]
topics: water, schools
---

# Water tanks

Each school got two barrels.

## Food

“We carried water up the hill,” said Amina Okoro, Mayor of Tanga.

| City | Challenge | Measures |
|---|---|---|
| Tanga | Wells ran dry. | Barrels were bought. |

For more information:

- rain@tanga.example
"""

Inspect = Callable[..., tuple[int, str, str]]

KINDS = "session, initiative, news, press-release, report, other"

SHOWN = f"""\
rain.md
title      Water tanks            front matter
kind       other                  front matter
date       2021-06-12             front matter
publisher  –
url        –
language   en                     its text
cities     Tanga, Tanzania, Puno  front matter
topics     water, schools         front matter
1. [0, 41)  language en
Water tanks

Each school got two barrels.

2. [43, 80)  section Food  language en  speaker Amina Okoro, Mayor of Tanga
Food

“We carried water up the hill,”

3. [81, 114)  section Food  language en
   places Tanga, TZ (acted)
said Amina Okoro, Mayor of Tanga.

4. [116, 161)  section Food  city Tanga  aspect challenge  language en
   places Tanga, TZ (acted)
City · Challenge · Measures

Tanga · Wells ran dry.

5. [162, 182)  section Food  city Tanga  aspect response  language en
   places Tanga, TZ (acted)
Barrels were bought.

6. [184, 225)  section Food  noise contact  language en
For more information:

rain@tanga.example

warning: kind 'bulletin' is not one of {KINDS}; taken as 'other'
185 of 185 characters kept, 9 blocks, 1 tables, 6 passages

"""


@pytest.fixture(autouse=True)
def settled(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYWISE_CACHE", str(cache))
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def inspected(tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Inspect:
    """Write a file and inspect it: status, lines of stdout without padding, and stderr."""

    def run_it(name: str, content: str, *form: str) -> tuple[int, str, str]:
        file = tmp_path / name
        file.write_text(content, encoding="utf-8")
        status = run(["inspect", str(file), "--model", str(tiny_model), *form])
        out, err = capsys.readouterr()
        assert sorted(path.name for path in tmp_path.iterdir()) == [name]
        return status, "".join(f"{line.rstrip()}\n" for line in out.splitlines()), err

    return run_it


def test_a_file_is_shown_as_it_is_understood(inspected: Inspect) -> None:
    assert inspected("rain.md", RAIN) == (0, SHOWN, "")


def test_what_is_dropped_is_shown_and_control_characters_are_not_obeyed(
    inspected: Inspect,
) -> None:
    links = "".join(f"<a href='/{n}'>Page {n:02} of the harbour</a> " for n in range(10))
    page = (
        f"<html><head><title>Rain \x1b[31mbarrels</title></head><body><nav>{links}</nav>"
        "<main><h1>Rain \x1b[31mbarrels</h1><p>Each school got two barrels [of red].</p></main>"
        "</body></html>"
    )
    status, out, err = inspected("rain.html", page)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert "\x1b" not in out
    assert "Each school got two barrels [of red]." in lines
    (dropped,) = [line for line in lines if line.startswith("dropped, ")]
    shown = " ".join(f"Page {n:02} of the harbour" for n in range(10))[:100]
    assert dropped.endswith(f": {shown} […]")


def test_a_part_that_cannot_be_read_is_named_beside_what_can(inspected: Inspect) -> None:
    records = '{"id": "rain", "text": "Barrels came.", "language": "en"}\n[]\n'
    wrong = "records.jsonl, line 2: one JSON object a line is expected"
    status, out, err = inspected("records.jsonl", records)
    assert (status, err) == (1, f"citywise: {wrong}\n")
    lines = out.splitlines()
    assert lines[0] == "records.jsonl, line 1"
    assert lines[-5:] == [
        "1. [0, 13)  language en",
        "Barrels came.",
        "",
        "12 of 12 characters kept, 1 blocks, 0 tables, 1 passages",
        "",
    ]
    status, out, err = inspected("records.jsonl", records, "--json")
    found = json.loads(out)
    assert (status, err, found["errors"], len(found["documents"])) == (1, "", [wrong], 1)


def test_json_holds_the_document_its_origins_and_its_passages(inspected: Inspect) -> None:
    status, out, err = inspected("rain.md", RAIN, "--json")
    (document,) = json.loads(out)["documents"]
    assert (status, err, json.loads(out)["errors"]) == (0, "", [])
    assert (document["id"], document["characters"], document["tables"]) == ("rain.md", 185, 1)
    assert document["origins"] == {
        **dict.fromkeys(("title", "kind", "date", "cities", "topics"), "front matter"),
        "language": "its text",
    }
    assert document["quotes"] == [
        {"start": 49, "end": 80, "speaker": "Amina Okoro", "office": "Mayor of Tanga"}
    ]
    text, passages = document["text"], document["passages"]
    assert [text[p["start"] : p["end"]] for p in passages] == [p["text"] for p in passages]
    embedded = "Water tanks › Food\nTanga | Measures\nBarrels were bought."
    assert passages[4]["embedded"] == embedded
    assert passages[4]["place"] == {"name": "Tanga", "country": None, "region": None}
    assert [p["noise"] for p in passages] == [None] * 5 + ["contact"]


def test_a_file_that_is_not_there_is_one_plain_sentence(
    tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "gone.md"
    assert run(["inspect", str(file), "--model", str(tiny_model)]) == 2
    out, err = capsys.readouterr()
    missing = f"citywise: {file}: no such file; name one file of the corpus\n"
    assert (out, err) == ("", missing)


def test_a_file_of_which_nothing_can_be_read_is_unreadable_input(inspected: Inspect) -> None:
    wrong = "citywise: notes.doc: an old Word format; save it as .docx\n"
    assert inspected("notes.doc", "Barrels came.") == (2, "", wrong)
