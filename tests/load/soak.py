"""Hours in the life of a server: many who ask whatever there is to ask while its index changes.

Ends with 1 if anything but an answer, or a request to come again, was heard; if an answer mixed two
snapshots; or if the workers' memory grew by more than 5 % from the second quarter to the last.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from indexer.report import Recipe
from tests.conftest import FEWEST_PLACES, write_corpus
from tests.load.readers import Heard, Publisher, Readers, Visitors, wait_until_served
from tests.served import Served, serving
from tests.tiny import make_tiny_model

GROWTH = 1.05
"""Of the median of the last quarter to that of the second: the first warms caches up."""


def main() -> int:
    """Run as long as told, and print what was seen as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=30)
    asked.add_argument("--clients", type=int, default=16)
    asked.add_argument("--changes", type=int, default=100)
    asked.add_argument("--workers", type=int, default=4)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return soak(Path(folder), given)


def soak(folder: Path, given: argparse.Namespace) -> int:
    """Serve, ask and publish; 0 if all was well."""
    model = make_tiny_model(folder)
    recipe = Recipe(
        write_corpus(folder / "corpus"), folder / "index", folder / "cache", str(model),
        smallest_place=FEWEST_PLACES,
    )  # fmt: skip
    publisher, memory = Publisher(recipe), []
    publisher.publish(0)
    with serving(recipe.index, folder, workers=given.workers) as served:
        readers = Readers(served, given.clients - given.clients // 2)
        visitors, began = Visitors(served, given.clients // 2), time.monotonic()
        for number in range(given.changes):
            last = publisher.change(number + 1)
            pause = began + given.minutes * 60 * (number + 1) / given.changes - time.monotonic()
            time.sleep(max(0.0, pause))
            memory.append(used(served))
        wait_until_served(served, last)
        heard, others = readers.stopped(), visitors.stopped()
        said = [line for line in served.lines() if line["level"] not in ("info", "warning")]
    return told(heard, others, publisher, memory, said)


def used(served: Served) -> int:
    """Bytes that the server's processes hold, what they share counted once."""
    parents = {int(path.parent.name): parent(path) for path in Path("/proc").glob("[0-9]*/stat")}
    ours = {served.process.pid}
    while more := {each for each, above in parents.items() if above in ours} - ours:
        ours |= more
    return sum(map(proportional, ours))


def parent(stat: Path) -> int:
    """The process that started another; 0 if that has just ended."""
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def proportional(process: int) -> int:
    """A process's memory of its own, and its share of what is mapped by several (PSS)."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss_Anon:"))


def told(
    heard: Heard,
    others: Heard,
    publisher: Publisher,
    memory: list[int],
    said: list[dict[str, Any]],
) -> int:
    """Print what was seen; 0 if all of it was well."""
    quarter = max(1, len(memory) // 4)
    growth = statistics.median(memory[-quarter:]) / statistics.median(memory[quarter : 2 * quarter])
    wrong = heard.wrong + others.wrong
    mixed = [each for each in heard.answers if publisher.known[each[0]] != each[1]]
    print(  # noqa: T201 - a program's answer
        json.dumps(
            {
                "answers": heard.answers.total(),
                "other responses": others.others.total(),
                "told to come again": heard.later + others.later,
                "wrong": wrong[:20],
                "mixed": mixed,
                "errors in the log": said[:20],
                "changes": len(publisher.published) - 1,
                "snapshots seen": len({identity for identity, _ in heard.answers}),
                "slowest answer, seconds": round(max(heard.slowest, others.slowest), 3),
                "memory at the end, MB": memory[-1] >> 20,
                "growth of memory": round(growth, 3),
            },
            indent=1,
        )
    )
    return int(bool(wrong or mixed or said or growth > GROWTH))


if __name__ == "__main__":
    sys.exit(main())
