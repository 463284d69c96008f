"""Corpora that take turns in one index, and what must be found there in between."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer.snapshot.folder import KEEP, IndexFolder
from indexer.snapshot.manifest import FileInfo
from indexer.snapshot.snapshot import full_check, open_snapshot
from search_api.engine.searcher import Searcher
from tests.conftest import BuildTiny, write_corpus

SENTENCES = 100

CONTENTS = KEEP + 1
"""So many in turn, so that the next is never among those kept, and is written from the start."""


@dataclass(frozen=True)
class Turns:
    """Corpora of which each makes another snapshot, and what they make.

    Attributes:
        corpora: folders.
        ids: of their snapshots.
        files: of each snapshot, when nothing disturbs its making.
    """

    corpora: list[Path]
    ids: list[str]
    files: list[dict[str, FileInfo]]

    def checked(self, index: Path) -> int:
        """The turn of the published snapshot, which is whole, answers, and lacks nothing."""
        published = IndexFolder(index).published()
        assert full_check(published) == []
        answer = Searcher(open_snapshot(index)).ask("water tanks for Lima", k=3)
        assert (answer.index.id, len(answer.results)) == (published.manifest.id, 3)
        turn = self.ids.index(published.manifest.id)
        found, known = published.manifest.files, self.files[turn]
        assert {name for name in known if found.get(name) != known[name]} == set()
        return turn


def make_turns(folder: Path, build: BuildTiny) -> Turns:
    """Write the corpora, and build each once."""
    corpora = [_corpus(folder / "corpora", number) for number in range(CONTENTS)]
    ids, files = [], []
    for corpus in corpora:
        ids.append(build(corpus, folder / "known").snapshot)
        files.append(IndexFolder(folder / "known").published().manifest.files)
    assert len(set(ids)) == CONTENTS
    return Turns(corpora, ids, files)


def _corpus(folder: Path, number: int) -> Path:
    corpus = write_corpus(folder / str(number))
    lines = (f"Tank {n} of round {number} brought water to Lima.\n\n" for n in range(SENTENCES))
    (corpus / "tanks.txt").write_text("".join(lines), encoding="utf-8")
    return corpus
