from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

LINES = 400

LEAVES = {
    "indexer.errors",
    "indexer.document",
    "indexer.passage",
    "indexer.names",
    "indexer.place",
    "indexer.folders",
    "indexer.durable",
    "indexer.databases",
}
FORMAT = LEAVES | {"indexer.snapshot"}

# Each room, and the rooms that it may import besides itself; `indexer` alone is the version.
ARROWS: dict[str, set[str]] = {
    "indexer": set(),
    "indexer.errors": set(),
    "indexer.document": set(),
    "indexer.passage": {"indexer.document"},
    "indexer.names": set(),
    "indexer.place": set(),
    "indexer.folders": set(),
    "indexer.durable": {"indexer.folders"},
    "indexer.databases": set(),
    "indexer.snapshot": LEAVES,
    # Engines that keep what the snapshot's room writes; what they answer is scored as there.
    "indexer.stores": FORMAT,
    "indexer.dates": set(),
    "indexer.language": LEAVES,
    "indexer.metadata": LEAVES | {"indexer.dates"},
    "indexer.sentences": LEAVES,
    "indexer.chunking": LEAVES | {"indexer.sentences"},
    "indexer.readers": LEAVES | {"indexer.dates", "indexer.language", "indexer.metadata"},
    "indexer.questions": LEAVES | {"indexer.readers"},
    "indexer.copies": set(),
    "indexer.found": LEAVES,
    # Which places are known depends on what is installed.
    "indexer.gazetteer": LEAVES | {"indexer.program", "indexer.readers"},
    "indexer.linking": LEAVES | {"indexer.gazetteer", "indexer.program"},
    "indexer.kept": LEAVES,
    "indexer.program": {"indexer.folders"},
    "indexer.preparing": LEAVES
    | {"indexer.chunking", "indexer.corpus", "indexer.kept", "indexer.linking", "indexer.readers"},
    # What questions may call the world is the same in every snapshot, and so is kept.
    "indexer.toponyms": FORMAT | {"indexer.gazetteer", "indexer.kept", "indexer.linking"},
    "indexer.labelling": FORMAT,
    "indexer.harvest": LEAVES | {"indexer", "indexer.corpus", "indexer.readers"},
    "indexer.inspection": LEAVES
    | {"indexer.corpus", "indexer.embedding", "indexer.lengths", "indexer.linking"},
    "indexer.corpus": LEAVES | {"indexer.metadata", "indexer.readers"},
    "indexer.lexicon": FORMAT | {"indexer.postings"},
    "indexer.postings": set(),
    "indexer.embedding": FORMAT,
    "indexer.parity": FORMAT,
    "indexer.pieces": LEAVES,
    "indexer.unchanged": FORMAT | {"indexer.corpus", "indexer.program", "indexer.report"},
    "indexer.report": FORMAT | {"indexer.embedding"},
    "indexer.lengths": FORMAT | {"indexer.chunking", "indexer.embedding"},
    # Where the work of a build is done: here, or on other machines with the same parts.
    "indexer.engines": LEAVES
    | {"indexer.corpus", "indexer.embedding", "indexer.kept", "indexer.lengths"}
    | {"indexer.linking", "indexer.preparing", "indexer.program", "indexer.report"},
    "indexer.distributed": FORMAT
    | {"indexer.corpus", "indexer.embedding", "indexer.kept", "indexer.lengths"}
    | {"indexer.linking", "indexer.metadata", "indexer.preparing", "indexer.program"}
    | {"indexer.readers", "indexer.report"},
    # The parts of a build: what is taken in, what is written of it, and what it is called.
    "indexer.intake": FORMAT
    | {"indexer.copies", "indexer.found", "indexer.preparing", "indexer.report"},
    "indexer.staging": FORMAT
    | {"indexer.embedding", "indexer.found", "indexer.kept", "indexer.labelling"}
    | {"indexer.lexicon", "indexer.linking", "indexer.pieces", "indexer.program"}
    | {"indexer.report", "indexer.toponyms"},
    "indexer.identity": FORMAT | {"indexer.embedding", "indexer.lengths", "indexer.lexicon"},
    "indexer.build": FORMAT
    | {"indexer", "indexer.corpus", "indexer.distributed", "indexer.embedding"}
    | {"indexer.engines", "indexer.found", "indexer.identity", "indexer.intake"}
    | {"indexer.linking", "indexer.parity", "indexer.questions", "indexer.report"}
    | {"indexer.staging", "indexer.unchanged"},
    "search_api": set(),
    "search_api.settings": {"indexer.errors"},
    "search_api.engine": FORMAT,
    # Loads a cross-encoder where one is asked for: the protocol is the engine's.
    "search_api.reranking": {"search_api.engine"},
    # Opens a store where one is named: only then its driver is imported.
    "search_api.sources": FORMAT | {"indexer.stores"},
    "search_api.evaluation": FORMAT | {"search_api.engine"},
    # A citation is made of a passage as stored, and of a result as answered.
    "search_api.citations": FORMAT | {"search_api.engine"},
    "search_api.exports": FORMAT | {"search_api.citations", "search_api.engine"},
    "search_api.feedback": {"indexer.errors"},
    "search_api.logs": {"indexer.errors"},
    # Looks at everything that serving needs; whether building works, only when it is asked.
    "search_api.doctor": FORMAT
    | {"indexer", "search_api.engine", "search_api.feedback", "search_api.keys"}
    | {"search_api.settings"},
    # Names the application for its processes to load, and knows nothing of it.
    "search_api.serving": {"search_api.door"},
    "search_api.door": set(),
    # Writes an index folder, as only builds do otherwise: with what another one published.
    "search_api.following": FORMAT,
    "search_api.keys": {"indexer.errors"},
    # The page shows what the engine says, links to it as files and keeps what readers think of it.
    "search_api.web": FORMAT
    | {"search_api.citations", "search_api.engine", "search_api.exports", "search_api.feedback"}
    | {"search_api.settings"},
    # Tools for assistants: an edge like the API, which lends it a transport and knows no tool.
    "search_api.mcp": FORMAT | {"indexer", "search_api.citations", "search_api.engine"},
    "search_api.http": FORMAT
    | {"indexer", "search_api.citations", "search_api.engine", "search_api.exports"}
    | {"search_api.keys", "search_api.logs", "search_api.mcp", "search_api.reranking"}
    | {"search_api.settings", "search_api.sources", "search_api.web"},
    "search_api.cli": FORMAT
    | {
        "indexer",
        "indexer.stores",
        "search_api.citations",
        "search_api.engine",
        "search_api.evaluation",
    }
    | {"search_api.exports", "search_api.feedback", "search_api.keys", "search_api.logs"}
    | {"search_api.doctor", "search_api.following", "search_api.mcp", "search_api.reranking"}
    | {"search_api.serving"}
    | {"search_api.settings", "search_api.sources"},
    "search_api.__main__": {"search_api.cli"},
}

# What the command line imports of the slow half when `citywise index` or `eval` runs, not before.
BUILDING = {
    "indexer.build",
    "indexer.embedding.crossing",
    "indexer.embedding.models",
    "indexer.harvest.harvest",
    "indexer.harvest.order",
    "indexer.inspection",
    "indexer.report",
}

# The rooms that may, each only where a command or a setting asks for it.
LATE_BUILDERS = {"search_api.cli", "search_api.doctor", "search_api.reranking"}

# Modules that nothing but such a command imports, so that their own imports are as late.
IMPORTED_LATE = {"search_api.cli.progress"}

TORCH = {"torch", "transformers", "sentence_transformers"}
EDGES = {"click", "fastapi", "rich", "starlette", "uvicorn"}

# Who touches the environment besides settings.py, by variable, and why.
ENVIRONMENT = {
    ("search_api.cli.console", "COLUMNS"),  # a terminal's width is no setting of ours
    ("search_api.cli.serve", "CITYWISE_INDEX"),  # written: workers read their settings afresh
    ("search_api.cli.serve", "CITYWISE_RERANKER"),  # likewise
    ("search_api.cli.serve", "CITYWISE_STORE"),  # likewise
    ("search_api.cli.serve", "PROMETHEUS_MULTIPROC_DIR"),  # written: how its library is told
    ("indexer.distributed.cluster", "RAY_USAGE_STATS_ENABLED"),  # written: how Ray is told
    ("indexer.distributed.cluster", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"),  # likewise
    ("indexer.distributed.cluster", "RAY_AUTH_MODE"),  # likewise, where nothing else is said
    ("indexer.distributed.cluster", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"),  # likewise
    ("indexer.snapshot.runtime", "ORT_DISABLE_TELEMETRY"),  # written: a library keeps to itself
    ("indexer.readers.sandbox", "OMP_NUM_THREADS"),  # handed on to the child process
    ("indexer.embedding.reference", "TOKENIZERS_PARALLELISM"),  # written: silences a library
}


@dataclass(frozen=True)
class Import:
    """An import statement's target; a late one is inside a function or for the type checker."""

    module: str
    target: str
    late: bool
    typing: bool


@cache
def modules() -> dict[str, tuple[Path, ast.Module]]:
    found = {}
    for package in ("indexer", "search_api"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path, ast.parse(path.read_text(encoding="utf-8"))
    return found


@cache
def imports() -> list[Import]:
    return [found for name, (_, tree) in modules().items() for found in imports_of(name, tree)]


def imports_of(
    module: str, node: ast.AST, late: bool = False, typing: bool = False
) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(module, alias.name, late, typing) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{module}, line {child.lineno}: name the whole module"
            for alias in child.names:
                inner = f"{child.module}.{alias.name}"
                target = inner if inner in modules() else str(child.module)
                yield Import(module, target, late, typing)
        elif not isinstance(child, ast.expr):  # which holds no statement
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            checked = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            yield from imports_of(module, child, late or inside or checked, typing or checked)


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def ours(name: str) -> bool:
    return name.split(".")[0] in ("indexer", "search_api")


def is_in(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_every_arrow_between_rooms_is_one_that_is_allowed() -> None:
    crossing = [i for i in imports() if ours(i.target) and room(i.module) != room(i.target)]
    assert len(crossing) > 50
    strange = [
        f"{i.module} imports {i.target}"
        for i in crossing
        if room(i.target) not in ARROWS.get(room(i.module), set())
        and not (room(i.module) in LATE_BUILDERS and i.target in BUILDING)
    ]
    assert strange == []


def test_every_room_has_its_place_among_the_arrows() -> None:
    assert {room(module) for module in modules()} == ARROWS.keys()


def test_the_command_line_imports_the_builder_late() -> None:
    building = {i for i in imports() if i.module.startswith("search_api") and i.target in BUILDING}
    assert {i.target for i in building} == BUILDING
    assert {i.module for i in building if not i.late} <= IMPORTED_LATE
    assert [i for i in imports() if i.target in IMPORTED_LATE and not i.late] == []


def test_only_the_embedding_room_imports_torch() -> None:
    heavy = {i for i in imports() if is_in(i.target, TORCH)}
    assert {room(i.module) for i in heavy} == {"indexer.embedding"}
    assert [i for i in heavy if not i.late] == []


def test_onnx_runtime_is_loaded_only_where_it_is_silenced_first() -> None:
    loading = {i.module for i in imports() if is_in(i.target, {"onnxruntime"}) and not i.late}
    assert loading == {"indexer.snapshot.runtime"}


def test_the_engine_knows_no_edge() -> None:
    known = {i.target for i in imports() if room(i.module) == "search_api.engine"}
    assert {name for name in known if is_in(name, EDGES)} == set()


def test_what_is_imported_at_once_to_answer_is_installed_without_an_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = {line.split(">")[0].split("=")[0].lower() for line in project["dependencies"]}
    light = {"search_api"} | FORMAT
    roots = {
        i.target.split(".")[0]
        for i in imports()
        if is_in(i.module, light) and not i.late and not ours(i.target)
    }
    distributions = packages_distributions()
    needed = {
        name.lower().replace("_", "-")
        for root in roots - sys.stdlib_module_names
        for name in distributions[root]
    }
    assert {"faiss-cpu", "onnxruntime", "fastapi"} <= needed
    # FastAPI is what brings pydantic along, which pins its core.
    assert needed - installed == {"pydantic", "pydantic-core"}


def test_no_module_imports_itself_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for i in imports():
        if ours(i.target) and not i.typing:
            graph.setdefault(i.module, set()).add(i.target)
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("indexer.errors") < order.index("indexer.build")


def environment_of(module: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each place where a module touches the environment, with the variable that it names there."""
    around = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.alias | ast.Attribute | ast.Name) and ast.unparse(node) in WAYS:
            place: ast.AST = node
            while not isinstance(place, ast.stmt | ast.Call | ast.Compare | ast.Subscript):
                place = around[place]
            variables = [n.value for n in ast.walk(place) if isinstance(n, ast.Constant)]
            yield module, str(variables[0]) if variables else ast.unparse(place)


WAYS = {"os.environ", "os.environb", "os.getenv", "os.putenv", "environ", "getenv"}


def test_settings_alone_reads_the_environment() -> None:
    touched = {
        place
        for module, (_, tree) in modules().items()
        if module != "search_api.settings"
        for place in environment_of(module, tree)
    }
    assert touched == ENVIRONMENT


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, (_, tree) in modules().items() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_module_is_longer_than_can_be_read_in_one_go() -> None:
    lengths = {name: path.read_bytes().count(b"\n") for name, (path, _) in modules().items()}
    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def dangers(tree: ast.Module) -> Iterator[str]:
    """What runs code that came as data: pickles, remote code, evaluated text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in ("eval", "exec", "__import__", "torch.load", "yaml.unsafe_load"):
                yield f"{name}()"
            for keyword in node.keywords:
                trusted = keyword.arg in ("trust_remote_code", "allow_pickle")
                if trusted and ast.unparse(keyword.value) != "False":
                    yield f"{keyword.arg}={ast.unparse(keyword.value)}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            names.append(getattr(node, "module", None) or "")
            yield from (n for n in names if n.split(".")[0] in ("pickle", "dill", "marshal"))


def test_nothing_runs_code_that_came_as_data() -> None:
    found = {name: list(dangers(tree)) for name, (_, tree) in modules().items()}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import pickle", ["pickle"]),
        ("from pickle import loads", ["pickle"]),
        ("def f():\n    eval('1')", ["eval()"]),
        ("exec(text)", ["exec()"]),
        ("torch.load(path)", ["torch.load()"]),
        ("Model(path, trust_remote_code=True)", ["trust_remote_code=True"]),
        ("Model(path, trust_remote_code=chosen)", ["trust_remote_code=chosen"]),
        ("np.load(path, allow_pickle=True)", ["allow_pickle=True"]),
        ("model.eval(); Model(path, trust_remote_code=False)", []),
    ],
)
def test_the_search_for_dangers_finds_each(line: str, found: list[str]) -> None:
    assert list(dangers(ast.parse(line))) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import torch", Import("m", "torch", late=False, typing=False)),
        ("try:\n    import torch\nexcept ImportError: pass", Import("m", "torch", False, False)),
        ("def f():\n    from torch import nn", Import("m", "torch", late=True, typing=False)),
        ("if TYPE_CHECKING:\n    import torch", Import("m", "torch", late=True, typing=True)),
        ("from indexer import build", Import("m", "indexer.build", late=False, typing=False)),
        ("from indexer import __version__", Import("m", "indexer", late=False, typing=False)),
    ],
)
def test_the_search_for_imports_tells_at_once_from_late(line: str, found: Import) -> None:
    assert list(imports_of("m", ast.parse(line))) == [found]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("os.environ['A']", ("m", "A")),
        ("os.environ.get('A', 'b')", ("m", "A")),
        ("'A' in os.environ", ("m", "A")),
        ("os.getenv('A')", ("m", "A")),
        ("every = os.environ", ("m", "every = os.environ")),
        ("from os import environ", ("m", "from os import environ")),
    ],
)
def test_the_search_for_the_environment_finds_each_way_to_it(
    line: str, found: tuple[str, str]
) -> None:
    assert list(environment_of("m", ast.parse(line))) == [found]


USE = """
import contextlib, importlib, io, pkgutil, sys
import search_api
late = set(sys.argv[3:])
for module in pkgutil.walk_packages(search_api.__path__, "search_api."):
    if module.name not in late and not module.name.endswith("__main__"):
        importlib.import_module(module.name)

from indexer.snapshot.snapshot import open_snapshot
from search_api.cli import run
from search_api.engine.searcher import Searcher
from search_api.http.app import create_app
from search_api.settings import Settings
from pathlib import Path

index = Path(sys.argv[1])
answer = Searcher(open_snapshot(index)).ask(sys.argv[2])
app = create_app(Settings(index=index))
with contextlib.redirect_stdout(io.StringIO()):
    asked = run(["ask", sys.argv[2], "--index", str(index)])
    verified = run(["verify", "--index", str(index)])
print(len(answer.results), len(app.openapi()["paths"]) > 2, asked, verified)
print(*sorted(name for name in sys.modules if "." not in name or name.startswith("indexer.")))
"""


@pytest.mark.slow
def test_answering_never_loads_what_only_building_needs(built: Path) -> None:
    question = "how did cities handle informal settlements?"
    command = [sys.executable, "-c", USE, str(built), question, *IMPORTED_LATE]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)
    said, loaded = done.stdout.splitlines()
    assert said == "7 True 0 0"
    names = set(loaded.split())
    assert {"faiss", "onnxruntime", "indexer.snapshot"} <= names
    heavy = TORCH | {"bm25s", "onnx", "onnxscript", "scipy", "huggingface_hub", "markdown_it"}
    assert names & heavy == set()
    assert {n for n in names if is_in(n, {"indexer"}) and not is_in(n, FORMAT)} == {"indexer"}


SERVED = """
import sys
from fastapi.testclient import TestClient
from pathlib import Path
from search_api.http.app import create_app
from search_api.settings import Settings

with TestClient(create_app(Settings(index=Path(sys.argv[1])))) as client:
    found = client.get("/v1/search", params={"q": "water"}).status_code
    before = "mcp" in sys.modules
    refused = client.post("/mcp").status_code
print(found, before, refused, "mcp" in sys.modules)
"""


ASKED = """
import sys
from search_api.cli import run
run(["ask", "water", "--index", sys.argv[1]])
heavy = {"fastapi", "numpy.ma", "ssl"} & sys.modules.keys()
print(*sorted(heavy), *sorted(name for name in sys.modules if name.startswith("search_api.cli.")))
"""


def last_line(program: str, built: Path) -> str:
    command = [sys.executable, "-c", program, str(built)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_a_server_loads_the_protocol_of_assistants_once_one_asks(built: Path) -> None:
    assert last_line(SERVED, built) == "200 False 400 True"


@pytest.mark.slow
def test_a_question_loads_no_other_command_and_nothing_heavy_in_vain(built: Path) -> None:
    modules = {"ask", "commands", "console", "filtering", "options", "references"}
    assert last_line(ASKED, built) == " ".join(sorted(f"search_api.cli.{m}" for m in modules))
