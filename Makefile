# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types contracts suite format lock shots drawings translations clean

run: $(VENV)/.run
	@$(BIN)/python main.py

test: $(VENV)/.test lint types contracts suite

$(VENV)/.run: requirements.lock
	@$(PYTHON) .ci/system.py --python
	@test -x $(BIN)/python || { echo "Creating $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the pinned dependencies (the first time takes a few minutes) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

$(VENV)/.test: requirements.lock requirements-dev.lock
	@$(PYTHON) .ci/system.py --python --libraries
	@test -x $(BIN)/python || { echo "Creating $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the pinned dependencies (the first time takes a few minutes) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@ $(VENV)/.run

lint: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.test
	@$(BIN)/mypy

contracts: $(VENV)/.test
	@$(BIN)/lint-imports

suite: $(VENV)/.test
	@PYTHONDONTWRITEBYTECODE= QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2 --dist loadfile

format: $(VENV)/.test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

shots: $(VENV)/.run
	@$(BIN)/python main.py shots docs/images

drawings: $(VENV)/.run
	@PYTHONPATH=docs QT_QPA_PLATFORM=offscreen $(BIN)/python -m drawn

translations: $(VENV)/.test
	@PYTHONPATH=docs $(BIN)/python -m texts

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
