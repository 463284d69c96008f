"""Whatever is done to a corpus and its index, in whatever order, the index is what a dict says."""

from __future__ import annotations

import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from indexer.build import build
from indexer.errors import CorpusError, NoSnapshotError
from indexer.report import Recipe
from indexer.snapshot.folder import KEEP, IndexFolder
from indexer.snapshot.history import roll_back
from indexer.snapshot.snapshot import Snapshot, full_check
from search_api.engine.current import CurrentSearcher
from tests.bounds import LONG, bounded
from tests.conftest import FEWEST_PLACES
from tests.faults.killed_builds import Builds, Suicide, killed_builds

NAMES = ("tanks.txt", "trucks.txt", "markets.txt", "notes/durban.txt", "notes/lima.txt")

THINGS = ("Water tanks", "Food baskets", "Bicycle lanes", "Outdoor markets")

TEXTS = st.lists(st.sampled_from(THINGS), min_size=1, max_size=3, unique=True).map(
    lambda things: "\n\n".join(f"{thing} came to the city." for thing in things)
)

STEPS = st.integers(0, 60)
"""Changes to the disk before which a build kills itself; a whole build makes some seventy."""

Documents = dict[str, str]

pytestmark = pytest.mark.faults


@dataclass(frozen=True)
class Tools:
    """What machines share.

    Attributes:
        builds: of the kind that is killed.
        cache: of everything that was worked out before.
        model: a tiny one.
        done: what was done how often.
    """

    builds: Builds
    cache: Path
    model: Path
    done: Counter[str]


class Machine(RuleBasedStateMachine):
    """Corpus and index on one side, dicts on the other."""

    tools: Tools

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._corpus = Path(self._folder.name, "corpus")
        self._corpus.mkdir()
        self._index = IndexFolder(Path(self._folder.name, "index"))
        self._documents: Documents = {}
        self._known: dict[str, Documents] = {}
        self._published: str | None = None
        self._reader: CurrentSearcher | None = None

    def teardown(self) -> None:
        self._folder.cleanup()

    @rule(name=st.sampled_from(NAMES), text=TEXTS)
    def write(self, name: str, text: str) -> None:
        """Add a document, or change it."""
        path = self._corpus / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self._documents[name] = text

    @precondition(lambda self: self._documents)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self._documents)))
        (self._corpus / name).unlink()
        del self._documents[name]

    @rule()
    def build(self) -> None:
        self.tools.done["build"] += 1
        recipe = Recipe(
            self._corpus, self._index.root, self.tools.cache, str(self.tools.model), False,
            FEWEST_PLACES,
        )  # fmt: skip
        if not self._documents:
            with pytest.raises(CorpusError, match="no documents in this folder"):
                build(recipe)
            return
        self._published = build(recipe).snapshot
        assert self._known.setdefault(self._published, dict(self._documents)) == self._documents

    @precondition(lambda self: self._documents)
    @rule(step=STEPS)
    def crash(self, step: int) -> None:
        """Begin a build that is killed on its way: it has published, or it has not."""
        begun = self.tools.builds.begin(
            self._corpus, self._index.root, self.tools.model, Suicide(step)
        )
        status, said = begun.ended()
        assert (status, said) in ((-signal.SIGKILL, ""), (0, ""))
        found = self._pointed()
        if found != self._published:
            self._published = found
            assert found is not None
            self._known.setdefault(found, dict(self._documents))
        self.tools.done["killed" if status else "build"] += 1

    @precondition(lambda self: self._index.ids())
    @rule(data=st.data())
    def go_back(self, data: st.DataObject) -> None:
        """Publish again what is kept; that may be one whose build was killed before the end."""
        chosen = data.draw(st.sampled_from(sorted(self._index.ids())))
        assert roll_back(self._index, chosen) == []
        self._published = chosen
        if chosen not in self._known:
            self._known[chosen] = self._held()
        self.tools.done["way back"] += 1

    @invariant()
    def what_is_published_is_what_the_dict_holds(self) -> None:
        assert self._pointed() == self._published
        if self._published is None:
            return
        assert full_check(self._index.published()) == []
        assert self._held() == self._known[self._published]
        ids = self._index.ids()
        assert self._published in ids
        assert len(ids) <= KEEP + 1  # with one whose build was killed before it was published

    @invariant()
    def whoever_asks_is_answered_from_it(self) -> None:
        if self._published is None:
            return
        if self._reader is None:
            self._reader = CurrentSearcher(self._index.root)
        searcher = self._reader.newest()
        assert searcher.snapshot.manifest.id == self._published
        held = self._known[self._published]
        found = searcher.ask("water tanks in the city", k=20).results
        assert found
        for each in found:
            text = held[each.document.id]
            assert text[each.span.start : each.span.end] == each.text

    def _pointed(self) -> str | None:
        try:
            return self._index.published().manifest.id
        except NoSnapshotError:
            return None

    def _held(self) -> Documents:
        """The documents of the published snapshot, as it holds them."""
        snapshot = Snapshot(self._index.published())
        return {name: text for name, _, text, _ in snapshot.passages.texts()}


@pytest.fixture
def tools(tiny_model: Path, cache: Path, tmp_path: Path) -> Iterator[Tools]:
    with killed_builds(cache, tmp_path) as builds:
        yield Tools(builds, cache, tiny_model, Counter())


def test_whatever_is_done_the_index_is_what_a_dict_says(tools: Tools) -> None:
    kind = type("Machine", (Machine,), {"tools": tools})
    chosen = settings(
        max_examples=bounded(10, 150),
        stateful_step_count=bounded(12, 30),
        derandomize=not LONG,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(kind, settings=chosen)
    print(f"done: {dict(tools.done)}")  # noqa: T201 - shown by -s
    assert min(tools.done[each] for each in ("build", "killed", "way back")) >= 5, tools.done
