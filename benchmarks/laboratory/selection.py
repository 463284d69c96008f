"""Whether the weights of ranking carry over: each set is measured with those the others choose."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from itertools import product

from rich.console import Console
from rich.table import Table

from benchmarks.laboratory.collections import Collection
from benchmarks.laboratory.measurement import ndcg
from benchmarks.laboratory.variants import Variant
from search_api.engine.stages import Stages

LATE, NEIGHBOURS = (0.3, 0.5, 0.7), (0.0, 0.4, 0.55, 0.7, 0.85)

FAMILIES = {"squad_dev": "squad", "xquad_en": "squad", "xquad_es": "squad"}
"""Sets that share questions are left out together."""

Measured = Mapping[str, Mapping[str, float]]
"""nDCG@10 by set, then by name of the variant."""


def grid() -> list[Variant]:
    """Every pair of the weights, by name, and ranking without both stages first."""
    plain = Variant("fusion", "hybrid", stages=Stages(late=0.0, neighbours=0.0))
    pairs = product(LATE, NEIGHBOURS)
    return [plain] + [
        Variant(
            f"tokens {late}, neighbours {near}", "hybrid", stages=Stages(True, True, late, near)
        )
        for late, near in pairs
    ]


def measure_grid(collection: Collection, variants: Sequence[Variant]) -> dict[str, float]:
    """nDCG@10 of each variant on one set."""
    return {variant.name: ndcg(collection, variant) for variant in variants}


def chosen(measured: Measured) -> dict[str, str]:
    """For each set the variant with the best mean over the sets of other families."""
    choices = {}
    for left in measured:
        others = [held for name, held in measured.items() if _family(name) != _family(left)]
        means = {way: statistics.fmean(held[way] for held in others) for way in measured[left]}
        choices[left] = max(means, key=means.__getitem__)
    return choices


def show_chosen(measured: Measured) -> None:
    """Print each set without the stages, with what the others choose, and with what is shipped."""
    table = Table(title="nDCG@10 with the weights that the other sets choose")
    for column in ("set left out", "chosen by the others", "fusion", "so chosen", "shipped"):
        table.add_column(column)
    choices = chosen(measured)
    for name, way in choices.items():
        values = (measured[name][each] for each in ("fusion", way, _named(Stages())))
        table.add_row(name, way, *(f"{value:.4f}" for value in values))
    Console(width=110).print(table)


def _named(stages: Stages) -> str:
    return f"tokens {stages.late}, neighbours {stages.neighbours}"


def _family(name: str) -> str:
    return FAMILIES.get(name, name.split()[0])
