"""From what was measured to what any number of passages needs: straight lines, and said so."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

KEPT = 4
"""Snapshots on a disk: three that are kept, and one that is being written."""

BUDGET = 100.0
"""Milliseconds of a processor that one shard may take for an answer: decides how large it is."""

CORES = 16
"""Of a machine that embeds."""

REPLICAS = 2
"""Of each shard, so that one may fail."""

HOURS = 730
"""Of a month."""

HOP = 1.0
"""Milliseconds to a shard and back in one data centre. Assumed, not measured."""

GPU_PASSAGES = 3000.0
"""Passages a second that one GPU embeds. Assumed, not measured: no GPU was at hand."""

HOT = ("columns", "labels", "lexical", "vectors.faiss")
"""Parts of a snapshot that questions read all over, and which should stay in memory."""


@dataclass(frozen=True)
class Line:
    """A straight line through two measurements."""

    fixed: float
    each: float

    def at(self, passages: float) -> float:
        """Its value for a number of passages."""
        return self.fixed + self.each * passages


def line(one: tuple[float, float], other: tuple[float, float]) -> Line:
    """Through two points (passages, value)."""
    each = (other[1] - one[1]) / (other[0] - one[0])
    return Line(one[1] - each * one[0], each)


@dataclass(frozen=True)
class Basis:
    """What everything is reckoned from.

    Attributes:
        work: milliseconds of a processor for an answer, by passages.
        own: bytes of a process's own memory, by passages.
        disk: bytes of a snapshot, by passages.
        hot: bytes a passage that should stay in memory.
        seconds: of a processor, to embed a passage.
        merging: milliseconds for merging four shards' best.
    """

    work: Line
    own: Line
    disk: Line
    hot: float
    seconds: float
    merging: float


def basis_of(scale: dict[str, Any], plan: dict[str, Any]) -> Basis:
    """Take what `benchmarks.scale` and `benchmarks.plan --measure` found."""
    small, large = scale["sizes"][-2:]
    real, made = plan["real"], plan["made"][-1]
    spread = {name: made["parts"][name] for name in made["parts"] if name != "tokens"}
    tokens = real["parts"]["tokens"]
    return Basis(
        work=_measured(small, large, "work", 1),
        own=_measured(small, large, "anonymous", 1e6),
        disk=Line(float(made["encoder"]), sum(spread.values()) + tokens),
        hot=sum(size for name, size in spread.items() if name in HOT),
        seconds=plan["seconds"],
        merging=plan["sharded"][-1]["merging"],
    )


def _measured(small: dict[str, Any], large: dict[str, Any], what: str, unit: float) -> Line:
    return line((small["passages"], unit * small[what]), (large["passages"], unit * large[what]))


@dataclass(frozen=True)
class Need:
    """What a number of passages needs. Bytes, hours and milliseconds.

    Attributes:
        passages: how many.
        shards: machines that answer together, each with its part.
        disk: of all shards together, with the snapshots that are kept.
        memory: of all shards together: processes, and what should stay in memory.
        cpu_hours: of one processor, to embed all.
        machine_hours: of a machine of `CORES` processors, to embed all.
        gpu_hours: of one GPU, as assumed.
        month: hours of machines: all shards, each `REPLICAS` times, and embedding all once.
        work: milliseconds of a processor for an answer, in each shard.
        latency: of a processor and of the way to the shards and back, together.
        each_second: questions a second that one processor of each shard answers.
    """

    passages: int
    shards: int
    disk: float
    memory: float
    cpu_hours: float
    machine_hours: float
    gpu_hours: float
    month: float
    work: float
    latency: float
    each_second: float


def largest_shard(basis: Basis) -> int:
    """Passages that a shard holds at most, within `BUDGET`; to whole millions, at least one."""
    held = (BUDGET - basis.work.fixed) / basis.work.each
    return max(1, int(held // 1e6)) * 1_000_000


def need(basis: Basis, passages: int) -> Need:
    """Reckon what a number of passages needs."""
    shards = ceil(passages / largest_shard(basis))
    part = passages / shards
    work = basis.work.at(part)
    far = 0.0 if shards == 1 else HOP + basis.merging * shards / 4
    cpu_hours = passages * basis.seconds / 3600
    return Need(
        passages=passages,
        shards=shards,
        disk=KEPT * shards * basis.disk.at(part),
        memory=shards * (basis.own.at(part) + basis.hot * part),
        cpu_hours=cpu_hours,
        machine_hours=cpu_hours / CORES,
        gpu_hours=passages / GPU_PASSAGES / 3600,
        month=shards * REPLICAS * HOURS + cpu_hours / CORES,
        work=work,
        latency=work + far,
        each_second=1000 / work,
    )
