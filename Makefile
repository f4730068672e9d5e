# Every target sets itself up on a fresh clone: it needs python3 (3.11 or newer, with venv) and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.floorcast-ready
WORKERS ?= 2
TIMES ?= 3
PAIRS ?= 10000
PARTS ?=

.PHONY: help compare app test quick lint types compiled unit coverage docs verify bench lock clean

help:
	@echo "make compare  the flagship week under three routing policies"
	@echo "make app      the web page"
	@echo "make test     ruff, mypy and all tests"
	@echo "make quick    what changes most often breaks, in half a minute"
	@echo "make lint     ruff and mypy only"
	@echo "make coverage all tests, and which lines no test reaches"
	@echo "make docs     the manual as a site, in build/site"
	@echo "make verify   theory and published results, then fresh generated scenarios against laws and other simulators: about an hour"
	@echo "make bench    speed beside SimPy, Ciw and a C loop, growth, plans, commands, page; kept in results/ (parts: PARTS=\"peers page\")"
	@echo "make clean    remove .venv and caches"

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Floorcast needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]} (name another with PYTHON=...)")'
	@test -x $(BIN)/python || { echo "creating .venv"; $(PYTHON) -m venv .venv; }
	@echo "installing the locked dependencies into .venv (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@mkdir -p .venv/source && ln -sfn ../../sim .venv/source/floorcast
	@touch $@

compare: $(READY)
	$(BIN)/floorcast compare scenarios/airline_week.yaml

app: $(READY)
	$(BIN)/floorcast app

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy

types: $(READY)
	$(BIN)/mypy

# The model is compiled once before the tests rather than by every worker at the same time.
compiled: $(READY)
	@$(BIN)/python -c "from floorcast.cli.compiling import compile_first; compile_first()"

unit: compiled
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

# mypy reads while the model is compiled and the first tests run.
test: $(READY)
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory -j 2 types unit

quick: $(READY)
	$(BIN)/ruff check .
	$(BIN)/pytest -q -x tests/unit/test_import_direction.py tests/unit/test_docs.py tests/unit/scenario tests/unit/policy tests/unit/measures tests/unit/study

# Compiled code runs where no tracer sees it; its lines are counted by the tests that run it uncompiled.
coverage: $(READY)
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal --cov=floorcast --cov-report=term-missing:skip-covered --cov-report=html:build/coverage

docs: $(READY)
	@{ echo "# Manual of the files"; echo; for kind in scenario policy people; do $(BIN)/floorcast schema $$kind --manual; done; } > docs/manual.md
	$(BIN)/mkdocs build --quiet --strict
	@echo "build/site/index.html"

# The generated scenarios are fresh ones each time, and three times as many as in `make test`.
verify: $(READY)
	@echo "1 of 3: 133 figures of theory and of the literature, some minutes on two idle cores"
	$(BIN)/floorcast verify
	@echo "2 of 3: generated scenarios, small plans beside all there are, and a hundred plans on new seeds, half an hour or so"
	FLOORCAST_GENERATE=$(TIMES) $(BIN)/pytest -q -n $(WORKERS) --dist worksteal tests/equivalence tests/model/test_laws.py tests/model/test_metamorphic.py tests/model/test_large_jumps.py tests/unit/model tests/unit/planning/test_schedule.py tests/verification/test_plans.py tests/unit/history/test_coverage.py tests/unit/history/test_fit.py tests/unit/study/test_adjusting.py tests/unit/what_if/test_cluster.py tests/unit/what_if/test_ranking.py
	@echo "3 of 3: $(PAIRS) pairs of scenario and policy on both clocks, some ten a second (PAIRS=1000 for fewer)"
	$(BIN)/python -m tests.campaign --pairs $(PAIRS)

bench: $(READY)
	$(BIN)/python -m tests.benchmarks $(PARTS)
	$(BIN)/python -m tests.benchmarks.year_of_contacts

lock: $(READY)
	@{ sed -n '/^#/p' requirements.lock; $(BIN)/pip freeze --exclude floorcast --exclude-editable; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock && touch $(READY)

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .numba_cache build dist
