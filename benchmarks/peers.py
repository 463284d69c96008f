"""citywise beside txtai and sentence-transformers with FAISS, in one run on one machine.

    python -m benchmarks.peers                                # the shipped corpus
    python -m benchmarks.peers --corpus ../shared/eval/city_measures --limit 1000

All sides get the same model weights, passages and questions, in turn, so that the machine's moods
fall on all of them; each peer has an environment of its own, which the script makes. Figures are
medians over the rounds; it is the ratios that count. `--limit` bounds the documents that each round
indexes; questions are asked of all. citywise does more for its time: it reads documents, links
places, filters, groups, marks and cites.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.beside.environment import ROOT, Environment
from benchmarks.beside.load import bear
from benchmarks.beside.material import Material, prepared, questions, write_passages
from benchmarks.beside.report import Figures, plot, show

CLIENTS = (1, 4, 16)
SERVED = {"citywise": "/v1/search?q=", "txtai": "/search?limit=10&query="}
"""Sides that bring a server, and the address of a search there."""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--limit", type=int, help="documents that each round indexes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=110, help="asked in each round")
    parser.add_argument("--seconds", type=float, default=8, help="of load for each server")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--environments", type=Path, default=Path(".venv-peers"))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    sides = [Environment(name, options.environments) for name in ("citywise", "txtai", "plain")]
    with tempfile.TemporaryDirectory() as folder:
        measured = _Measuring(sides, Path(folder), options)
        figures = measured.all()
    show(figures)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "peers.json"
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    plot(figures, options.out / "peers.svg")


class _Measuring:
    """One run of the benchmark."""

    def __init__(self, sides: list[Environment], folder: Path, options: argparse.Namespace) -> None:
        from indexer.embedding.models import find_model

        self._sides, self._folder, self._options = sides, folder, options
        self._model = str(find_model().path)
        self._runs: dict[str, dict[str, list[float]]] = {side.name: {} for side in sides}

    def all(self) -> Figures:
        """Build, ask and serve; return the medians by side and measure."""
        whole = prepared(self._options.corpus, self._folder / "whole", None)
        part = prepared(self._options.corpus, self._folder / "part", self._options.limit)
        counts = [self._indexed(each) for each in (whole, part)]
        for number in range(self._options.rounds):
            for side in self._sides:
                self._round(side, number, whole, part, counts[1])
        for number in range(self._options.rounds):
            for side in self._sides:
                self._served(side, number, whole)
        medians = {
            name: {measure: round(statistics.median(found), 3) for measure, found in runs.items()}
            for name, runs in self._runs.items()
        }
        about = {"passages": counts[0], "indexed": counts[1], "rounds": self._options.rounds,
                 "workers": self._options.workers, "processors": os.cpu_count()}  # fmt: skip
        return {"about": about, "sides": medians}

    def _indexed(self, material: Material) -> int:
        """Build what questions are asked of; citywise's passages are everybody's."""
        for side in self._sides:
            if side.name == "citywise":
                material.texts.write_text("[]", encoding="utf-8")
            side.run("build", self._told(material, side.name))
            if side.name == "citywise":
                count = write_passages(_index(material, side.name), material.texts)
        return count

    def _round(
        self, side: Environment, number: int, whole: Material, part: Material, count: int
    ) -> None:
        told = {**self._told(part, side.name), "folder": str(self._folder / f"{side.name}{number}")}
        cache = self._folder / f"cache{number}"
        built, _ = side.run("build", told, cache)
        self._note(side, "passages indexed a second", count / built["seconds"])
        self._note(side, "index, MB", built["megabytes"])
        asked = list(itertools.islice(self._questions(whole, number), self._options.questions))
        told = {**self._told(whole, side.name), "questions": asked}
        answered, _ = side.run("query", told)
        cuts = statistics.quantiles(answered["milliseconds"], n=100)
        for share in (50, 95, 99):
            self._note(side, f"query p{share}, ms", cuts[share - 1])
        self._note(side, "resident memory, MB", answered["megabytes"])
        self._note(side, "cold answer, s", side.run("ask", told)[1])

    def _served(self, side: Environment, number: int, whole: Material) -> None:
        if side.name not in SERVED:
            return
        asked = self._questions(whole, 1000 + number)
        with side.serving(_index(whole, side.name), self._model, self._options.workers) as port:
            bear(port, SERVED[side.name], asked, max(CLIENTS), 1)
            for clients in CLIENTS:
                load = bear(port, SERVED[side.name], asked, clients, self._options.seconds)
                self._note(side, f"HTTP, {clients} clients, a second", load.rate)
                self._note(side, f"HTTP, {clients} clients, p99 ms", load.p99)
                self._note(side, f"HTTP, {clients} clients, refused", load.failed)

    def _questions(self, whole: Material, seed: int) -> Iterator[str]:
        return questions(whole.texts, seed)

    def _told(self, material: Material, side: str) -> dict[str, Any]:
        paths = {"corpus": material.corpus, "warm": material.warm, "texts": material.texts}
        told = {name: str(path) for name, path in paths.items()}
        return {**told, "folder": str(_index(material, side)), "model": self._model}

    def _note(self, side: Environment, measure: str, value: float) -> None:
        self._runs[side.name].setdefault(measure, []).append(value)


def _index(material: Material, side: str) -> Path:
    return material.corpus.with_name(f"index-{side}")


if __name__ == "__main__":
    main()
