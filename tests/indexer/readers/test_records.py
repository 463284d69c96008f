from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.document import Block, Document, Metadata, Place, Source
from indexer.errors import DocumentError
from indexer.metadata import Fields
from indexer.readers.columns import Prose, named
from indexer.readers.formats import read


def records(
    folder: Path, name: str, source: str, fields: Fields | None = None
) -> list[Document | DocumentError]:
    path = folder / name
    path.write_bytes(source.encode())
    return list(read(path, f"data/{name}", fields or {}))


def told(outcomes: list[Document | DocumentError]) -> list[tuple[str, str] | str]:
    """Documents as id and text, errors as their message."""
    return [
        str(outcome) if isinstance(outcome, DocumentError) else (outcome.id, outcome.text)
        for outcome in outcomes
    ]


def one(outcomes: list[Document | DocumentError]) -> Document:
    (document,) = outcomes
    assert isinstance(document, Document), document
    return document


# CSV


@pytest.mark.parametrize(
    ("name", "delimiter"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t"), ("a.tsv", "|")]
)
def test_the_delimiter_is_seen_in_the_header(tmp_path: Path, name: str, delimiter: str) -> None:
    rows = [["id", "title", "text"], ["a", "Lanes", "46 km."], ["b", "Taps", "Ten."]]
    source = "\ufeff" + "\r\n".join(delimiter.join(row) for row in rows)
    outcomes = records(tmp_path, name, source)
    assert told(outcomes) == [("a", "46 km."), ("b", "Ten.")]
    assert [d.metadata.title for d in outcomes if isinstance(d, Document)] == ["Lanes", "Taps"]


def test_quoted_fields_hold_delimiters_quotes_and_lines(tmp_path: Path) -> None:
    source = 'id,text\na,"Tanks, ""taps"" and\n\n- pumps"\nb,Cafe\u0301 👩‍👩‍👧\n'
    assert told(records(tmp_path, "a.csv", source)) == [
        ("a", 'Tanks, "taps" and\n\n- pumps'),
        ("b", "Cafe\u0301 👩‍👩‍👧"),
    ]


def test_a_ragged_row_names_its_line_and_costs_no_other(tmp_path: Path) -> None:
    source = "id,title,text\na,A,One.\n\nb,B\n,,\nc,C,Tanks, taps\nd,D,Four.\n"
    assert told(records(tmp_path, "a.csv", source)) == [
        ("a", "One."),
        "data/a.csv, line 4: 2 fields where the header has 3; quote fields that hold ','",
        "data/a.csv, line 6: 4 fields where the header has 3; quote fields that hold ','",
        ("d", "Four."),
    ]


def test_a_quote_that_never_closes_names_the_file_s_end(tmp_path: Path) -> None:
    assert told(records(tmp_path, "a.csv", 'id,text\na,One.\nb,"Two.\nc,Three.\n')) == [
        ("a", "One."),
        "data/a.csv, line 4: no valid CSV: unexpected end of data",
    ]


def test_a_broken_quote_costs_its_own_row_alone(tmp_path: Path) -> None:
    assert told(records(tmp_path, "a.csv", 'id,text\na,"One" more.\nb,Two.\n')) == [
        "data/a.csv, line 2: no valid CSV: ',' expected after '\"'",
        ("b", "Two."),
    ]


@pytest.mark.parametrize("separator", ["\u2028", "\x0c"])
def test_only_a_line_end_ends_a_csv_row(tmp_path: Path, separator: str) -> None:
    document = one(records(tmp_path, "a.csv", f"text,id\nOne{separator}more.,a\n"))
    assert (document.id, document.text) == ("a", "One more.")


def test_a_blank_line_before_the_header_is_passed_over(tmp_path: Path) -> None:
    assert told(records(tmp_path, "a.csv", "\n\nid;text\na;One.\n")) == [("a", "One.")]


def test_columns_of_one_name_are_all_kept(tmp_path: Path) -> None:
    document = one(records(tmp_path, "a.csv", "id,text,text,,\na,First.,Second.,third,fourth\n"))
    assert [word for word in ("First.", "Second.", "third", "fourth") if word in document.text] == [
        "First.",
        "Second.",
        "third",
        "fourth",
    ]


def test_a_long_field_is_read_whole(tmp_path: Path) -> None:
    text = "water " * 30_000
    assert one(records(tmp_path, "a.csv", f"id,text\na,{text}\n")).text == text.strip()


@pytest.mark.parametrize(
    ("name", "source"),
    [("a.csv", "id,text\n"), ("a.csv", "id,text\n,\n"), ("a.yaml", "[]"), ("a.yaml", "# none\n")],
)
def test_a_file_without_a_record_is_named(tmp_path: Path, name: str, source: str) -> None:
    (error,) = records(tmp_path, name, source)
    assert isinstance(error, DocumentError)
    assert str(error).startswith(f"data/{name}")


# JSON Lines


@pytest.mark.parametrize("name", ["a.ndjson", "a.json", "a.JSONL"])
def test_each_line_is_a_record(tmp_path: Path, name: str) -> None:
    source = '\ufeff{"id": "a", "text": "One."}\r\n\r\n{"_id": "b", "text": "Two\\u2028more."}'
    assert told(records(tmp_path, name, source)) == [("a", "One."), ("b", "Two more.")]


def test_a_broken_line_names_itself_and_costs_no_other(tmp_path: Path) -> None:
    source = (
        '{"text": "One."}\n{"text": \n["Two."]\n\nnull\n{"title": "bare"}\n{"text": "Three."}\n'
    )
    first, broken, array, null, bare, last = told(records(tmp_path, "a.jsonl", source))
    assert (first, last) == (("data/a.jsonl#1", "One."), ("data/a.jsonl#6", "Three."))
    assert str(broken).startswith("data/a.jsonl, line 2: no valid JSON: Expecting value")
    assert array == "data/a.jsonl, line 3: one JSON object a line is expected"
    assert null == "data/a.jsonl, line 5: one JSON object a line is expected"
    assert bare == "data/a.jsonl, line 6: holds no text; give it a column `text` or `description`"


def test_json_nested_without_end_is_told_like_any_broken_line(tmp_path: Path) -> None:
    first, second = records(tmp_path, "a.jsonl", "[" * 100_000 + '\n{"text": "Two."}')
    assert str(first).startswith("data/a.jsonl, line 1: no valid JSON")
    assert one([second]).text == "Two."


# YAML


@pytest.mark.parametrize("name", ["a.yaml", "a.yml"])
def test_a_yaml_list_is_records(tmp_path: Path, name: str) -> None:
    source = (
        "- id: a\n  text: >-\n    One\n    more.\n- id: b\n  text: |\n    Two.\n\n    - three\n"
    )
    assert told(records(tmp_path, name, source)) == [("a", "One more."), ("b", "Two.\n\n- three")]


def test_a_yaml_mapping_is_one_record(tmp_path: Path) -> None:
    assert told(records(tmp_path, "a.yaml", "id: a\ntext: One.\n2020: begun\n")) == [
        ("a", "One.\n\n2020: begun")
    ]


def test_a_yaml_entry_that_is_no_record_names_its_number(tmp_path: Path) -> None:
    source = "- text: One.\n- bare words\n-\n- {id: d, date: 2020-05-01}\n- text: Five.\n"
    assert told(records(tmp_path, "a.yaml", source)) == [
        ("data/a.yaml#1", "One."),
        "data/a.yaml, record 2: a record is a list of `name: value` lines",
        "data/a.yaml, record 3: a record is a list of `name: value` lines",
        "data/a.yaml, record 4: holds no text; give it a column `text` or `description`",
        ("data/a.yaml#5", "Five."),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("- id: a\n  text: [x\n- id: b\n", r"line 3: no valid YAML: did not find expected ',' or"),
        ("id: a\n---\nid: b\n", r"line 2: no valid YAML: but found another document"),
        ("- text: a: b\n", r"line 1: no valid YAML: mapping values are not allowed"),
        ("\ttext: a\n", r"line 1: no valid YAML: found character that cannot start any token"),
        ("- id: a\n  text: a\x07b\n",
         r"line 2: no valid YAML: holds the control character U\+0007; remove it$"),
    ],
)  # fmt: skip
def test_broken_yaml_names_its_line_once(tmp_path: Path, source: str, message: str) -> None:
    (error,) = records(tmp_path, "a.yaml", source)
    assert isinstance(error, DocumentError)
    with pytest.raises(DocumentError, match=rf"^data/a\.yaml, {message}"):
        raise error


def test_a_tag_of_a_program_is_not_run_and_leaves_its_words(tmp_path: Path) -> None:
    source = f"- text: !!python/object/apply:os.system ['touch {tmp_path}/ran']\n"
    assert one(records(tmp_path, "a.yaml", source)).text == f"touch {tmp_path}/ran"
    assert not (tmp_path / "ran").exists()


def test_a_date_that_is_in_no_calendar_is_told_like_any_wrong_value(tmp_path: Path) -> None:
    document = one(records(tmp_path, "a.yaml", "- text: One.\n  date: 2020-02-30\n"))
    assert document.metadata.date is None
    assert document.warnings == ("date '2020-02-30' is not YYYY, YYYY-MM or YYYY-MM-DD; left out",)


def test_country_codes_and_leading_noughts_are_text(tmp_path: Path) -> None:
    # YAML 1.1 reads an unquoted NO as false and 007 as seven.
    document = one(
        records(tmp_path, "a.yaml", "- id: 007\n  city: Oslo\n  country: NO\n  text: A.")
    )
    assert (document.id, document.metadata.cities) == ("007", (Place("Oslo", "NO"),))


# What all of them share

RECORD = {
    "id": "pune-taps",
    "title": "Taps for Pune",
    "city": "Pune",
    "country": "India",
    "region": "Maharashtra",
    "date": "2020-05",
    "description": "Pune opened taps.\n\nTen of them.",
    "challenge": "Pipes were old.",
    "Responses": "- Tanks came.\n- Pumps too.",
    "topics": "water; health",
    "url": "https://example.org/pune",
    "publisher": "City of Pune",
    "kind": "initiative",
    "language": "en",
    "sources": [{"publisher": "Herald", "title": "Taps", "url": "https://example.org/taps"}],
    "budget": {"rupees": 5000, "paid by": ["state", "city"]},
    "year of repair": 0,
}


@pytest.mark.parametrize("name", ["a.jsonl", "a.yaml"])
def test_a_record_becomes_text_with_aspects_and_metadata(tmp_path: Path, name: str) -> None:
    document = one(records(tmp_path, name, json.dumps(RECORD)))  # a line of JSON is YAML as well
    assert document.text == (
        "Pune opened taps.\n\nTen of them.\n\nPipes were old.\n\n- Tanks came.\n- Pumps too.\n\n"
        "budget: rupees: 5000, paid by: state, city\n\nyear of repair: 0"
    )
    assert document.blocks == (
        Block(0, 17, "paragraph"),
        Block(19, 31, "paragraph"),
        Block(33, 48, "paragraph", ("Challenge",), "challenge"),
        Block(50, 63, "item", ("Responses",), "response"),
        Block(64, 76, "item", ("Responses",), "response"),
        Block(78, 120, "paragraph"),
        Block(122, 139, "paragraph"),
    )
    assert (document.id, document.path, document.warnings) == ("pune-taps", f"data/{name}", ())
    assert document.metadata == Metadata(
        title="Taps for Pune",
        kind="initiative",
        date="2020-05",
        publisher="City of Pune",
        url="https://example.org/pune",
        language="en",
        cities=(Place("Pune", "India", "Maharashtra"),),
        topics=("water", "health"),
        sources=(Source("Herald", "Taps", "https://example.org/taps"),),
    )


@pytest.mark.parametrize(
    ("column", "identity"),
    [('"id": "x 1"', "x 1"), ('"_id": "7"', "7"), ('"ID": 12', "12"), ('"id": 0', "0"),
     ('"id": ""', "data/a.jsonl#1"), ('"key": "k"', "data/a.jsonl#1")],
)  # fmt: skip
def test_a_record_is_named_by_its_id_or_its_place(
    tmp_path: Path, column: str, identity: str
) -> None:
    assert one(records(tmp_path, "a.jsonl", f'{{{column}, "text": "One."}}')).id == identity


def test_a_record_knows_better_than_its_folder_and_blank_cells_know_nothing(tmp_path: Path) -> None:
    source = "id,title,date,kind,text\na,Own,2019,news,One.\nb,, ,,Two.\n"
    fields = {"title": "Folder's", "date": "2020", "kind": "report", "publisher": "City"}
    first, second = (one([outcome]) for outcome in records(tmp_path, "a.csv", source, fields))
    assert first.metadata == Metadata("Own", "news", "2019", "City")
    assert (second.metadata, second.warnings) == (
        Metadata("Folder's", "report", "2020", "City"),
        (),
    )


def test_a_value_that_cannot_be_used_is_a_warning_with_its_place(tmp_path: Path) -> None:
    source = "id,text,date,url\na,One.,in spring,example.org\n"
    document = one(records(tmp_path, "a.csv", source))
    assert document.origin == "data/a.csv, line 2"
    assert document.warnings == (
        "date 'in spring' is not YYYY, YYYY-MM or YYYY-MM-DD; left out",
        "url 'example.org' is no http or https address; left out",
    )


def test_a_list_of_paragraphs_is_read_as_text(tmp_path: Path) -> None:
    document = one(records(tmp_path, "a.jsonl", '{"text": ["It\'s dry.", "Taps help."]}'))
    assert not {"[", "]", '"'} & set(document.text)
    assert ("It's dry." in document.text, "Taps help." in document.text) == (True, True)


SPANISH = "La ciudad repartió comida a las familias del barrio."
ENGLISH = "The city carried food to families in the poorest quarters of the town. " * 4


def test_short_records_share_the_language_of_their_file(tmp_path: Path) -> None:
    lines = [json.dumps({"text": SPANISH}) for _ in range(60)]
    lines[7] = json.dumps({"text": ENGLISH})
    lines[8] = json.dumps({"text": SPANISH, "language": "gl"})
    outcomes = records(tmp_path, "a.jsonl", "\n".join(lines))
    languages = [one([outcome]).metadata.language for outcome in outcomes]
    assert languages == ["es"] * 7 + ["en", "gl"] + ["es"] * 51


def test_a_file_too_short_to_tell_its_language_is_english(tmp_path: Path) -> None:
    source = json.dumps({"text": SPANISH[:30]})
    assert one(records(tmp_path, "a.jsonl", source)).metadata.language == "en"


# Columns


def test_columns_are_known_by_many_names_in_any_case() -> None:
    row = {" Summary ": "a", "BODY": "b", "Municipality": "Pune", "Link": "u", "Name": "n"}
    columns = named(row.items())
    assert columns.prose == (Prose("Summary", "a", None), Prose("Body", "b", None))
    assert columns.fields == {"city": "Pune", "url": "u", "title": "n"}
    assert (columns.other, columns.joined) == ((), "a b")


def test_nested_metadata_counts_as_columns() -> None:
    nested = {"url": "u", "author": "Rao", "pages": [1, 2]}
    columns = named([("text", "a"), ("metadata", nested)])
    assert columns.fields == {"url": "u"}
    assert columns.other == (("author", "Rao"), ("pages", "1, 2"))


def test_empty_values_are_no_columns_but_nought_and_false_are() -> None:
    row: dict[str, object] = {
        "text": "",
        "title": None,
        "a": [],
        "b": {},
        "c": "",
        "d": 0,
        "e": False,
    }
    columns = named(row.items())
    assert (columns.prose, columns.fields) == ((), {})
    assert columns.other == (("d", "0"), ("e", "False"))


def test_a_second_column_of_the_same_meaning_is_not_lost() -> None:
    row = [("title", "Taps"), ("name", "Project 12"), ("state", "Goa"), ("State", "North")]
    columns = named(row)
    assert columns.fields == {"title": "Taps", "region": "Goa"}
    assert columns.other == (("name", "Project 12"), ("State", "North"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records")


ODD = ["id", "text", "date", ":", ": ", "- ", "\n", "\r\n", ",", ";", '"', "{", "}", "[", "]", "\t",
       "'", "|", "#", "&a", "*a", "!", "null", "0", "2020-02-30", "\u2028", "\\",
       "1e999"]  # fmt: skip


@settings(max_examples=60, derandomize=True)
@given(
    st.sampled_from(["a.csv", "a.tsv", "a.jsonl", "a.yaml"]),
    st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=3)), max_size=25).map("".join),
)
def test_any_text_becomes_documents_or_errors(folder: Path, name: str, source: str) -> None:
    for outcome in records(folder, name, source):
        assert outcome.path == f"data/{name}"
        if isinstance(outcome, Document):
            assert outcome.text.strip()
            assert [outcome.text[b.start : b.end].strip() for b in outcome.blocks] == [
                outcome.text[b.start : b.end] for b in outcome.blocks
            ]
        else:
            assert outcome.reason


@settings(max_examples=30, derandomize=True)
@given(st.lists(st.from_regex(r"\w[\w ,;|\"'-]{0,20}", fullmatch=True), min_size=1, max_size=6))
def test_what_a_program_writes_as_csv_is_read_back(folder: Path, texts: list[str]) -> None:
    quoted = (text.replace('"', '""') for text in texts)
    source = "text,id\n" + "".join(f'"{text}",{n}\n' for n, text in enumerate(quoted))
    assert told(records(folder, "a.csv", source)) == [
        (str(n), text.strip()) for n, text in enumerate(texts)
    ]
