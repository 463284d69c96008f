"""What each side does when it is told to build, to answer or to answer once; run in its own Python.

    python -m benchmarks.beside.sides txtai query '{"folder": "...", "model": "...", ...}'

The result is a JSON object on stdout. Every side gets the same passages and questions and gives ten
hits; only citywise reads the documents themselves and links, filters, quotes and cites as well.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

HITS = 10

Ask = Callable[[str], object]


class Side(Protocol):
    """One way to search passages."""

    def build(self, folder: Path, corpus: Path, texts: Sequence[str], model: str) -> None:
        """Index a corpus, of which `texts` are the passages."""
        ...

    def open(self, folder: Path, model: str) -> Ask:
        """Return what answers from an index."""
        ...


class Citywise:
    """This program, with everything that it does for an answer."""

    def build(self, folder: Path, corpus: Path, texts: Sequence[str], model: str) -> None:
        """Read, split, link, embed and publish."""
        from indexer.build import build
        from indexer.report import Recipe
        from search_api.settings import read_settings

        recipe = Recipe(corpus, folder, read_settings().cache, model, keep_going=True)
        build(recipe)

    def open(self, folder: Path, model: str) -> Ask:
        """Open the published snapshot."""
        from indexer.snapshot.snapshot import open_snapshot
        from search_api.engine.searcher import Searcher

        searcher = Searcher(open_snapshot(folder))
        return lambda question: searcher.ask(question, HITS)


class Txtai:
    """txtai with its hybrid index, content kept, as its documentation shows."""

    def build(self, folder: Path, corpus: Path, texts: Sequence[str], model: str) -> None:
        """Embed and save."""
        from txtai import Embeddings

        embeddings = Embeddings(path=model, content=True, hybrid=True)
        embeddings.index(enumerate(texts))
        embeddings.save(str(folder))

    def open(self, folder: Path, model: str) -> Ask:
        """Load what was saved."""
        from txtai import Embeddings

        embeddings = Embeddings()
        embeddings.load(str(folder))
        return lambda question: embeddings.search(question, HITS)


class Plain:
    """sentence-transformers and an exact FAISS index; the passages stay in a list."""

    def build(self, folder: Path, corpus: Path, texts: Sequence[str], model: str) -> None:
        """Embed and save."""
        import faiss
        from sentence_transformers import SentenceTransformer

        vectors = SentenceTransformer(model).encode(list(texts), normalize_embeddings=True)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        folder.mkdir(parents=True, exist_ok=True)
        faiss.write_index(index, str(folder / "vectors.faiss"))
        (folder / "texts.json").write_text(json.dumps(list(texts)), encoding="utf-8")

    def open(self, folder: Path, model: str) -> Ask:
        """Load model, vectors and texts."""
        import faiss
        from sentence_transformers import SentenceTransformer

        encoder = SentenceTransformer(model)
        index = faiss.read_index(str(folder / "vectors.faiss"))
        texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))

        def ask(question: str) -> list[str]:
            vectors = encoder.encode([question], normalize_embeddings=True)
            return [texts[row] for row in index.search(vectors, HITS)[1][0]]

        return ask


SIDES: dict[str, Side] = {"citywise": Citywise(), "txtai": Txtai(), "plain": Plain()}


def timed_build(side: Side, told: dict[str, Any]) -> dict[str, float]:
    """Index the texts; the time counts once everything is imported and has run once."""
    folder, corpus, warm = (Path(told[name]) for name in ("folder", "corpus", "warm"))
    texts = json.loads(Path(told["texts"]).read_text(encoding="utf-8"))
    side.build(folder.with_name(f"{folder.name}-warm"), warm, texts[:8], told["model"])
    began = time.perf_counter()
    side.build(folder, corpus, texts, told["model"])
    seconds = time.perf_counter() - began
    held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"seconds": seconds, "megabytes": held / 1e6}


def timed_queries(side: Side, told: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each question after the first ten, and resident memory at the end."""
    ask = side.open(Path(told["folder"]), told["model"])
    taken = []
    for question in told["questions"]:
        began = time.perf_counter()
        ask(question)
        taken.append(1000 * (time.perf_counter() - began))
    return {"milliseconds": taken[10:], "megabytes": resident()}


def first_answer(side: Side, told: dict[str, Any]) -> dict[str, Any]:
    """Answer one question; whoever started this process takes the time."""
    side.open(Path(told["folder"]), told["model"])(told["questions"][0])
    return {}


def resident() -> float:
    """Resident memory of this process in MB; the largest there was where there is no /proc."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


COMMANDS = {"build": timed_build, "query": timed_queries, "ask": first_answer}

if __name__ == "__main__":
    name, command, given = sys.argv[1:]
    print(json.dumps(COMMANDS[command](SIDES[name], json.loads(given))))
