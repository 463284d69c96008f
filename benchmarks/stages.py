"""What an answer's time goes into: a profile of the processor's time, by stage and by module.

    python -m benchmarks.stages --index index --questions ../shared/eval/city_measures/queries.jsonl

Questions are asked one after the other, without caches. Every millisecond of this process's
processor time a timer notes which stage and which module of ours is at work; what a library does
for it counts as its own. That disturbs what is measured far less than a profiler that notes every
call. Below stand two limits: what the encoder's graph takes by itself, and how many calls an answer
is made of.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

import indexer
import search_api
from indexer.snapshot.snapshot import open_snapshot
from search_api.engine.searcher import Searcher

ROOMS = tuple(str(Path(room.__file__ or "").parent) for room in (indexer, search_api))
TICK = 0.001
"""Seconds of processor time between two looks; many systems make four times as many of them."""

STAGES = {
    "encode_question": "encoding the question",
    "rank": "ranking: both sides, fusion and all that follows",
    "confidences": "confidence of the excerpts",
    "marked": "marking their sentences",
}
"""What the functions do that are stages of an answer; the innermost one counts."""

REST = "excerpts, cities, facets, citations"

LEAST = 0.01
"""Share of the whole below which modules are shown together."""


class Profile:
    """Counts where a process is found at work.

    Attributes:
        found: looks, by module.
        stages: looks, by stage.
    """

    def __init__(self) -> None:
        """Start without looks."""
        self.found: Counter[str] = Counter()
        self.stages: Counter[str] = Counter()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Look while the block runs, in the main thread."""
        before = signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _look(self, _: int, frame: FrameType | None) -> None:
        codes = [code for code in _codes(frame) if code.co_filename.startswith(ROOMS)]
        if codes:
            self.found[Path(codes[0].co_filename).stem] += 1
            stages = (STAGES[code.co_name] for code in codes if code.co_name in STAGES)
            self.stages[next(stages, REST)] += 1


def _codes(frame: FrameType | None) -> Iterator[CodeType]:
    """Of the functions that are at work, the innermost first."""
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back


def main() -> None:
    """Profile and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--questions", type=Path, help="JSON lines with `text`; else titles")
    parser.add_argument("--rounds", type=int, default=20)
    chosen = parser.parse_args()
    searcher = Searcher(open_snapshot(chosen.index))
    asked = _texts(chosen.questions) if chosen.questions else _titles(searcher)
    for question in asked:
        searcher.ask(question)  # what is read once is read now
    profile, each = Profile(), len(asked) * chosen.rounds
    with profile.taken():
        spent = _spent(searcher.ask, asked * chosen.rounds)
    _print("stage", profile.stages, spent / each)
    _print("module", {f"`{m}`": looks for m, looks in profile.found.items()}, spent / each)
    encoder = searcher.snapshot.encoder
    alone = _spent(encoder.encode_question, asked * chosen.rounds) / each
    print(f"of these, the encoder by itself: {1000 * alone:.2f} ms")
    print(f"calls of functions in an answer: {_calls(searcher, asked):,.0f}")


def _texts(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def _titles(searcher: Searcher) -> list[str]:
    passages = searcher.snapshot.passages
    return list(dict.fromkeys(passages.titles(range(len(searcher.snapshot.columns.documents)))))


def _spent(act: Callable[[str], object], questions: Sequence[str]) -> float:
    """Seconds of this thread's processor time."""
    began = time.thread_time()
    for question in questions:
        act(question)
    return time.thread_time() - began


def _calls(searcher: Searcher, questions: Sequence[str]) -> float:
    profile = cProfile.Profile()
    with profile:
        _spent(searcher.ask, questions)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return float(sum(count for _, count, *_ in stats.values())) / len(questions)


def _print(kind: str, found: Mapping[str, int], seconds: float) -> None:
    whole, few = sum(found.values()), 0
    print(f"| {kind} | ms | share |\n|---|---:|---:|")
    for name, looks in Counter(found).most_common():
        if looks < LEAST * whole:
            few += looks
        else:
            print(_row(name, looks / whole, seconds))
    if few:
        print(_row("all others", few / whole, seconds))
    print(_row("an answer", 1, seconds) + "\n")


def _row(name: str, share: float, seconds: float) -> str:
    return f"| {name} | {1000 * share * seconds:.2f} | {share:.0%} |"


if __name__ == "__main__":
    main()
