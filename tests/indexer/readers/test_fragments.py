from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.readers.fragments import html_lines


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("plain", [["plain"]]),
        ("one\ntwo", [["one"], ["two"]]),
        ("<p>One\nwrapped</p>", [["One wrapped"]]),
        ("<h3>Head</h3><p>Body</p>", [["Head"], ["Body"]]),
        ("<details><summary>Short</summary>Long</details>", [["Short"], ["Long"]]),
        ("<div>Outer <div>inner</div> rest</div>", [["Outer"], ["inner"], ["rest"]]),
        ("<p>a<br>b<br/>c</p>", [["a b c"]]),
        ("<p>un<b>break</b>able <a href='x'>link</a></p>", [["unbreakable link"]]),
    ],
)
def test_a_block_element_is_a_line(html: str, lines: list[list[str]]) -> None:
    assert html_lines(html) == lines


@pytest.mark.parametrize(
    "html", ["<p>One</p><p>Two</p>", "<p>One</p> <p>Two</p>", "<p>One<p>Two", "<p>One</p>Two"]
)
def test_paragraphs_on_one_source_line_are_lines_of_their_own(html: str) -> None:
    assert html_lines(html) == [["One"], ["Two"]]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>a</p>\t<p>b</p>", [["a", "b"]]),
        ("<p>a</p>\t<p></p>\t<p>c</p>", [["a", "", "c"]]),
        ("<p>a</p>\t<p>b</p>\n<p>c</p>\t<p>d</p>", [["a", "b"], ["c", "d"]]),
        ("a\tb", [["a", "b"]]),
        ("<p>a\tb</p>", [["a b"]]),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>",
         [["A", "B"], ["1", "2"]]),
        ("<table>\n<tr>\n<td>1</td>\n<td></td>\n<td>3</td>\n</tr>\n</table>", [["1", "", "3"]]),
        ("<tr><td>one <b>bold</b></td><td>two<br>lines</td></tr>", [["one bold", "two lines"]]),
    ],
)  # fmt: skip
def test_tabs_and_table_cells_part_the_cells_of_a_line(html: str, lines: list[list[str]]) -> None:
    assert html_lines(html) == lines


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a &amp; b&nbsp;&lt;c&gt;", "a & b <c>"),
        ("&#128512; &unknown; caf&eacute;", "😀 &unknown; café"),
        ("<div>5 < 6 and 7 > 6</div>", "5 < 6 and 7 > 6"),
        ("<div>never closed", "never closed"),
        ("<p>crossed <b>marks</p></b>", "crossed marks"),
        ("  much \n\t white  space ", None),
        ("<p>a<!-- hidden -->b</p>", "ab"),
        ("<script>run()</script>seen<style>p {}</style>", "seen"),
    ],
)
def test_marks_go_and_words_stay(html: str, text: str | None) -> None:
    expected = [["much"], ["white space"]] if text is None else [[text]]
    assert html_lines(html) == expected


@pytest.mark.parametrize("html", ["", "\n\t", "<p></p>", "<!-- a -->", "<br>", "<table></table>"])
def test_a_fragment_without_words_has_no_lines(html: str) -> None:
    assert html_lines(html) == []


MARKS = ["<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<td>", "</tr>", "<br>", "\t", "\n", " "]


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(MARKS), st.sampled_from("abcdé城"))))
def test_no_mark_however_crossed_loses_a_character(pieces: list[str]) -> None:
    words = "".join(piece for piece in pieces if piece not in MARKS)
    lines = html_lines("".join(pieces))
    assert "".join("".join(cell.split()) for line in lines for cell in line) == words
