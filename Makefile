# Nothing but Python 3.13 is needed for `make run` and `make test`; everything else goes into .venv by itself.
PORT ?= 8000
ENV ?= default
VENV ?= .venv

PYTHON := $(firstword $(foreach name,python3.13 python3 python,$(shell command -v $(name) 2>/dev/null)))
BIN := $(VENV)/bin
export SAM_CLI_TELEMETRY = 0

.DEFAULT_GOAL := help
.PHONY: help run talk test lint format build deploy bench lock environment

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target says; do \
		printf '%-14s %s\n' "$$target" "$$says"; done

run: environment ## the whole desk on this machine, with phones to try it: http://localhost:8000 (PORT=…, ERRANDS=register or shop)
	@PORT=$(PORT) ERRANDS=$(ERRANDS) $(BIN)/python -m local

talk: environment ## the same in this terminal
	@PORT=$(PORT) $(BIN)/python -m local.talk

test: environment ## all tests; what the machine lacks is skipped and named (PYTEST="…" for pytest's own options)
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(PYTEST)

lint: environment ## ruff, mypy, the arrows between the rooms, the template
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/sam validate --lint --region ap-south-1

format: environment ## let ruff lay out the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

build: environment ## what is deployed, into .aws-sam
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/sam build --config-env $(ENV)

deploy: build ## build and deploy: the dev stack, or ENV=prod
	$(BIN)/sam deploy --config-env $(ENV)

bench: environment ## the measurements, as tables and bench/results/latest.json
	$(BIN)/python -m bench

lock: environment ## pin what pyproject.toml declares (UPGRADE=1 takes newer versions)
	$(BIN)/python -m ops.house.lock $(if $(UPGRADE),--upgrade)

# The environment is made from the lock, and made again when the lock is another; a copy of the lock inside tells.
environment:
	@cmp -s requirements/dev.txt $(VENV)/locked.txt || { \
		[ -n "$(PYTHON)" ] && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' || { \
			echo "Seba runs on Python 3.13, as Lambda does; found: $$("$(PYTHON)" --version 2>&1 || echo none)." >&2; \
			echo "Install Python 3.13 and have it on the PATH as python3.13, or say: make PYTHON=/path/to/python3.13 …" >&2; \
			exit 1; }; \
		echo "Making $(VENV) from requirements/dev.txt (once, a few minutes at most) …"; \
		"$(PYTHON)" -m venv --clear $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
			--requirement requirements/dev.txt && \
		cp requirements/dev.txt $(VENV)/locked.txt; }
	@$(BIN)/python ops/house/develop.py
