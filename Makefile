# What a person runs here. `make demo` and `make test` need python3 (3.11 or later), make and git;
# everything they install goes into .venv inside this folder, and from a lock with hashes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
SEEDS ?= 0:10000

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench campaign fuzz mutants verifier reference screenshots clean

help:
	@echo 'make demo       two rooms on this machine, from founding to a power cut and back'
	@echo 'make test       all checks and tests; ends with the summary of the test runner'
	@echo 'make lint       the checks alone: style, types, imports'
	@echo 'make bench      the speed of this machine, with the scripts in bench/'
	@echo 'make campaign   many simulated histories (SEEDS=$(SEEDS))'
	@echo 'make fuzz       hostile bytes for the parsers, until stopped or the time is up'
	@echo 'make mutants    take out each check in turn; a test must notice every time'
	@echo 'make verifier   pack the verifier, as one file for Python and as one page for a browser, into build/'
	@echo 'make screenshots  the pages of the desk as pictures, into build/screens and docs/images'
	@echo 'make reference  print docs/reference anew from the source'
	@echo 'make clean      remove .venv, build/ and every cache'

demo: $(READY)
	@$(BIN)/backchannel demo

# The summary of pytest stays the last thing on the screen. The page is tested in a real Chromium, and
# the relay with a real PostgreSQL.
test: lint
	@$(BIN)/python tools/needed.py >/dev/null
	@$(BIN)/python -m pytest -n 3

lint: $(READY)
	@$(BIN)/ruff check && $(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(READY)
	@$(BIN)/python bench/run.py

campaign: $(READY)
	@$(BIN)/backchannel sim --seeds $(SEEDS)

fuzz: $(READY)
	@$(BIN)/python tools/fuzz.py

mutants: $(READY)
	@$(BIN)/python tools/mutants.py

verifier: $(READY)
	@$(BIN)/python tools/verifier.py
	@$(BIN)/python tools/page.py

reference: $(READY)
	@$(BIN)/python tools/errors.py --write
	@$(BIN)/python tools/reference.py --write
	@$(BIN)/python tools/api.py --write
	@$(BIN)/python tools/forms.py --write
	@$(BIN)/python tools/phrases.py --write

screenshots: $(READY)
	@$(BIN)/python -m tests.desk.screens

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One environment serves the demo and the tests: it is made once, and again only when the lock or
# the project file changes. The mark inside it is written last, so a broken install is repeated.
$(READY): requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || \
	  { echo 'make: there is no $(PYTHON); install Python 3.11 or later' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'make: $(PYTHON) is too old; Backchannel needs Python 3.11 or later' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'make: $(PYTHON) lacks its venv module; install python3-venv' >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo 'make: installing the locked dependencies into $(VENV)'
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
