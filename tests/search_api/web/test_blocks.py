from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from search_api.engine.answer import Segment
from search_api.web.blocks import Block, blocks

TEXT = "Notes\n\nWater\n\nTanks came.\nTrucks too.\n\nLima\tBuses were full.\tWater\nWater"


def shown(block: Block) -> tuple[str, int, list[list[tuple[str, bool]]]]:
    return block.shape, block.level, [[(r.text, r.mark) for r in cell] for cell in block.cells]


def test_a_text_is_cut_into_headings_paragraphs_and_rows_with_their_marks() -> None:
    start = TEXT.index("came")
    segments = [
        Segment(text=TEXT[:start], mark=False),
        Segment(text="came.\nTrucks", mark=True),
        Segment(text=TEXT[start + len("came.\nTrucks") :], mark=False),
    ]
    assert [shown(block) for block in blocks(segments, ["Notes", "Water"])] == [
        ("heading", 1, [[("Notes", False)]]),
        ("gap", 0, [[("\n\n", False)]]),
        ("heading", 2, [[("Water", False)]]),
        ("gap", 0, [[("\n\n", False)]]),
        ("paragraph", 0, [[("Tanks ", False), ("came.", True)]]),
        ("gap", 0, [[("\n", True)]]),
        ("paragraph", 0, [[("Trucks", True), (" too.", False)]]),
        ("gap", 0, [[("\n\n", False)]]),
        ("row", 0, [[("Lima", False)], [("Buses were full.", False)], [("Water", False)]]),
        ("gap", 0, [[("\n", False)]]),
        ("paragraph", 0, [[("Water", False)]]),  # no heading: text has come before it
    ]


texts = st.text(alphabet="ab \t\n.é\U0001f6b2", max_size=40)


@settings(max_examples=50)
@given(st.lists(st.tuples(texts, st.booleans()), max_size=4))
def test_joined_the_pieces_are_the_text(parts: list[tuple[str, bool]]) -> None:
    segments = [Segment(text=text, mark=mark) for text, mark in parts]
    cut = blocks(segments, ["a", "b"])
    assert "".join(block.text for block in cut) == "".join(text for text, _ in parts)
    marked = "".join(run.text for block in cut for cell in block.cells for run in cell if run.mark)
    expected = "".join(text for text, mark in parts if mark)
    assert marked.replace("\t", "") == expected.replace("\t", "")
