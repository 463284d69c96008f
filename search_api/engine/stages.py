"""What of the ranking is switched on: everything, but where a stage is measured by itself."""

from __future__ import annotations

from dataclasses import dataclass

from search_api.engine import late, neighbours


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of hybrid ranking that may be left out, or count more or less.

    Attributes:
        language: the dense side counts less where the model knows the passage's language less.
        feedback: among a place's own passages the question is moved towards the best ones.
        late: weight of the question's tokens compared with those of the best passages.
        neighbours: share of its neighbours' scores in the score of one of the best passages.
    """

    language: bool = True
    feedback: bool = True
    late: float = late.WEIGHT
    neighbours: float = neighbours.WEIGHT


ALL = Stages()
