from __future__ import annotations

import string
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import BPE, WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer, ByteLevel

from indexer.chunking import Chunker, Unit, packed
from indexer.document import Aspect, BlockKind, Document, Metadata
from indexer.passage import Passage
from indexer.readers.canonical import CanonicalText

WORDS = ["the", "of", "city", "cities", "water", "tanks", "came", "by", "truck", "talk", "needs",
         "lima", "pune", "row"]  # fmt: skip


def word_pieces() -> Tokenizer:
    """Known words are one token, others one a letter; white space is none."""
    letters = string.ascii_lowercase + string.digits + string.punctuation
    pieces = ["[UNK]", *WORDS, *letters, *(f"##{letter}" for letter in letters)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token=pieces[0], max_input_chars_per_word=100))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def byte_pieces() -> Tokenizer:
    """Every byte is a token, white space too, as in the family of GPT-2 and RoBERTa."""
    vocabulary = {piece: number for number, piece in enumerate(sorted(ByteLevel.alphabet()))}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    return tokenizer


TOKENIZERS = {"words": word_pieces(), "bytes": byte_pieces()}


def tokens(tokenizer: str, texts: Sequence[str]) -> list[int]:
    encodings = TOKENIZERS[tokenizer].encode_batch(list(texts), add_special_tokens=False)
    return [len(encoding.ids) for encoding in encodings]


Piece = tuple[BlockKind, str] | tuple[BlockKind, str, dict[str, Any]]


def document(
    *pieces: Piece, title: str = "Talk", identity: str = "d", language: str = "en"
) -> Document:
    canonical = CanonicalText()
    for kind, text, *more in pieces:
        canonical.add(text, kind, **(more[0] if more else {}))
    blocks = tuple(canonical.blocks)
    return Document(identity, "d.md", canonical.text, blocks, Metadata(title, language=language))


def split(source: Document, limit: int = 40, tokenizer: str = "words") -> list[Passage]:
    return Chunker(lambda texts: tokens(tokenizer, texts), limit).split(source)


IN_WATER: dict[str, Any] = {"section": ("Water",)}
IN_FOOD: dict[str, Any] = {"section": ("Needs", "Food")}


def test_blocks_of_a_section_share_a_passage_behind_their_headings() -> None:
    source = document(
        ("heading", "Talk"),
        ("heading", "Water"),
        ("paragraph", "Tanks came. Dr. Rao spoke.", IN_WATER),
        ("item", "- by truck", IN_WATER),
    )
    assert split(source) == [
        Passage(
            id="ee789092b1a2b30a",
            start=0,
            end=51,
            text="Talk\n\nWater\n\nTanks came. Dr. Rao spoke.\n\n- by truck",
            context="Talk › Water",
            body=13,
            section=("Water",),
            sentences=((0, 4), (6, 11), (13, 24), (25, 39), (41, 51)),
        )
    ]


def test_another_section_or_aspect_begins_another_passage() -> None:
    challenge = {"section": ("Challenge",), "aspect": "challenge"}
    response = {"section": ("Response",), "aspect": "response"}
    source = document(
        ("paragraph", "Water came."),
        ("paragraph", "Pipes were old.", challenge),
        ("paragraph", "Pumps too.", challenge),
        ("paragraph", "Tanks came.", response),
        ("paragraph", "By truck."),
    )
    assert [(p.text, p.aspect, p.section, p.embedded) for p in split(source)] == [
        ("Water came.", None, (), "Talk\nWater came."),
        ("Pipes were old.\n\nPumps too.", "challenge", ("Challenge",),
         "Talk › Challenge\nPipes were old.\n\nPumps too."),
        ("Tanks came.", "response", ("Response",), "Talk › Response\nTanks came."),
        ("By truck.", None, (), "Talk\nBy truck."),
    ]  # fmt: skip


def test_a_table_row_is_a_passage_and_its_header_is_embedded() -> None:
    row = {"section": ("Water",), "header": ("City", "Came")}
    source = document(
        ("heading", "City\tCame", row),
        ("row", "Lima\tTanks. Trucks.", row),
        ("row", "Pune\t–", row),
        ("paragraph", "By truck.", IN_WATER),
    )
    assert [(p.text, p.embedded, p.sentences) for p in split(source)] == [
        (
            "City\tCame\n\nLima\tTanks. Trucks.",
            "Talk › Water\nCity | Came\nLima\tTanks. Trucks.",
            ((0, 4), (5, 9), (11, 15), (16, 22), (23, 30)),
        ),
        ("Pune\t–", "Talk › Water\nCity | Came\nPune\t–", ((0, 4), (5, 6))),
        ("By truck.", "Talk › Water\nBy truck.", ((0, 9),)),
    ]


def test_headings_at_the_end_are_a_passage_of_their_own() -> None:
    source = document(
        ("paragraph", "Tanks came."),
        ("heading", "Needs"),
        ("heading", "Food", {"section": ("Needs",)}),
    )
    assert [(p.text, p.embedded, p.body) for p in split(source)] == [
        ("Tanks came.", "Talk\nTanks came.", 0),
        ("Needs\n\nFood", "Talk › Needs\nFood", 7),
    ]


def test_a_heading_without_text_of_its_own_is_embedded_all_the_same() -> None:
    source = document(
        ("heading", "Needs"),
        ("heading", "Closed markets"),
        ("heading", "Water"),
        ("paragraph", "Tanks came.", IN_WATER),
    )
    assert "Closed markets" in "\n".join(passage.embedded for passage in split(source))


def test_no_blocks_are_no_passages() -> None:
    assert split(document()) == []


@pytest.mark.parametrize(
    ("title", "section", "context"),
    [("Talk", ("Needs", "Food"), "Talk › Needs › Food"), ("", ("Needs", "Food"), "Needs › Food"),
     ("Talk", (), "Talk"), ("", (), "")],
)  # fmt: skip
def test_the_context_is_title_and_headings(
    title: str, section: tuple[str, ...], context: str
) -> None:
    source = document(("paragraph", "Tanks came.", {"section": section}), title=title)
    assert [passage.context for passage in split(source)] == [context]


@pytest.mark.parametrize(
    ("limit", "context"),
    [
        (12, "talk › the city › water"),  # 6 tokens with the marks between
        (11, "talk › water"),
        (6, "talk › water"),
        (2, "talk"),
        (1, ""),
    ],
)
def test_outer_headings_give_way_when_the_context_takes_half_the_room(
    limit: int, context: str
) -> None:
    source = document(("paragraph", "tanks", {"section": ("the city", "water")}), title="talk")
    assert [passage.context for passage in split(source, limit)] == [context]


def test_a_heading_too_long_for_the_context_does_not_overfill_its_passage() -> None:
    heading = " ".join(["city"] * 10)
    source = document(
        ("heading", heading),
        ("paragraph", " ".join(["water"] * 12), {"section": (heading,)}),
        title=heading,
    )
    passages = split(source, 16)
    assert max(tokens("words", [passage.embedded for passage in passages])) <= 16


def test_a_long_block_is_cut_between_sentences_evenly() -> None:
    sentences = ["Tanks came by truck.", "Water came by truck.", "The city needs water.",
                 "Lima needs tanks.", "Pune needs the tanks."]  # fmt: skip
    source = document(("paragraph", " ".join(sentences)), title="")  # 5 + 5 + 5 + 4 + 5 tokens
    texts = [passage.text for passage in split(source, 19)]
    assert texts == [" ".join(sentences[:2]), " ".join(sentences[2:])]  # 10 and 14, not 19 and 5


def test_a_long_sentence_is_cut_between_words() -> None:
    source = document(("paragraph", "water tanks  came by\u00a0truck"), title="")
    assert [(p.start, p.text) for p in split(source, 3)] == [
        (0, "water tanks"),
        (13, "came by\u00a0truck"),
    ]


def test_a_long_row_is_cut_between_cells() -> None:
    source = document(("row", "Lima\twater came by truck\ttanks came by truck"), title="")
    texts = [passage.text for passage in split(source, 5)]
    assert texts == ["Lima\twater came by truck", "tanks came by truck"]


def test_a_long_word_is_cut_and_its_halves_are_counted_as_they_stand() -> None:
    # "waterwater" is six tokens, since only whole words are known; "water" alone is one.
    passages = split(document(("paragraph", "waterwater"), title=""), 4)
    assert max(tokens("words", [passage.embedded for passage in passages])) <= 4
    assert "".join(passage.text for passage in passages) == "waterwater"


@pytest.mark.parametrize("cluster", ["e\u0301", "ก้"])
def test_a_letter_is_not_cut_from_its_accent(cluster: str) -> None:
    limit = len((cluster * 2).encode())
    for passage in split(document(("paragraph", cluster * 7), title=""), limit, "bytes"):
        assert passage.text.replace(cluster, "") == ""


def test_white_space_counts_where_the_tokenizer_counts_it() -> None:
    source = document(("paragraph", "ab"), ("paragraph", "cd"), ("paragraph", "ef"), title="")
    assert [passage.text for passage in split(source, 8, "bytes")] == ["ab\n\ncd", "ef"]


def test_equal_texts_have_different_ids() -> None:
    row = {"header": ("City",)}
    source = document(("row", "Lima\t–", row), ("row", "Lima\t–", row), ("row", "Pune\t–", row))
    assert len({passage.id for passage in split(source)}) == 3


def test_ids_hold_while_text_elsewhere_changes() -> None:
    water: list[Piece] = [("heading", "Water"), ("paragraph", "Tanks came.", IN_WATER)]
    food: list[Piece] = [("heading", "Food"), ("paragraph", "By truck.", IN_FOOD)]
    before = [passage.id for passage in split(document(*water, *food))]
    after = [passage.id for passage in split(document(*food, *water))]
    assert after == before[::-1]
    elsewhere = [passage.id for passage in split(document(*water, identity="e"))]
    assert elsewhere != before[:1]


@pytest.mark.parametrize(
    ("sizes", "room", "spans"),
    [
        ([], 5, []),
        ([9], 5, [(0, 1)]),
        ([0, 0], 5, [(0, 2)]),
        ([2, 3, 1], 5, [(0, 1), (1, 3)]),
        ([1, 1, 1, 1, 1], 4, [(0, 3), (3, 5)]),
        ([1, 1, 1, 4], 4, [(0, 3), (3, 4)]),
        ([4, 1, 4], 4, [(0, 1), (1, 2), (2, 3)]),
    ],
)
def test_units_are_packed_into_the_fewest_spans_and_evenly(
    sizes: list[int], room: int, spans: list[tuple[int, int]]
) -> None:
    units = [Unit(number, number + 1, size) for number, size in enumerate(sizes)]
    assert packed(units, room) == spans


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.integers(0, 12), max_size=20), st.integers(12, 40))
def test_packing_joins_all_units_in_order_within_the_room(sizes: list[int], room: int) -> None:
    units = [Unit(number, number + 1, size) for number, size in enumerate(sizes)]
    spans = packed(units, room)
    assert [number for start, end in spans for number in range(start, end)] == list(
        range(len(sizes))
    )
    assert all(sum(sizes[start:end]) <= room for start, end in spans)


# Properties of whatever a reader may hand over.

ODD = ["Dr.", "e.g.", "3.5", "Cafe\u0301", "👩‍👩‍👧", "城市。水来了。", "เมืองเปิดน้ำ", "(at", "noon.)",
       "\u200b", "–", "water.", "tanks!", "x" * 45, "waterwater", "ab\u2028cd"]  # fmt: skip
WORD = st.one_of(
    st.sampled_from([*WORDS, *ODD]), st.text(string.ascii_letters, min_size=1, max_size=9)
)
TEXT = st.lists(st.tuples(WORD, st.sampled_from([" ", " ", " ", "\n", "\t", "\u00a0"])), min_size=1,
                max_size=25).map(lambda pairs: "".join(w + gap for w, gap in pairs))  # fmt: skip
HEADING = st.lists(WORD, min_size=1, max_size=12).map(" ".join)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Headings of three levels, paragraphs, items, rows under headers, and columns' aspects."""
    pieces: list[Piece] = []
    headings: list[tuple[int, str]] = []
    header: tuple[str, ...] = ()
    kinds: list[BlockKind] = ["heading", "paragraph", "item", "row"]
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=9)):
        section = tuple(text for _, text in headings)
        more: dict[str, Any] = {"section": section}
        text = draw(HEADING if kind == "heading" else TEXT)
        if kind == "heading":
            level = draw(st.integers(1, 3))
            headings = [entry for entry in headings if entry[0] < level]
            more["section"] = tuple(above for _, above in headings)
            headings.append((level, text))
        elif kind == "row":
            header = header or tuple(draw(st.lists(HEADING, max_size=3)))
            more["header"] = header
        else:
            header = ()
            aspects: list[Aspect | None] = [None, None, "challenge", "response"]
            more["aspect"] = draw(st.sampled_from(aspects))
        pieces.append((kind, text, more))
    return document(
        *pieces,
        title=draw(st.one_of(st.just(""), HEADING)),
        language=draw(st.sampled_from(["en", "zh", "th", "xx"])),
    )


@settings(max_examples=40, derandomize=True)
@given(documents(), st.integers(12, 60), st.sampled_from(["words", "bytes"]))
def test_passages_are_slices_in_order_that_hold_every_block(
    source: Document, limit: int, tokenizer: str
) -> None:
    passages = split(source, limit, tokenizer)
    held: set[int] = set()
    for passage in passages:
        assert passage.text == source.text[passage.start : passage.end]
        assert passage.text == passage.text.strip(" \n") != ""
        held |= set(range(passage.start, passage.end))
    assert all(before.end <= behind.start for before, behind in pairwise(passages))
    visible = {
        at
        for block in source.blocks
        for at in range(block.start, block.end)
        if not source.text[at].isspace()
    }
    assert visible <= held
    assert len({passage.id for passage in passages}) == len(passages)


@settings(max_examples=40, derandomize=True)
@given(documents(), st.integers(12, 60))
def test_sentences_and_body_of_a_passage_slice_its_text(source: Document, limit: int) -> None:
    for passage in split(source, limit):
        sliced = [passage.text[start:end] for start, end in passage.sentences]
        assert "".join("".join(text.split()) for text in sliced) == "".join(passage.text.split())
        assert all(text == text.strip() != "" for text in sliced)
        assert passage.embedded.endswith(passage.text[passage.body :])
        starts = {block.start for block in source.blocks}
        assert passage.body == 0 or passage.start + passage.body in starts


@pytest.mark.parametrize("tokenizer", ["words", "bytes"])
@settings(max_examples=40, derandomize=True)
@given(source=documents(), limit=st.integers(12, 60))
def test_no_passage_is_longer_than_the_model_reads(
    tokenizer: str, source: Document, limit: int
) -> None:
    passages = split(source, limit, tokenizer)
    counts = tokens(tokenizer, [passage.embedded for passage in passages])
    assert max(counts, default=0) <= limit
