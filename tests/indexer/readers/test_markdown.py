from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.document import Block, Document, Metadata, Place, Source
from indexer.errors import DocumentError
from indexer.metadata import Fields
from tests.indexer.readers.reading import read_one


def markdown(
    folder: Path, source: str, name: str = "notes/talk.md", fields: Fields | None = None
) -> Document:
    return read_one(folder, source, name, fields)


def pieces(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**bold** *it* __b__ _i_ ~~gone~~ `code`", "bold it b i gone code"),
        ("[link](https://example.org 'hover') and [ref][1]\n\n[1]: /x", "link and ref"),
        ("<https://example.org>", "https://example.org"),
        ("![a *pump*](pump.png) works", "a pump works"),
        ("&amp; &eacute; &lt;b&gt; \\*not bold\\*", "& é <b> *not bold*"),
        ("soft\nbreak", "soft break"),
        ("hard  \nbreak\\\nand<br>more<BR/>still", "hard\nbreak\nand\nmore\nstill"),
        ("seen <!-- hidden --> <span lang='fr'>vu</span>", "seen  vu"),
        ("Cafe\u0301 👩‍👩‍👧 城市 \u200fعمان", "Cafe\u0301 👩‍👩‍👧 城市 \u200fعمان"),
        ("5 * 3 = 15 and 2_000_000 people", "5 * 3 = 15 and 2_000_000 people"),
    ],
)
def test_marks_go_and_words_stay(tmp_path: Path, source: str, text: str) -> None:
    assert markdown(tmp_path, source).text == text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# A #\n\nB\n===\n\nC\n---", [("heading", "A"), ("heading", "B"), ("heading", "C")]),
        ("It was one.\n\n\nTwo", [("paragraph", "It was one."), ("paragraph", "Two")]),
        ("- a\n- b\n\n  more\n    - deep",
         [("item", "a"), ("item", "b"), ("item", "more"), ("item", "deep")]),
        ("3. third\n4. fourth", [("item", "3. third"), ("item", "4. fourth")]),
        ("1. one\n   - inner\n2. two", [("item", "1. one"), ("item", "inner"), ("item", "2. two")]),
        ("> Rao said so.\n>\n> > twice", [("paragraph", "Rao said so."), ("paragraph", "twice")]),
        ("```python\nx = 1\n\n# no heading\n```", [("paragraph", "x = 1\n\n# no heading")]),
        ("    code\n    more", [("paragraph", "code\nmore")]),
        ("It was a.\n\n***\n\nb", [("paragraph", "It was a."), ("paragraph", "b")]),
        ("#\n\ntext", [("paragraph", "text")]),
        ("- x\n\ntext", [("item", "x"), ("paragraph", "text")]),
        ("<div>It was one.</div>\n<p>5 &lt; 6</p>",
         [("paragraph", "It was one."), ("paragraph", "5 < 6")]),
        ("<p>Lima</p>\t<p>Buses</p>", [("row", "Lima\tBuses")]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", [("row", "a\tb")]),
        ("Lima\tBuses ran", [("row", "Lima\tBuses ran")]),
    ],
)  # fmt: skip
def test_structure_becomes_blocks(
    tmp_path: Path, source: str, expected: list[tuple[str, str]]
) -> None:
    assert pieces(markdown(tmp_path, source)) == expected


TABLE = """
| City | Did | Lacked |
|---|:-:|--:|
| *Lima* | Bicycle<br>lanes \\| paths | – |
| Pune | | Taps |
"""


def test_a_table_row_is_a_block_that_knows_its_header(tmp_path: Path) -> None:
    document = markdown(tmp_path, f"# Talk\n\n## By city\n{TABLE}\nAfter.\n\n| A |\n|---|\n| b |\n")
    assert pieces(document) == [
        ("heading", "Talk"),
        ("heading", "By city"),
        ("heading", "City\tDid\tLacked"),
        ("row", "Lima\tBicycle lanes | paths\t–"),
        ("row", "Pune\t\tTaps"),
        ("paragraph", "After."),
        ("heading", "A"),
        ("row", "b"),
    ]
    assert [block.header for block in document.blocks if block.kind == "row"] == [
        ("City", "Did", "Lacked"),
        ("City", "Did", "Lacked"),
        ("A",),
    ]
    assert {block.section for block in document.blocks[2:]} == {("By city",)}
    assert "Lima\tBicycle lanes | paths\t–\nPune\t\tTaps\n\nAfter." in document.text


def test_an_empty_first_or_last_cell_keeps_its_place(tmp_path: Path) -> None:
    source = "| City | Did | Lacked |\n|---|---|---|\n| | Lanes | Taps |\n| Pune | Tanks | |\n"
    rows = [text for kind, text in pieces(markdown(tmp_path, source)) if kind == "row"]
    assert [row.split("\t") for row in rows] == [["", "Lanes", "Taps"], ["Pune", "Tanks", ""]]


def test_a_cell_beyond_the_header_is_not_lost(tmp_path: Path) -> None:
    document = markdown(
        tmp_path, "| City | Did |\n|---|---|\n| Lima | Lanes | and 46 km of them |\n"
    )
    assert "46 km" in document.text or any("46 km" in warning for warning in document.warnings)


def test_a_tab_in_a_list_item_costs_no_number_and_moves_none(tmp_path: Path) -> None:
    document = markdown(tmp_path, "1. Lima\tbuses\n\n   They were crowded.\n2. Pune\n")
    text = " ".join(document.text.split())
    assert text == "1. Lima buses They were crowded. 2. Pune"


def test_sections_are_the_headings_above(tmp_path: Path) -> None:
    source = "# Talk\n\na\n\n### Deep *one*\n\nb\n\n## Next\n\nc\n\n# Other\n\nd\n"
    document = markdown(tmp_path, source)
    assert [(document.text[b.start : b.end], b.section) for b in document.blocks] == [
        ("Talk", ()),
        ("a", ()),
        ("Deep one", ()),
        ("b", ("Deep one",)),
        ("Next", ()),
        ("c", ("Next",)),
        ("Other", ()),
        ("d", ("Other",)),
    ]


def test_a_first_heading_that_is_not_the_title_stays_a_section(tmp_path: Path) -> None:
    document = markdown(
        tmp_path, "---\ntitle: Evening talk\n---\n# Minutes\n\n## Water\n\nTanks.\n"
    )
    assert document.blocks == (
        Block(0, 7, "heading", ()),
        Block(9, 14, "heading", ("Minutes",)),
        Block(16, 22, "paragraph", ("Minutes", "Water")),
    )


@pytest.mark.parametrize(
    ("source", "fields", "title"),
    [
        ("---\ntitle: Front\n---\n# Heading", {"title": "Folder"}, "Front"),
        ("# Heading", {"title": "Folder"}, "Folder"),
        ("text\n\n## Second *level*\n\n# First", {}, "Second level"),
        ("---\ntitle:\n---\n# Heading", {}, "Heading"),
        ("A short line\n\nIt leads some prose.", {}, "A short line"),
        ("It is prose alone.", {}, "talk"),
    ],
)
def test_the_title_is_from_front_matter_folder_heading_first_line_or_file_name(
    tmp_path: Path, source: str, fields: Fields, title: str
) -> None:
    assert markdown(tmp_path, source, fields=fields).metadata.title == title


FRONT = """\ufeff---
id: pune-talk
title:  Tanks and   taps
kind: Press Release
date: 2020-05-04
publisher: City of Pune
url: https://example.org/pune
language: en-GB
topics: [water, housing]
cities:
  - {name: Pune, country: India}
  - Lima
sources:
  - publisher: Herald
    title: Taps
    url: https://example.org/taps
    date: "2020-05"
series: Talks
---
Text.
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_front_matter_becomes_metadata(tmp_path: Path, line_end: str) -> None:
    document = markdown(tmp_path, FRONT.replace("\n", line_end))
    assert (document.id, document.text, document.warnings) == ("pune-talk", "Text.", ())
    assert document.metadata == Metadata(
        title="Tanks and taps",
        kind="press-release",
        date="2020-05-04",
        publisher="City of Pune",
        url="https://example.org/pune",
        language="en",
        cities=(Place("Pune", "India"), Place("Lima")),
        topics=("water", "housing"),
        sources=(Source("Herald", "Taps", "https://example.org/taps", "2020-05"),),
    )


@pytest.mark.parametrize("front", ["", "---\n---\n", "---\n\n---\n", "---\ntitle: T\n---\n"])
def test_without_an_id_the_path_is_the_id(tmp_path: Path, front: str) -> None:
    document = markdown(tmp_path, f"{front}Text.", "sessions/a/talk.md")
    assert (document.id, document.path) == ("sessions/a/talk.md", "sessions/a/talk.md")
    assert document.text == "Text."


def test_a_rule_further_down_is_no_front_matter(tmp_path: Path) -> None:
    document = markdown(tmp_path, "Tanks came by truck.\n\n---\n\ntitle: none\n\n---\n")
    assert pieces(document) == [
        ("paragraph", "Tanks came by truck."),
        ("paragraph", "title: none"),
    ]
    assert document.metadata.title == "talk"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("---\ntitle: T\n\n# Talk\n\nText.\n",
         r"^notes/talk\.md, line 1: front matter is opened but never closed by ---$"),
        ("---\ntitle: T\ntopics: [a\n---\nText.\n",
         r"^notes/talk\.md, line 4: no valid front matter: did not find expected ',' or '\]'$"),
        ("---\n\n\ntitle: a: b\n---\nText.\n",
         r"^notes/talk\.md, line 4: no valid front matter: mapping values are not allowed"),
        ("---\ntitle: a\x07b\n---\nText.\n",
         r"^notes/talk\.md, line 2: .*: holds the control character U\+0007; remove it$"),
        ("---\n- a\n- b\n---\nText.\n",
         r"^notes/talk\.md, line 1: front matter is no list of `name: value` lines$"),
        ("---\ntitle: T\n---\n", r"yields no text: there is nothing behind the front matter$"),
        ("---\ntitle: T\n---\n<!-- a remark -->\n", r"yields no text: there is nothing behind"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why_and_where(
    tmp_path: Path, source: str, message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        markdown(tmp_path, source)


@pytest.mark.parametrize("line", ['"title": T', "sub title: T", "sub-title: T"])
def test_unclosed_front_matter_is_told_however_it_begins(tmp_path: Path, line: str) -> None:
    with pytest.raises(DocumentError, match=r"line 1: front matter is opened but never closed"):
        markdown(tmp_path, f"---\n{line}\n\nText.\n")


def test_a_date_that_is_in_no_calendar_is_told_like_any_wrong_value(tmp_path: Path) -> None:
    document = markdown(tmp_path, "---\ntitle: T\ndate: 2020-02-30\n---\nText.\n")
    assert document.metadata.date is None
    assert document.warnings == ("date '2020-02-30' is not YYYY, YYYY-MM or YYYY-MM-DD; left out",)


@pytest.mark.parametrize("tag", ["no", "NO"])
def test_norwegian_is_a_language(tmp_path: Path, tag: str) -> None:
    # YAML 1.1 reads an unquoted `no` as false.
    document = markdown(tmp_path, f"---\nlanguage: {tag}\n---\nByen delte ut mat.\n")
    assert document.metadata.language == "no"


def test_enough_text_tells_its_language_if_nobody_says_it(tmp_path: Path) -> None:
    text = "Die Stadt verteilte Lebensmittel in den Vierteln und baute neue Unterkünfte. " * 3
    assert markdown(tmp_path, text).metadata.language == "de"
    assert markdown(tmp_path, f"---\nlanguage: nl\n---\n{text}").metadata.language == "nl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("markdown")


SNIPPETS = ["\n", "\n\n", "# ", "- ", "1. ", "| a | b |\n|---|---|\n", "| ", " |\n", "```\n", "> ",
            "<p>", "</p>", "<td>", "<!--", "-->", "**", "[", "](x)", "&amp;", "\t", "---\n", "    ",
            "word", "Cafe\u0301", "👩‍👩‍👧", "\u00a0", "\r", "\\", "<br>"]  # fmt: skip


@settings(max_examples=50, derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=5)), max_size=30))
def test_any_markdown_becomes_ordered_blocks_with_white_space_between(
    folder: Path, parts: list[str]
) -> None:
    try:
        document = markdown(folder, "Start\n\n" + "".join(parts).replace("\0", ""))
    except DocumentError as error:
        pytest.fail(f"a text with words was refused: {error}")
    at = 0
    for block in document.blocks:
        assert not document.text[at : block.start].strip()
        assert document.text[block.start : block.end].strip()
        assert block.start < block.end
        at = block.end
    assert at == len(document.text)


@settings(max_examples=30, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["{}", "# {}", "- {}", "7. {}", "> {}", "    {}", "**{}**", "<p>{}</p>",
                             "| {} |\n|---|\n| x |", "| x |\n|---|\n| {} |"]),
            st.from_regex(r"[a-z]{1,6}( [a-zé城]{1,6}){0,3}", fullmatch=True),
        ),
        min_size=1,
        max_size=8,
    )
)  # fmt: skip
def test_every_word_of_every_structure_is_kept_in_order(
    folder: Path, structures: list[tuple[str, str]]
) -> None:
    source = "\n\n".join(["Start", *(form.format(words) for form, words in structures)])
    kept = [word for word in markdown(folder, source).text.split() if word not in ("7.", "x")]
    written = " ".join(words for _, words in structures).split()
    assert kept == ["Start", *(word for word in written if word != "x")]
