# `make demo` and `make test` are all a newcomer needs; each sets itself up.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
SEED ?= $(shell date +%s)
# Each of the many processes that the tests start would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test unit fuzz check lock bench bench-first-token bench-runlog bench-page load lighthouse screenshots tables vendor clean

demo: $(VENV)/.demo  ## the page, the server and an embedded Coze, on PORT (8000)
	$(BIN)/coze-web demo

test: $(VENV)/.test  ## every test: unit, end to end, browser, JavaScript
	$(BIN)/python -m coverage run -m pytest
	$(BIN)/python -m coverage report
	@if command -v node >/dev/null; then node --test tests/js/*.test.js; \
	else echo "node not found: the JavaScript tests did not run (any Node from 20.19 will do)"; test -z "$$CI"; fi

unit: $(VENV)/.test  ## the tests that start no server: the house, the SDK, the log of runs
	$(BIN)/python -m pytest --ignore tests/e2e --ignore tests/api --ignore tests/browser --ignore tests/coze --ignore tests/runlog --ignore tests/faults --ignore tests/fuzz
	$(BIN)/python -m pytest tests/coze
	$(BIN)/python -m pytest tests/runlog

fuzz: $(VENV)/.test  ## 100,000 random inputs to the parsers, the settings and the chat; SEED=... repeats a run
	$(BIN)/python -m pytest tests/fuzz --hypothesis-profile=fuzz --hypothesis-seed=$(SEED) \
		--hypothesis-show-statistics --timeout=600

check: $(VENV)/.test  ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench  ## coze-web beside its peers: CPU, memory and latency; a quarter of an hour on an idle machine
	$(BIN)/python -m bench

bench-first-token: $(VENV)/.test  ## how much later the first token comes than from Coze itself
	$(BIN)/python -m bench.first_token

bench-runlog: $(VENV)/.test  ## the log of runs with 1,000,000 of them: some fifteen minutes, 3 GB
	$(BIN)/python -m bench.runlog

bench-page: $(VENV)/.test  ## how smoothly the page shows 100 KB of Markdown while it is written: two minutes, Chromium
	$(BIN)/python -m bench.page

load: $(VENV)/.bench  ## 1,000 chats at once, a quarter of them in trouble: what is lost, what leaks; some three minutes
	$(BIN)/python -m bench.soak

lighthouse: $(VENV)/.test  ## Lighthouse's scores of the page, from npm: on a quiet machine, so no part of `make test`
	$(BIN)/python -m bench.lighthouse

screenshots: $(VENV)/.test  ## the pictures of the README, taken by the browser tests
	COZE_WEB_SCREENSHOTS=$(CURDIR)/docs/images $(BIN)/python -m pytest tests/browser -k screenshot

vendor: | $(BIN)/python  ## the page's libraries anew from npm, at the versions of coze_web/static/vendor/manifest.json
	$(BIN)/python -m tools.vendor

tables: $(VENV)/.test  ## the tables in docs/ that the code knows best: error codes, settings
	$(BIN)/python -m tools.tables

lock: $(VENV)/.test  ## the exact versions and hashes anew, for every Python and platform
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --extra otel --group dev pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --extra otel --constraint requirements-dev.txt --group bench pyproject.toml -o requirements-bench.txt

clean:
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache *.egg-info

$(VENV)/.demo: requirements.txt pyproject.toml | $(BIN)/python
	$(call install,requirements.txt)
	touch $@

$(VENV)/.test: requirements-dev.txt pyproject.toml | $(BIN)/python
	$(call install,requirements-dev.txt)
	touch $@

$(VENV)/.bench: requirements-bench.txt pyproject.toml | $(BIN)/python
	$(call install,requirements-bench.txt)
	touch $@

$(BIN)/python:
ifdef UV
	$(UV) venv --quiet --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

ifdef UV
define install
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1)
	$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
endef
else
define install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
endef
endif
