"""What of the ranking is switched on: everything, but where a stage is measured by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of hybrid ranking that may be left out.

    Attributes:
        language: the dense side counts less where the model knows the passage's language less.
        feedback: the question is moved towards the best passages and compared once more.
        late: the question's tokens are compared with those of the best passages.
    """

    language: bool = True
    feedback: bool = True
    late: bool = True


ALL = Stages()
