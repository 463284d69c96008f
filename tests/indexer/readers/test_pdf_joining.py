from __future__ import annotations

import pytest

from indexer.readers.pdf.joining import compounds, joined

KNOWN = compounds(["A well-known city of the state-of-the-art."])


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["safe", "water"], "safe water"),
        (["infor-", "mal"], "informal"),
        (["infor\u00ad", "mal set\u00adtlers"], "informal settlers"),
        (["infor\u2010", "mal"], "informal"),
        (["well-", "known"], "well-known"),
        (["Well-", "known"], "Well-known"),
        (["state-of-the-", "art"], "state-of-the-art"),
        (["Baden-", "Baden"], "Baden-Baden"),
        (["COVID-", "19"], "COVID-19"),
        (["short-", "and long-term"], "short- and long-term"),
        (["Wasser-", "und Abwasser"], "Wasser- und Abwasser"),
        (["https://city.example/a-", "plan"], "https://city.example/a-plan"),
        (["from 2019 -", "and later"], "from 2019 - and later"),
        (["城市", "用水"], "城市用水"),
        (["um-", "welt-", "schutz"], "umweltschutz"),
        ([], ""),
    ],
)
def test_lines_are_joined_and_parted_words_made_whole(lines: list[str], text: str) -> None:
    assert joined(lines, KNOWN) == text
