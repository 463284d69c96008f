"""What the processor can do that decides how a graph is run."""

from __future__ import annotations

import platform
import re
from functools import cache
from pathlib import Path

_FLAGS = Path("/proc/cpuinfo")
_VNNI = re.compile(r"\bavx(?:512)?_vnni\b")


@cache
def sums_may_overflow() -> bool:
    """Whether fast sums of products of 8-bit integers may overflow on this machine."""
    try:
        flags = _FLAGS.read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux: nothing is known of its flags
        flags = ""
    return lacks_vnni(platform.machine(), flags)


def lacks_vnni(machine: str, flags: str) -> bool:
    """Whether a processor is an x86 that is not known to add up 32 bits at once (VNNI).

    Before VNNI, two products of 8 bits are added up in 16 bits, which they may exceed. ARM has no
    such instruction.

    Args:
        machine: as Python's `platform` calls it.
        flags: as Linux lists what it can do; empty if that is not known.
    """
    return machine.lower() in ("x86_64", "amd64", "i386", "i686") and not _VNNI.search(flags)
