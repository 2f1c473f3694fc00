# Two commands are all there is to set up: `make demo` and `make test`. Both need Python 3.11 or newer, nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: help demo test quick lint types tests envs engines big prices bench clean
.DELETE_ON_ERROR:

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.venv/pip: # a pip that knows dependency groups
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "keeptabs needs Python 3.11 or newer, not " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@touch $@

.venv/demo: .venv/pip pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo]'
	@touch $@

.venv/dev: .venv/pip pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev -e '.[demo]'
	@touch $@

demo: .venv/demo ## Run a small app against the mock provider and show what it cost
	@$(BIN)/keeptabs demo

test: lint types envs tests ## Everything: lint, types, contracts, data, tests
	@echo "All of it passed."

lint: .venv/dev ## Lint, format, import contracts, spelling, data that is generated
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell src tests docs examples README.md CHANGELOG.md CONTRIBUTING.md
	$(BIN)/python scripts/convert_prices.py --check
	$(BIN)/python scripts/compile_overlay.py --check
	$(BIN)/python scripts/tables.py --check
	$(BIN)/python scripts/conformance.py --check
	$(BIN)/python scripts/recall.py --check

types: .venv/dev ## Types, strictly
	$(BIN)/mypy

envs: .venv/dev ## Side environments for the oldest clients and other majors of the openai SDK
	$(BIN)/python scripts/envs.py

engines: .venv/dev ## Make Phoenix, MLflow and, with Go, the OpenTelemetry Collector, and run the tests against them
	$(BIN)/python scripts/collector.py
	$(BIN)/python scripts/engines.py
	$(BIN)/python -m pytest -m engines

big: .venv/dev ## A month of 1 M calls, and how soon it answers
	@mkdir -p .big && rm -f .big/1m.db
	$(BIN)/python scripts/simulate.py .big/1m.db --calls 1000000 --spread 100
	$(BIN)/python benchmarks/scale.py .big/1m.db

tests: .venv/dev ## The tests
	$(BIN)/python -m pytest -n auto -m 'not engines'

quick: .venv/dev ## The tests that take no more than seconds
	$(BIN)/python -m pytest -n auto -m 'not slow and not engines'

bench: .venv/dev ## Measure against peers, each in an environment of its own
	$(BIN)/python benchmarks/run.py

clean: ## Remove what the targets made
	rm -rf .venv .envs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
