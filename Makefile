.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

help: ## List the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(INSTALLED): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[postgres,demo]' --group dev
	touch $@

setup: $(INSTALLED) ## Create .venv with all that the commands and the tests need

demo: setup ## Run the main job: carriers, polls, pages and notices on a fast clock
	$(BIN)/track-service demo --port $(PORT)

test: setup ## Run the whole test suite
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered

lint: setup ## Check style, types and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

migrate: setup ## Write a migration for what changed in the models
	$(BIN)/flask --app track_service.wsgi db revision --autogenerate

docs: setup ## Make docs/carriers.md anew from the adapters
	$(BIN)/track-service carriers --markdown > docs/carriers.md

catalogues: setup ## Bring the translations up to date with the messages
	$(BIN)/python -m scripts.catalogues

gallery: setup ## Make docs/gallery anew: every state in a real browser
	$(BIN)/python -m scripts.gallery

bench: setup ## Measure ratios against limits of the same run
	$(BIN)/python -m bench

.PHONY: help setup demo test lint migrate docs catalogues gallery bench
