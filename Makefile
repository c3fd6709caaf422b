.PHONY: setup demo test nightly lint bench docs
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

$(VENV)/ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

setup: $(VENV)/ready

demo: setup
	$(BIN)/watchfloor demo

test: setup
	$(BIN)/python -m pytest -n auto

nightly: setup
	WATCHFLOOR_EXAMPLES=20000 WATCHFLOOR_EVERYTHING=1 $(BIN)/python -m pytest -n auto \
		tests/detect/test_sigma_reference*.py tests/detect/test_correlation_engine.py

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/codespell
	$(BIN)/python docs/generate.py --check

bench: setup
	$(BIN)/python benchmarks/pipeline.py tests/data/attack_day

docs: setup
	$(BIN)/python docs/generate.py
