from __future__ import annotations

from pathlib import Path

import pytest

from indexer.report import Recipe
from indexer.snapshot.folder import KEEP
from tests.bounds import bounded
from tests.conftest import FEWEST_PLACES, write_corpus
from tests.load.readers import EACH, Publisher, Readers, wait_until_served
from tests.served import serving

CLIENTS, CHANGES, WORKERS = bounded(8, 16), bounded(15, 100), bounded(2, 4)

pytestmark = pytest.mark.load


def test_publications_disturb_nobody_who_asks(
    tiny_model: Path, cache: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    recipe = Recipe(
        write_corpus(tmp_path / "corpus"), index, cache, str(tiny_model), False, FEWEST_PLACES
    )
    publisher = Publisher(recipe)
    publisher.publish(0)
    with serving(index, tmp_path, workers=WORKERS) as served:
        readers = Readers(served, CLIENTS)
        for number in range(CHANGES):
            # Some follow each other faster than they are opened: those are passed over.
            last = publisher.change(number + 1)
            if number % 3 == 0:
                wait_until_served(served, last)
        wait_until_served(served, last)
        heard = readers.stopped()
        said = [line for line in served.lines() if line["level"] not in ("info", "warning")]
    seen = len({identity for identity, _ in heard.answers})
    print(  # noqa: T201 - shown by -s
        f"{CLIENTS} clients, {CHANGES} changes, {WORKERS} workers: {heard.answers.total():,} "
        f"answers of {seen} snapshots, {heard.later:,} told to come again, {len(heard.wrong)} "
        f"errors, slowest {heard.slowest:.2f} s"
    )
    assert heard.wrong == []
    assert said == []
    assert all(publisher.known[identity] == told for identity, told in heard.answers)
    assert seen >= CHANGES // 3
    assert len(list((index / "snapshots").iterdir())) <= KEEP < len(publisher.published)
    assert len(set(publisher.published)) == 1 + CHANGES - (CHANGES + 1) // EACH
