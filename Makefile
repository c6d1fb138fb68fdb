# make repro: raw text to alignment report.  make test: the tests.  Both set up .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Stages call `python`: inside make it is always the one of .venv.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup repro test lint docs bench results gpu

setup: $(VENV)/.installed

$(VENV)/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("pngnw needs Python 3.11 or newer, %s is %s: make PYTHON=python3.11" % (sys.executable, sys.version.split()[0]) if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.lock
	@# So that the pages of `dvc plots` need no network either.
	$(BIN)/python -m pngnw.tools.report.vega
	@touch $@

# Without .git (an archive, a container) DVC has to be told that there is none.
repro: setup
	@folder='$(CURDIR)'; until [ -e "$$folder/.git" ] || [ "$$folder" = / ]; do folder=$$(dirname "$$folder"); done; \
	[ -e "$$folder/.git" ] || { mkdir -p .dvc; dvc config --local core.no_scm true; }
	dvc repro

test: setup
	@# One thread a process: two workers and what they start share two cores.
	OMP_NUM_THREADS=1 python -m pytest -n 2

lint: setup
	ruff check .
	ruff format --check .
	mypy --strict pngnw

# The pages as a site, in site/; fails on a broken link. (--quiet would overlook them.)
docs: setup
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict

# ONLY=phonemize measures that part alone.
bench: setup
	python -m benchmarks $(ONLY)

# All figures that need nothing from outside of the repository, and the pages that show them.
results: repro
	python -m benchmarks normalization parity phonemize
	python -m benchmarks.tables

# What holds on a GPU; fails where there is none.
gpu: setup
	python -m benchmarks.gpu
