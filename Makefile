# make run    sets up and serves the platform on http://127.0.0.1:8000
# make test   sets up and runs every check and every test
# make check  only the checks: lint, types, imports, migrations, translations
# make bench  measures: confirmations a second, pages with a history of years, live lists (docs/measurements.md)
# make soak   sends a lane through a thousand days on which everything around it fails (REAL=3: with real programs)
# make lock   renews the locked dependencies after a change of pyproject.toml (needs uv)

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
INSTALL = $(or $(PYTHON),python3) src/cuakhauso/runtime/install.py
BIN = .venv/bin

.PHONY: run bench soak test check lock install install-dev

run: install
	@exec $(BIN)/cuakhauso run

install:
	@$(INSTALL) runtime

install-dev:
	@$(INSTALL) dev
	@$(BIN)/cuakhauso compile-translations

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	CUAKHAUSO_DATA=var/check $(BIN)/cuakhauso manage makemigrations --check --dry-run
	test ! -e src/cuakhauso/centre/web/translations.py || $(BIN)/python -m cuakhauso.centre.web.translations check

# Three parts: quick ones, with those that live by the clock and mostly wait; slow ones; browsers. Many
# wait more than they compute, hence more workers than processors. What is compiled is kept, whatever the surroundings say:
# half of the time in which tests are collected, and programs started, would go into compiling. The hostile input's cases
# are drawn while it is collected, which takes seconds: only the slow part looks at it.
# CUAKHAUSO_API_EXAMPLES=50 and CORE_EXAMPLES=5000 search deeper.
test: export PYTHONDONTWRITEBYTECODE =
test: check
	@$(INSTALL) tools
	$(BIN)/pytest -m "not browser and not slow" -n 4 --ignore tests/api/test_hostile_input.py
	$(BIN)/pytest -m "slow and not browser" -n 2 --maxschedchunk 1
	$(BIN)/pytest -m browser -n 3 --maxschedchunk 1 --ignore tests/api/test_hostile_input.py

# QUICK=1 for small samples; BENCH_CROSSINGS, BENCH_DATA and PORT are honoured. ONLY=live takes one part.
bench: install
	$(BIN)/python -m bench $(ONLY)

# Centre killed, network cut, node killed twice, its clock wrong: three quarters of an hour on two processors.
# DAYS=20 for a few. REAL=3 lives three days with real programs instead: VEHICLES=500 in each, FASTER=30 than life.
soak: install
	$(BIN)/python -m $(if $(REAL),bench.real $(REAL),bench.soak $(DAYS))

lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-header -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-header -c requirements.lock -o requirements-dev.lock
