from __future__ import annotations

import pytest

from indexer.snapshot.processor import lacks_vnni


@pytest.mark.parametrize(
    ("machine", "flags", "lacking"),
    [
        ("x86_64", "flags : avx2 avx512f avx512bw avx512_vnni", False),
        ("x86_64", "flags : avx2 avx_vnni sha_ni", False),
        ("x86_64", "flags : avx2 avx512f avx512bw", True),
        ("AMD64", "", True),
        ("aarch64", "Features : fp asimd", False),
        ("arm64", "", False),
    ],
)
def test_an_x86_without_vnni_may_overflow(machine: str, flags: str, lacking: bool) -> None:
    assert lacks_vnni(machine, flags) == lacking
