# The verbs of this project; `make` alone lists them. `make demo` and `make test` need nothing done before.

export PYTHON
UV ?= uv
BIN := .venv/bin
CODE := src tests scripts gallery hatch_build.py $(wildcard bench)
PROSE := README.md CONTRIBUTING.md CHANGELOG.md Makefile docs

# How a long suite knows which of its two counts to take: `make nightly` sets it.
export RESSENTI_NIGHTLY

.DEFAULT_GOAL := help
.PHONY: help setup demo gallery test lint format types imports messages check-messages pytest quick bench nightly coverage docs wheel pins clean
MAKEFLAGS += --no-print-directory

help:  ## List the verbs
	@sed -n 's/^\([a-z-]*\):.*  ## /\1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "make %-16s %s\n", $$1, $$2}'

setup:  ## Make .venv with every pinned package, the assets and the translations; quick when nothing changed
	@sh scripts/python.sh scripts/prepare.py work

demo:  ## Set up, fill the demonstration, serve it and print its address (ARGS=… for options)
	@sh scripts/python.sh scripts/prepare.py use
	@$(BIN)/ressenti demo $(ARGS)

gallery: setup  ## Serve every part of the pages in every state and print the address (ARGS=PORT for another port)
	@$(BIN)/python -m gallery $(ARGS)

test: setup  ## Run every check that CI runs
	@$(BIN)/python -m scripts.browser
	@$(BIN)/python -m scripts.clickhouse
	@$(MAKE) lint types imports check-messages
	@$(MAKE) pytest

lint: setup  ## Check how the code and the prose read
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/codespell src $(PROSE)

format: setup  ## Write the code the one way
	@$(BIN)/ruff check --fix-only --quiet $(CODE)
	@$(BIN)/ruff format $(CODE)

types: setup  ## Check the types
	@$(BIN)/mypy $(CODE)

imports: setup  ## Check that imports go the way the data goes
	@$(BIN)/lint-imports --no-logo

check-messages: setup  ## Check that every sentence is translated
	@$(BIN)/python scripts/messages.py check

messages: setup  ## Bring the catalogues up to date with the code, and compile them
	@$(BIN)/python scripts/messages.py update
	@$(BIN)/python scripts/messages.py compile

pytest: setup  ## Run the tests (ARGS=tests/record for some of them)
	@$(BIN)/python -m pytest -n 2 --dist loadscope $(ARGS)

quick: setup  ## Run, in a few minutes, the checks and the tests that a change touches
	@$(MAKE) lint types imports check-messages
	@$(BIN)/python -m scripts.quick

nightly: RESSENTI_NIGHTLY = 1
nightly: test  ## The same checks with the long counts: more examples, more rounds

coverage: setup  ## Say which lines no test runs
	@$(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage report

bench: setup  ## Measure speed and memory (ONLY=name for one measure, SIZE=rows)
	@$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) $(if $(SIZE),--size $(SIZE))

docs: setup  ## Write again the pages that are made from the code
	@$(BIN)/python scripts/refusals.py
	@$(BIN)/python scripts/references.py
	@$(BIN)/python scripts/examples.py

wheel: setup  ## Build the package into dist/
	@$(BIN)/python -m hatchling build

pins:  ## Choose the versions of the packages anew (needs uv)
	@sh scripts/pins.sh $(UV)

clean:  ## Remove everything that is made
	@rm -rf .venv node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf src/ressenti/web/static/vendor src/ressenti/locale/*/LC_MESSAGES/*.mo
