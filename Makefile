# Every command of the project. What they need is fetched once, into .cimaise, .venv and node_modules.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

IN := .venv/bin
DJADE := $(IN)/djade --target-version 5.2
BUILT := cimaise/web/theme/static/cimaise/build
OFFICIAL := $(addprefix cimaise/demo/official/,communes.json departements.json regions.json)
CATALOGUES := $(wildcard cimaise/locale/*/LC_MESSAGES/django.po)
FRONT := package.json vite.config.js $(shell find cimaise/web -path '$(BUILT)' -prune -o -type f \( -name '*.js' -o -name '*.css' \) -print)

# What is up to date is known by these files.
PYTHON_READY := .venv/.ready
NODE_READY := node_modules/.ready
FRONT_READY := $(BUILT)/manifest.json
TRANSLATIONS_READY := .cimaise/translations.ready

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile


# --- a portal ---

.PHONY: demo
demo: build ## Publish the demonstration datasets and serve them on 127.0.0.1:8000
	@exec $(IN)/cimaise demo

.PHONY: serve
serve: build ## Serve the portal as it stands
	@exec $(IN)/cimaise serve


# --- while changing the code ---

.PHONY: format
format: tools ## Rewrite Python, JavaScript, CSS and templates in the house's style
	$(IN)/ruff check --fix --exit-zero
	$(IN)/ruff format
	sh make/node biome check --write
	find cimaise -name '*.html' -exec $(DJADE) {} +

.PHONY: messages
messages: tools ## Collect every sentence shown to people into the catalogues of translations
	$(IN)/python make/messages.py

.PHONY: reference
reference: tools ## Write docs/reference/odsql.md from the functions and the tables of tests/spec
	$(IN)/python make/reference.py

.PHONY: fuzz-oracle
fuzz-oracle: SEED ?= $(shell date +%s)
fuzz-oracle: TIMES ?= 10
fuzz-oracle: tools ## Hold the engine against plain Python longer, on other questions (SEED=, TIMES=)
	ORACLE_SEED=$(SEED) ORACLE_TIMES=$(TIMES) $(IN)/python -m pytest -q -n 2 tests/oracle

.PHONY: check
check: check-python check-types check-imports check-front check-house ## Judge the code without running it

.PHONY: check-python
check-python: tools
	$(IN)/ruff format --check
	$(IN)/ruff check

.PHONY: check-types
check-types: export CIMAISE_SECRET_KEY = unused
check-types: tools
	$(IN)/mypy
	$(IN)/ty check

.PHONY: check-imports
check-imports: tools
	$(IN)/lint-imports

.PHONY: check-front
check-front: tools
	sh make/node biome check
	find cimaise -name '*.html' -exec $(DJADE) --check {} +

.PHONY: check-house
check-house: tools
	$(IN)/python -m pytest -q tests/test_house.py

.PHONY: test
test: build ## Run every test, in a real browser too, on SQLite and PostgreSQL
	sh make/test

.PHONY: coverage
coverage: build ## The same with a report of the lines that no test runs, in htmlcov
	sh make/test --cov --cov-report=
	$(IN)/coverage report --skip-covered --skip-empty
	$(IN)/coverage html --quiet

.PHONY: bench
bench: build ## Measure publishing and answering beside bare DuckDB and Datasette
	$(IN)/python -m bench

.PHONY: fuzz
fuzz: build ## Send whatever comes to the languages and to the API (FUZZ_SECONDS=600)
	$(IN)/python -m fuzz

.PHONY: requirements
requirements: ## Pin anew what pyproject.toml asks for (UPGRADE=--upgrade takes newer versions)
	sh make/requirements $(UPGRADE)


# --- what the others stand on ---

.PHONY: tools
tools: $(PYTHON_READY) $(NODE_READY)

.PHONY: build
build: $(PYTHON_READY) $(FRONT_READY) $(OFFICIAL) $(TRANSLATIONS_READY) ## Build front end and translations

.PHONY: wheel
wheel: build ## Build the wheel into dist and try it in an empty environment
	rm -rf dist
	$(IN)/python -m hatchling build -t wheel
	sh make/try-wheel

.PHONY: clean
clean: ## Remove all that was fetched and built; the portal's own data in var stays
	rm -rf .cimaise .venv node_modules dist '$(BUILT)' cimaise/demo/official htmlcov .coverage*
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find cimaise/locale -name '*.mo' -delete

$(PYTHON_READY): requirements/dev.txt requirements/uv.txt pyproject.toml
	sh make/environment
	@touch $@

$(NODE_READY): package-lock.json .npmrc | $(PYTHON_READY)
	sh make/node npm ci --no-progress
	@touch $@

$(FRONT_READY): $(FRONT) $(NODE_READY)
	sh make/node npm run build --silent -- --logLevel warn
	@touch $@

cimaise/demo/official/%: $(NODE_READY)
	@mkdir -p cimaise/demo/official
	cp node_modules/@etalab/decoupage-administratif/data/$* $@

$(TRANSLATIONS_READY): $(CATALOGUES) make/translations.py | $(PYTHON_READY)
	$(IN)/python make/translations.py
	@touch $@
