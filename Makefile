# Kitchen Table. `make run` and `make test` are all a new machine needs.

PY := .venv/bin/python

.PHONY: help run reset test lint unit e2e soak bench setup lock clean
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup:
	@scripts/setup.sh

run: setup  ## start the example agency: a server and two tablets
	@exec $(PY) -m app demo

reset: setup  ## throw the example agency away
	@$(PY) -m app demo reset

lint: setup  ## ruff, the words of the screens, and mypy in strict mode
	@$(PY) -m ruff check .
	@$(PY) scripts/words.py --check
	@$(PY) -m mypy

# pytest's own closing line is the last thing printed.
test: setup lint  ## everything: lint, unit, property, faults, server, views, end to end
	@scripts/chromium.sh
	@scripts/poppler.sh
	@scripts/compiler.sh
	@scripts/postgres.sh --install
	@$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

unit: setup  ## the quick tests, without a browser
	@scripts/poppler.sh
	@scripts/compiler.sh
	@$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not e2e"

e2e: setup  ## the real server, two real tablets, a real browser
	@scripts/chromium.sh
	@scripts/poppler.sh
	@$(PY) -m pytest tests/e2e

soak: setup  ## the full trial counts (long), and the server's tests on a PostgreSQL
	@scripts/chromium.sh
	@scripts/poppler.sh
	@scripts/compiler.sh
	@KT_SOAK=1 $(PY) -m pytest
	@scripts/postgres.sh $(PY) -m pytest tests/server

# BENCH="--large" adds 100 k records. SQLCipher is installed for this target only.
bench: setup  ## the bars of docs/, measured here
	@$(PY) -c 'import sqlcipher3' 2>/dev/null || $(PY) -m pip install -qq --disable-pip-version-check \
		--no-input --require-hashes --no-deps --requirement requirements/bench.txt
	@scripts/pouch.sh
	@$(PY) -m bench $(BENCH)

lock:  ## rewrite the locked requirements (needs uv)
	@scripts/lock.sh

clean:
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .artefacts build dist
