# Every command of the project. What needs Python makes its own environment in .venv first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
# Of a module's tests one worker runs all; tests/conftest.py puts the modules in order.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder
LAUNCHERS := $(wildcard cmd/*.py)
# How many seconds `make soak` takes. (SECONDS would be the shell's own.)
DURATION := 600
# The clients that TypeScript's generators make; npm keeps what it installs beside the lock file.
CLIENTS := tests/clients/typescript
# Programs that `make programs-check` runs; Debian's packages have the same names.
PROGRAMS := chromium khal nginx
# The checkouts that `make structure` measures.
TREES := .

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run migrate peopleinfo test test-all check format format-check lint types imports spec \
	migrations-check generate \
	generate-check clients-check programs-check soak drills data bench structure lock wheel clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp  ## serve in demo mode, with a database of its own; ARGS="--port 8001" adds flags
	@exec $(BIN)/python cmd/server.py --demo $(ARGS)

migrate: $(VENV)/run.stamp  ## bring the database up to date; ARGS=status tells, ARGS=rollback steps back
	@exec $(BIN)/python cmd/migrate.py $(or $(ARGS),apply)

peopleinfo: $(VENV)/run.stamp  ## serve the pseudo people-info service
	@exec $(BIN)/python cmd/peopleinfo.py $(ARGS)

test: $(VENV)/dev.stamp  ## run the tests but the long ones; ARGS="-k report" chooses some
	$(PYTEST) -m "not long" $(ARGS)

test-all: $(VENV)/dev.stamp  ## run all tests, and let those that try examples try more
	$(PYTEST) --hypothesis-profile thorough

check: format-check lint types imports spec migrations-check generate-check test-all clients-check programs-check  ## run all that CI runs

format: $(VENV)/dev.stamp  ## lay out the code
	$(BIN)/ruff check --select I --fix
	$(BIN)/ruff format

format-check: $(VENV)/dev.stamp  ## tell whether the code is laid out
	$(BIN)/ruff format --check

lint: $(VENV)/dev.stamp  ## look for mistakes and bad style
	$(BIN)/ruff check

types: $(VENV)/dev.stamp  ## check the types
	$(BIN)/mypy timetrack tests tools bench $(LAUNCHERS)

imports: $(VENV)/dev.stamp  ## check that no import crosses a border
	$(BIN)/lint-imports

spec: $(VENV)/dev.stamp  ## check that the contracts are OpenAPI
	$(BIN)/openapi-spec-validator api/openapi.yaml api/peopleinfo.yaml

migrations-check: $(VENV)/dev.stamp  ## check that no migration stops those who work
	$(BIN)/squawk migrations/*.sql

generate: $(VENV)/dev.stamp  ## write what is generated from the contract and from the migrations
	$(BIN)/python -m tools.generate_contract
	$(BIN)/python -m tools.generate_schema

generate-check: $(VENV)/dev.stamp  ## tell whether what is generated is up to date
	$(BIN)/python -m tools.generate_contract --check
	$(BIN)/python -m tools.generate_schema --check

clients-check: $(VENV)/clients.stamp  ## generate clients by other people's generators, and have each do a session
	$(PYTEST) tests/clients $(ARGS)

programs-check: $(VENV)/programs.stamp  ## try it with other people's programs: nginx, Chromium, calendars, pandas
	@missing=; for program in $(PROGRAMS); do command -v $$program >/dev/null || missing="$$missing $$program"; done; \
		test -z "$$missing" || { echo "Missing programs; on Debian: apt install$$missing"; exit 1; }
	$(PYTEST) tests/programs $(ARGS)

soak: $(VENV)/dev.stamp  ## kill everything while clients work, for DURATION=600 seconds; ARGS=--calm kills nothing
	$(BIN)/python -m tests.reliability.soak --seconds $(DURATION) $(ARGS)

drills: $(VENV)/dev.stamp  ## stop the server, and have its database locked, hanging, away and full; needs root
	$(BIN)/python -m tests.drills.stop_under_load --stops 4 $(ARGS)
	$(BIN)/python -m tests.drills.outages
	$(BIN)/python -m tests.drills.full_disk
	$(BIN)/python -m tests.drills.unread_reports

data: $(VENV)/run.stamp  ## fill the database; ARGS="--users 1000 --tasks 100 --entries 1000000" says how far
	$(BIN)/python -m tools.generate_data $(ARGS)

bench: $(VENV)/dev.stamp  ## measure how fast it is, and write docs/performance.md; needs wrk and a quiet machine
	$(BIN)/python -m bench $(ARGS)

structure: $(VENV)/dev.stamp  ## measure how easily one finds one's way; TREES="../before ." compares two checkouts
	$(BIN)/python -m tools.measure_structure $(TREES) $(ARGS)

lock: $(VENV)/dev.stamp  ## write requirements*.txt anew from pyproject.toml; ARGS=--upgrade takes the newest versions
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements.txt
	$(LOCK) $(ARGS) pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt
	$(LOCK) $(ARGS) --group clients --constraints requirements-dev.txt --output-file requirements-clients.txt
	$(LOCK) $(ARGS) --group programs --constraints requirements-dev.txt --constraints requirements-clients.txt --output-file requirements-programs.txt
	$(LOCK) $(ARGS) --group build --constraints requirements-dev.txt --output-file requirements-build.txt

wheel: $(VENV)/dev.stamp  ## build dist/timetrack-*.whl
	$(BIN)/python -m build --no-isolation

clean:  ## remove the environment, and what was built or cached
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: requirements.txt $(VENV)/made.stamp
	$(INSTALL) -r $<
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/made.stamp
	$(INSTALL) -r $<
	@touch $@

$(VENV)/clients.stamp: requirements-clients.txt $(CLIENTS)/package-lock.json $(VENV)/dev.stamp
	$(INSTALL) -r $<
	cd $(CLIENTS) && npm ci --silent --ignore-scripts
	@touch $@

$(VENV)/programs.stamp: requirements-programs.txt $(VENV)/dev.stamp
	$(INSTALL) -r $<
	@touch $@

$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'TimeTrack needs Python 3.11 or newer: make PYTHON=/path/to/python3'; exit 1; }
	@mkdir -p $(VENV) 2>/dev/null && test -w $(VENV) || \
		{ echo 'make cannot write to $(VENV) here: copy the checkout to a folder of your own, or choose another' \
			'place for the environment: make VENV=/path/to/environment'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo 'Python came without venv: on Debian and Ubuntu, apt install python3-venv'; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo 'Python could not make an environment in $(VENV); what it says is above'; exit 1; }
	@touch $@
