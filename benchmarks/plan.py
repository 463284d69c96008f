"""What 1 million, 100 million and 10 billion passages need, reckoned from what was measured.

    python -m benchmarks.plan
    python -m benchmarks.plan --measure --sets ../shared/eval

The first prints the tables of docs/scale.md from benchmarks/results. The second measures anew what
a passage costs, and whether a collection that is cut into shards answers as one that is not; its
collections are made as those of `benchmarks.scale`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.planning.reckoning import (
    BUDGET,
    GPU_PASSAGES,
    HOP,
    Basis,
    Need,
    basis_of,
    largest_shard,
    need,
)

RESULTS = Path("benchmarks/results")
SIZES = (1_000_000, 100_000_000, 10_000_000_000)
MADE = (10_000, 100_000)
SET, TOKENS, SHARDS = "city_measures", 24, 4
LONG = 200
"""Tokens of a passage of running text, which most of the set's are not."""


def main() -> None:
    """Measure where told to, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure, and keep the figures")
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--work", type=Path, help="folder for indexes, which are then kept")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    if options.measure:
        if not options.sets.is_dir():
            sys.exit(f"{options.sets}: no such folder; name the one of the test sets with --sets")
        with tempfile.TemporaryDirectory() as folder:
            found = measure(options.sets, options.work or Path(folder))
        text = json.dumps(found, indent=1) + "\n"
        (options.results / "plan.json").write_text(text, encoding="utf-8")
    scale, plan = (
        json.loads((options.results / name).read_text(encoding="utf-8"))
        for name in ("scale.json", "plan.json")
    )
    print("\n".join(report(scale, plan)))


def measure(sets: Path, work: Path) -> dict[str, Any]:
    """What a passage costs in bytes and seconds, and what becomes of answers over shards."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from benchmarks.planning.measuring import seconds_of, sizes_of
    from benchmarks.planning.sharding import simulate
    from benchmarks.scaling.making import Made, make
    from benchmarks.scaling.material import gather
    from indexer.snapshot.snapshot import open_snapshot

    work.mkdir(parents=True, exist_ok=True)
    material = gather(sets, [SET], [SET], work)
    made, sharded = [], []
    for size in MADE:
        index = work / f"made-{size}"
        if not (index / "current").exists():
            make(Made(material, size, TOKENS), material, index)
        snapshot = open_snapshot(index)
        made.append(asdict(sizes_of(snapshot)))
        sharded.append(asdict(simulate(snapshot, material.questions, SHARDS)))
    return {
        "set": SET,
        "real": asdict(sizes_of(material.snapshot)),
        "seconds": seconds_of(material.snapshot),
        "made": made,
        "sharded": sharded,
    }


def report(scale: dict[str, Any], plan: dict[str, Any]) -> list[str]:
    """The tables of docs/scale.md, line by line."""
    basis = basis_of(scale, plan)
    return [
        *_needs(basis, [need(basis, size) for size in SIZES]),
        "",
        *_bases(basis, scale, plan),
        "",
        *_shards(plan["sharded"]),
    ]


def _needs(basis: Basis, needs: Sequence[Need]) -> list[str]:
    shown = [
        ("passages", [f"{each.passages:,}" for each in needs]),
        ("shards", [f"{each.shards:,}" for each in needs]),
        ("disk, all shards, four snapshots", [_bytes(each.disk) for each in needs]),
        ("memory, all shards", [_bytes(each.memory) for each in needs]),
        ("the same, of one shard", [_bytes(each.memory / each.shards) for each in needs]),
        ("embedding all, hours of one processor", [f"{each.cpu_hours:,.0f}" for each in needs]),
        ("the same, of a machine with 16", [f"{each.machine_hours:,.1f}" for each in needs]),
        (
            f"the same, of a GPU (assumed: {GPU_PASSAGES:,.0f} a second)",
            [f"{each.gpu_hours:,.1f}" for each in needs],
        ),
        ("machine-hours a month", [f"{each.month:,.0f}" for each in needs]),
        ("an answer, processor of each shard", [f"{each.work:,.0f} ms" for each in needs]),
        (
            f"an answer (assumed: {HOP:g} ms to the shards and back)",
            [f"{each.latency:,.0f} ms" for each in needs],
        ),
        (
            "questions a second, one processor of each shard",
            [f"{each.each_second:,.0f}" for each in needs],
        ),
    ]
    rows = [f"| {name} | {' | '.join(values)} |" for name, values in shown]
    held = f"A shard holds {largest_shard(basis):,} passages at most: {BUDGET:g} ms."
    return [rows[0], "|---|---|---|---|", *rows[1:], "", held]


def _bases(basis: Basis, scale: dict[str, Any], plan: dict[str, Any]) -> list[str]:
    small, large = scale["sizes"][-2:]
    encoder = basis.disk.fixed / 1e6
    foretold = encoder + (small["disk"] - encoder) * large["passages"] / small["passages"]
    real = plan["real"]
    token = real["parts"]["tokens"] / real["tokens"]
    spread = basis.disk.each - real["parts"]["tokens"]
    work, own = basis.work, basis.own
    return [
        "| reckoned from | figure |",
        "|---|---|",
        f"| answer, ms of a processor | {work.fixed:.1f} + {1e6 * work.each:.2f} a million |",
        f"| memory of a process's own, MB | {own.fixed / 1e6:.0f} + {own.each:.1f} a million |",
        f"| read all over by questions, bytes a passage | {basis.hot:,.0f} |",
        f"| disk, bytes a passage | {basis.disk.each:,.0f} |",
        f"| the same of a passage of {LONG} tokens | {spread + LONG * token:,.0f} |",
        f"| tokens kept of a passage | {real['tokens']:.1f} |",
        f"| embedding, ms of a processor a passage | {1000 * basis.seconds:.1f} |",
        f"| disk in `benchmarks.scale`, from its {small['passages']:,} to {large['passages']:,} "
        f"passages | {foretold:,.0f} MB; measured {large['disk']:,.0f} MB |",
    ]  # fmt: skip


def _shards(sharded: Sequence[dict[str, Any]]) -> list[str]:
    asked = [each["questions"] for each in sharded]
    shown = [
        (
            "passages, shards",
            [f"{each['passages']:,}, {each['shards']}" for each in sharded],
        ),
        ("nearest hundred as of one", [f"{e['dense']} of {n}" for e, n in _with(sharded, asked)]),
        ("best by words as of one", [f"{e['lexical']} of {n}" for e, n in _with(sharded, asked)]),
        ("recall@10, codes of all", [f"{each['recall']:.3f}" for each in sharded]),
        ("the same, shard by shard", [f"{each['recall_sharded']:.3f}" for each in sharded]),
        ("nearest of all, processor", [f"{each['whole']:.2f} ms" for each in sharded]),
        ("the same, of one shard", [f"{each['part']:.2f} ms" for each in sharded]),
        ("merging", [f"{each['merging']:.2f} ms" for each in sharded]),
    ]
    rows = [f"| {name} | {' | '.join(values)} |" for name, values in shown]
    return [rows[0], "|---|---|---|", *rows[1:]]


def _with(
    sharded: Sequence[dict[str, Any]], asked: Sequence[int]
) -> list[tuple[dict[str, Any], int]]:
    return list(zip(sharded, asked, strict=True))


def _bytes(count: float) -> str:
    for unit in ("MB", "GB"):
        count /= 1e6 if unit == "MB" else 1e3
        if count < 1000:
            return f"{count:,.1f} {unit}"
    return f"{count / 1e3:,.1f} TB"


if __name__ == "__main__":
    main()
