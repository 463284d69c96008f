"""The stores beside each other: loading, time, recall and memory, and whether they rank alike.

    python -m benchmarks.stores --sets ../shared/eval

Each store is a real server that is started for this, asked in a process of its own by the questions
of public test sets, without caches of answers. The collection is made as `benchmarks/scale.py`
makes its own. `--alike` names sets of which every question is asked of each store and of an index
folder in which all vectors are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.stores.store import Store

TOKENS = 24
"""Of each passage, as in `benchmarks/scale.py`."""

COMPARED = 150_000
"""As `indexer/stores/postgres/schema.py` has it."""

STORES = ("folder", "PostgreSQL", "milvus-lite")
ALIKE = ("city_measures", "cranfield")


@dataclass(frozen=True)
class Place:
    """Where a store is: its URL, and its server's first process."""

    url: str | None = None
    server: int | None = None


@contextmanager
def places(work: Path, only: Sequence[str]) -> Iterator[dict[str, Place]]:
    """The stores that are named, started."""
    from tests.stores.cluster import Cluster

    with ExitStack() as stack:
        cluster = Cluster()
        stack.callback(cluster.remove)
        cluster.start()
        file = stack.enter_context(tempfile.TemporaryDirectory(dir=work))
        found = {
            "folder": Place(),
            "PostgreSQL": Place(cluster.url(timeout=60), cluster.pid),
            "milvus-lite": Place(f"milvus://{file}/milvus.db?timeout=60"),
        }
        yield {name: place for name, place in found.items() if name in only}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--only", nargs="*", default=["acaps_measures"], help="sets of passages")
    parser.add_argument("--asked", nargs="*", default=["city_measures", "covidqa_early"])
    parser.add_argument("--alike", nargs="*", default=ALIKE, help="sets whose ranks are compared")
    parser.add_argument("--questions", type=int, default=200, help="asked of each store")
    parser.add_argument("--compared", type=int, default=COMPARED,
                        help="passages up to which PostgreSQL compares all vectors")  # fmt: skip
    parser.add_argument("--tokens", type=int, default=TOKENS, help="kept of each passage")
    parser.add_argument("--stores", nargs="*", choices=STORES, default=STORES)
    parser.add_argument("--vectors", choices=("auto", "exact", "rabitq"), default="auto")
    parser.add_argument("--work", type=Path, help="folder for collections, which are then kept")
    parser.add_argument("--alone", nargs=7, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    if options.alone:
        _alone(*options.alone)
    elif not options.sets.is_dir():
        sys.exit(f"{options.sets}: no such folder; name the one of the test sets with --sets")
    else:
        with tempfile.TemporaryDirectory() as folder:
            _run(options, options.work or Path(folder))


def _run(options: argparse.Namespace, work: Path) -> None:
    from benchmarks.scale import _made

    options.sizes = [options.passages]
    (index,) = _made(options, work, work / "questions.json") if options.passages else (None,)
    with places(work, options.stores) as found:
        for name in options.alike:
            _show_alike(name, options.sets, found, work)
        if index is not None:
            _show_figures(index, found, work, (str(options.questions), str(options.compared)))


def _show_alike(name: str, sets: Path, found: dict[str, Place], work: Path) -> None:
    from benchmarks.storing.asking import alike
    from indexer.build import build
    from indexer.report import Recipe
    from indexer.snapshot.snapshot import open_snapshot
    from search_api.evaluation.dataset import read_judged
    from search_api.evaluation.retrieval import prepared_corpus
    from search_api.settings import read_settings

    settings = read_settings()
    corpus = prepared_corpus(sets / name, settings.cache, metadata=False)
    index = corpus.parent / "index"
    build(Recipe(corpus, index, settings.cache, keep_going=True))
    here, questions = open_snapshot(index), list(read_judged(sets / name).queries.values())
    for store, place in found.items():
        if place.url is not None:
            # A file of milvus-lite belongs to one process until that ends.
            url = place.url.replace("milvus.db", "alike.db")
            loaded, seconds = _loaded(index, url, f"eval_{name}", work)
            share = alike(here, loaded.open(loaded.published()), questions)
            print(
                f"{name}, {store}: the first ten of {len(questions)} questions are those of the "
                f"folder, in order, for {share:.1%}; {here.manifest.passages:,} passages, "
                f"loaded in {seconds:.1f} s",
                flush=True,
            )
            loaded.close()


def _loaded(index: Path, url: str, name: str, work: Path) -> tuple[Store, float]:
    from indexer.snapshot.folder import IndexFolder
    from indexer.stores.opening import open_store

    store = open_store(url, work / "cache", name)
    began = time.perf_counter()
    store.publish(IndexFolder(index).published(), lambda part: None)
    return store, time.perf_counter() - began


def _show_figures(index: Path, found: dict[str, Place], work: Path, given: Sequence[str]) -> None:
    from indexer.snapshot.folder import IndexFolder

    manifest = IndexFolder(index).published().manifest
    print(f"\n{manifest.passages:,} passages, vectors {manifest.vectors.kind}\n")
    print(
        "| store | load s | bytes a passage | answer ms, p50 and p99 | filtered "
        "| processor ms, asking and server "
        "| nearest 100 | best 100 by words | recall@10 | memory MB, asking and server |"
    )
    print("|---|" + "---:|" * 9)
    for name, place in found.items():
        size, seconds = sum(info.size for info in manifest.files.values()), 0.0
        if place.url is not None:
            size, seconds = _in_its_own_process("load", index, place, work, given)
        figures = _in_its_own_process("ask", index, place, work, given)
        spent = f"{figures['work']:.1f}, {figures['served']:.1f}"
        pairs = {k: f"{v[0]:.1f}, {v[1]:.1f}" for k, v in figures.items() if isinstance(v, list)}
        print(
            f"| {name} | {seconds:.0f} | {size / manifest.passages:,.0f} | {pairs['ask']} "
            f"| {pairs['filtered']} | {spent} | {pairs['dense']} "
            f"| {pairs['lexical']} | {figures['recall']:.3f} | {figures['here']:.0f}, "
            f"{figures['there']:.0f} |",
            flush=True,
        )


def _in_its_own_process(
    what: str, index: Path, place: Place, work: Path, given: Sequence[str]
) -> Any:
    said = [what, str(index), place.url or "", str(work), str(place.server or 0), *given]
    command = [sys.executable, "-m", "benchmarks.stores", "--alone", *said]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(printed.splitlines()[-1])


def _alone(
    what: str, index: str, url: str, work: str, server: str, count: str, compared: str
) -> None:
    """Load or ask in this process, and print the figures."""
    from benchmarks.storing.asking import measure
    from indexer.stores.postgres import schema

    schema.COMPARED = int(compared)
    if what == "load":
        loaded, seconds = _loaded(Path(index), url, "citywise", Path(work))
        size = next(version.size for version in loaded.versions() if version.current)
        print(json.dumps([size, seconds]))
        return
    questions = json.loads((Path(work) / "questions.json").read_text(encoding="utf-8"))[
        : int(count)
    ]
    cache = Path(work) / "cache"
    figures = measure(Path(index), url or None, cache, questions, int(server) or None)
    print(json.dumps(asdict(figures)))


if __name__ == "__main__":
    main()
