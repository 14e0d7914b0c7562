# Each target sets up what it needs, itself: Python 3.11 or later and a package registry will do.

UV_VERSION := 0.13.9
WORKERS ?= logical# processes that share the tests: a number, or as many as there are cores

# Those for which all test servers come as wheels go first; others may need a C compiler.
PYTHONS := python3.12 python3.11 python3.13 python3.14 python3

export UV_PYTHON_DOWNLOADS := never
# Compiled modules are kept, whatever the machine says: without them each start takes seconds.
export PYTHONDONTWRITEBYTECODE :=
SYNC := .bootstrap/bin/uv sync --frozen --inexact --no-default-groups --extra cluster \
	--compile-bytecode --reinstall-package sluis --python .bootstrap/bin/python
LOCKED := .bootstrap/uv-$(UV_VERSION) pyproject.toml uv.lock hatch_build.py \
	$(shell find src -name '*.po')
PYTEST := .venv/bin/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench faults

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/installed ## install, fill the sandbox and serve on http://localhost:8000
	@SLUIS_WEBHOOKS=development SLUIS_MAILBOX=on exec .venv/bin/sluis run

test: check ## check, run every test on SQLite, and what touches a database on PostgreSQL with Redis
	.venv/bin/python -m tests.servers.programs
	.venv/bin/python -m tests.servers.chromium
	SLUIS_TEST_SERVERS=sqlite $(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=10
	SLUIS_TEST_SERVERS=postgresql $(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=10

check: .venv/installed-test ## formatting, lint, types and import contracts
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports

fix: .venv/installed-test ## format, and mend what can be mended
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

bench: .venv/installed-bench ## the benchmarks, with their peers, as a table
	.venv/bin/python -m bench

faults: .venv/installed-test ## kill processes at many more moments than the tests do
	.venv/bin/python -m tests.servers.programs
	SLUIS_FAULTS=full SLUIS_TEST_SERVERS=sqlite $(PYTEST) tests/server -m faults -n $(WORKERS) --durations=10
	SLUIS_FAULTS=full SLUIS_TEST_SERVERS=postgresql $(PYTEST) tests/server -m faults -n $(WORKERS) --durations=10

# One environment for all: what one of these installs, another leaves in place.

.venv/installed: $(LOCKED)
	$(SYNC)
	@touch $@

.venv/installed-test: $(LOCKED)
	$(SYNC) --group test --group lint
	@touch .venv/installed $@

.venv/installed-bench: $(LOCKED)
	$(SYNC) --group test --group bench
	@touch .venv/installed $@

.bootstrap/uv-$(UV_VERSION):
	@rm -rf .bootstrap
	@for python in $(PYTHONS); do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || { lacking=$$python; continue; }; \
		exec $$python -m venv .bootstrap; \
	done; \
	if [ -n "$$lacking" ]; then \
		echo "$$lacking cannot make environments: on Debian and Ubuntu, apt install $$lacking-venv"; \
	else \
		echo "Sluis needs Python 3.11 or later, and none of these is: $(PYTHONS)"; \
	fi >&2; exit 1
	@.bootstrap/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@
