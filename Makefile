# Each target does its own set-up: a virtual environment in .venv from the lock file.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test checks suite lint format types e2e bench pictures moments lock snapshots clean

$(READY): requirements-dev.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "make: no python3 found: install Python 3.11, 3.12 or 3.13"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "make: k8stui needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) -V): run make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "make: this Python has no venv module: install it (Debian and Ubuntu: apt install python3-venv) and run make again"; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)            ## the program on its embedded cluster
	@$(BIN)/k8stui --demo

test: $(READY)            ## everything a change must pass: the checks beside the tests, which wait a third of their time
	@$(MAKE) --no-print-directory --jobs 2 checks suite

checks: lint types

suite: $(READY)
	@$(BIN)/python -m compileall -q k8stui tests  # the many children of the tests start from bytecode
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal --reruns 1  # bytecode: whatever the shell says

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(READY)
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

e2e: $(READY)             ## against a real cluster: K8STUI_E2E_KUBECONFIG=FILE make e2e
	$(BIN)/python -m pytest tests/e2e -m e2e --reruns 1

bench: $(READY)           ## the budgets, measured; K8STUI_E2E_KUBECONFIG adds a real cluster
	$(BIN)/python -m benchmarks

pictures: $(READY)        ## docs/*.svg, made from the demo
	$(BIN)/python -m benchmarks.pictures

moments: $(READY)         ## the demo's first moments, from their played pasts (k8stui/demo/scenario)
	$(BIN)/python -m k8stui.demo.scenario

snapshots: $(READY)       ## accept what the screens look like now
	$(BIN)/python -m pytest -n 2 -m "not e2e" --snapshot-update

lock: $(READY)            ## requirements-dev.lock from pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --extra dev --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache
