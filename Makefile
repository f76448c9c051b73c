# Everything a newcomer needs: `make run` and `make test`. Each sets up what it needs first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUNDLE := build/bundle-venv

.DEFAULT_GOAL := help
.PHONY: help run check test soak bench docs lint bundle bundle-test clean

help: ## show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.ready-run ## set up what is missing and open the window
	@$(BIN)/python main.py

test: $(VENV)/.ready-dev ## ruff, pyright, the import contracts and the tests; stops at the first that fails
	@.ci/check ruff pyright imports pytest

check: $(VENV)/.ready-dev ## what to run before every commit: the same with the fast tests and the changed files only
	@.ci/check ruff imports changed fast

soak: $(VENV)/.ready-dev ## what takes many minutes: whole walks and products of which `make test` tries a part
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n auto --dist worksteal --soak -m soak

lint: $(VENV)/.ready-dev ## the same without pytest
	@.ci/check ruff pyright imports

bench: $(VENV)/.ready-run ## measure speed on this machine, next to the goals
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m benchmarks

docs: $(VENV)/.ready-docs ## build the pages of docs/ into docs/_build/html; every link must lead somewhere
	@$(BIN)/python -m sphinx -W --keep-going -q -b html -d docs/_build/doctrees docs docs/_build/html
	@echo "docs/_build/html/index.html"

bundle: $(BUNDLE)/.ready ## the program in one folder of dist/, without Python, and the same as an archive
	@$(BUNDLE)/bin/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/pyinstaller .ci/bundle/qhm-explorer.spec
	@XZ_OPT=-T0 tar -C dist -cJf dist/qhm-explorer.tar.xz qhm-explorer
	@du -sh dist/qhm-explorer dist/qhm-explorer.tar.xz

bundle-test: ## try what `make bundle` made, without Python on the path
	@$(PYTHON) .ci/bundle/try_bundle.py dist/qhm-explorer

clean: ## remove the environment and every cache
	rm -rf $(VENV) rendered docs/_build docs/_made build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# .ready-run: what the application needs. .ready-dev: the checking tools as well. .ready-docs: what docs/ is built with.
$(VENV)/.ready-run: pyproject.toml .ci/setup .ci/constraints.txt
	@$(PYTHON) .ci/setup $(VENV)
	@touch $@

$(VENV)/.ready-dev: pyproject.toml .ci/setup .ci/constraints.txt
	@$(PYTHON) .ci/setup $(VENV) dev
	@touch $@

$(VENV)/.ready-docs: pyproject.toml .ci/setup .ci/constraints.txt
	@$(PYTHON) .ci/setup $(VENV) docs
	@touch $@

$(BUNDLE)/.ready: pyproject.toml .ci/setup .ci/constraints.txt
	@$(PYTHON) .ci/setup $(BUNDLE) bundle
	@touch $@
