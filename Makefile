# `make help` lists what there is to do. Everything happens in .venv, with the versions that constraints.txt pins.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet -c constraints.txt --build-constraint constraints.txt
PYTEST := $(BIN)/python -m pytest
SPHINX := $(BIN)/python -m sphinx -q -W --keep-going

# One thread a process: the tests run in two processes, and figures stay the same on any machine.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export PIP_ROOT_USER_ACTION ?= ignore

.PHONY: help setup run test check wheel-check docs bench clean system-packages

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/dev.stamp ## Install everything: the package, its extras, what tests and documentation need

run: $(VENV)/run.stamp ## Install what running needs, then make synthetic data from examples/adult.csv.gz
	$(BIN)/likewise synth examples/adult.csv.gz

test: $(VENV)/dev.stamp system-packages ## Run all tests (skipped ones say why)
	$(PYTEST) -n 2 --dist loadfile -rs

check: $(VENV)/dev.stamp ## Check format, lint, types, import rules, documentation and every example in it
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(SPHINX) -b html docs docs/_build/html
	$(PYTEST) --doctest-modules --doctest-glob='*.md' src docs

wheel-check: $(VENV)/dev.stamp ## Build the wheel, install it alone in an empty environment, draw a first sample
	@bash .ci/wheel-check "$(BIN)/python" "$(CURDIR)"

docs: $(VENV)/dev.stamp ## Build the documentation into docs/_build/html
	$(SPHINX) -b html docs docs/_build/html
	@echo "open docs/_build/html/index.html"

bench: $(VENV)/dev.stamp ## Measure fidelity, privacy and cost on four real tables beside the peers (BENCH='--seeds 3')
	$(BIN)/python benchmarks/quality.py $(BENCH)

clean: ## Remove the environment and everything that was built
	rm -rf "$(VENV)" build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps hold what was installed, so that a second `make setup` does nothing.
$(VENV)/pip.stamp: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=...")'
	@test -x "$(BIN)/python" || $(PYTHON) -m venv "$(VENV)"
	@$(PIP) install --quiet "$$(grep -m1 '^pip==' constraints.txt)"
	@touch $@

$(VENV)/run.stamp: pyproject.toml $(VENV)/pip.stamp
	@echo "installing likewise into .venv"
	@$(INSTALL) -e .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml $(VENV)/pip.stamp
	@echo "installing likewise, its extras and the developers' tools into .venv"
	@$(INSTALL) -e '.[all]' --group dev
	@$(INSTALL) --no-deps --group schemas
	@touch $(VENV)/run.stamp $@

# A real PostgreSQL and a real browser: installed when that can be done, else the tests that need them are skipped.
system-packages:
	@need() { \
	  echo "installing $$1 with apt-get, for the tests"; \
	  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq install -y --no-install-recommends "$$1"; } \
	    >/dev/null 2>&1 || echo "$$1 cannot be installed here: the tests that need it are skipped"; }; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  { ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; } >/dev/null 2>&1 || need postgresql; \
	  command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || need chromium; \
	fi
