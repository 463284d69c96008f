"""What was looked at, what was found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at.

    Attributes:
        about: what it is.
        state: whether all is well; a note is no fault.
        said: what was found.
        mend: what to do, None if nothing.
    """

    about: str
    state: State
    said: str
    mend: str | None = None


def parted(sentence: str) -> tuple[str, str | None]:
    """What is wrong, and what to do next, as our errors say it."""
    said, _, mend = sentence.rpartition("; ")
    return (said, mend) if said else (sentence, None)
