# Everything a newcomer needs, each from a fresh clone: make ask Q="...", make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Passed on through the environment, so that quotes in a question are the question's own.
export Q ?= how did cities handle informal settlements?

.PHONY: ask serve index test test-marked test-all check format bench quality confidence audit soak contract release clean
.DEFAULT_GOAL := ask

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV), once; this takes some minutes ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		-c constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -e '.[dev]'
	@touch $@

# Rebuilt when a document, or the code that reads documents, is newer than the published index.
index: $(INSTALLED)
	@if [ ! -e index/current ] || \
		[ -n "$$(find corpus indexer pyproject.toml -newer index/current -not -name '*.pyc' \
			-not -name __pycache__ -print | head -n 1)" ]; \
	then $(BIN)/citywise index corpus; fi

ask: index
	@$(BIN)/citywise ask "$$Q"

serve: index
	@$(BIN)/citywise serve

MARKED := slow or model or faults or gazetteer or browser or load or security or ray or stores

# Python keeps what it compiled: tests start hundreds of processes with the same modules.
test test-marked: export PYTHONDONTWRITEBYTECODE =

# As many processes as there are cores, each with whole modules.
test: $(INSTALLED)
	@HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n auto --dist loadfile -m "not ($(MARKED))"

# All tests: those with the real model, the whole gazetteer, the public test sets (where they are),
# the faults and the browser (where there is one) too, one after the other.
test-all: test test-marked

test-marked: $(INSTALLED)
	@HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -m "$(MARKED)"

check: $(INSTALLED)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(INSTALLED)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Beside others in short; `python -m benchmarks.peers --help` says how to measure at length.
bench: index
	@$(BIN)/python -m benchmarks.peers --rounds 1 --limit 60 --questions 60 --seconds 3 --out build
	@$(BIN)/python benchmarks/speed.py
	@$(BIN)/python benchmarks/reading.py
	@$(BIN)/python benchmarks/cities.py
	@$(BIN)/python benchmarks/indexing.py corpus --limit 200

# Ranking on the public test sets: a table, and JSON and a plot in benchmarks/results.
quality: $(INSTALLED)
	@$(BIN)/python -m benchmarks.quality

# Fits search_api/engine/confidence.json on the public test sets, and writes what it is worth.
confidence: $(INSTALLED)
	@$(BIN)/python -m benchmarks.confidence

# Every package pinned, with a licence that may be passed on; then what is known against each. The
# second part asks PyPI, and fails on packages that it could not look up; CI, which may have no
# network, runs it with ADVISORIES=--where-reachable.
audit: $(INSTALLED)
	@$(BIN)/python -m scripts.dependencies --check
	@$(BIN)/python -m venv build/audit && build/audit/bin/pip install --quiet 'pip-audit>=2.10'
	@$(BIN)/python -m scripts.advisories $(ADVISORIES)

# What each store promises, and whether it is kept: a table.
contract: $(INSTALLED)
	@HF_HUB_OFFLINE=1 $(BIN)/python -m tests.stores.contract

# Faults and load at full length, then many who ask a server without a pause while its index
# changes: make soak MINUTES=60. Otherwise 30.
soak: $(INSTALLED)
	@CITYWISE_LONG=1 HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -s -m "faults or load"
	@HF_HUB_OFFLINE=1 $(BIN)/python -m tests.load.soak --minutes $(or $(MINUTES),30)

# A wheel, and beside it what it is made of: an SBOM (CycloneDX) and the licences.
release: $(INSTALLED)
	@rm -rf dist && mkdir dist
	@$(BIN)/python -m build --no-isolation --outdir dist
	@$(BIN)/python -m scripts.dependencies > dist/licences.md
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		-o dist/citywise.cdx.json $(BIN)/python
	@ls dist

clean:
	rm -rf $(VENV) index/current index/lock index/snapshots build dist .mypy_cache .ruff_cache .pytest_cache
