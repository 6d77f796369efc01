# From nothing but Python 3.11 with pip, make and git: `make run` and `make test`.
#
# uv comes from pip into .tools; the environment comes from a lock with a hash for every file, for all platforms, that
# names no package address. `make run` installs what running needs and no more; the tools of `make test` and
# `make check` come on top, in the same .venv, when one of those is asked for.

PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
LOCK := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links --quiet

.PHONY: help env run test check bench fuzz chaos lock format clean

help:  ## what can be asked for
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

env: .venv/.ready  ## the environment alone, in .venv, with the `warmline` command

run: env  ## everything from a fresh clone, with a demo organization, on http://127.0.0.1:8000
	@$(BIN)/warmline serve --demo

test: .venv/.dev  ## everything from a fresh clone, then the whole test suite
	$(BIN)/python -m pytest

check: .venv/.dev  ## format, lint, types, import order, shape, migrations, dependency audit, tests
	$(BIN)/ruff format --check src tests bench examples
	$(BIN)/ruff check src tests bench examples
	$(BIN)/mypy
	$(BIN)/lint-imports
	@sh .ci/audit $(BIN)/pip-audit
	$(BIN)/python -m pytest

bench: .venv/.dev  ## every script of bench/: ours, the peer's and the ratio
	@for script in bench/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

fuzz: .venv/.dev  ## a long run of Schemathesis over the API
	WARMLINE_FUZZ_EXAMPLES=400 $(BIN)/python -m pytest -n0 tests/web/test_fuzz.py -s

chaos: .venv/.dev  ## a long run of the kill test
	WARMLINE_CHAOS_KILLS=100 $(BIN)/python -m pytest -n0 tests/races/test_kills.py -s

format: .venv/.dev
	$(BIN)/ruff format src tests bench examples
	$(BIN)/ruff check --fix src tests bench examples

lock: $(UV)  ## bring both locks up to date
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv .tools

$(UV):
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools uv==0.13.8

.venv/.ready: requirements.lock pyproject.toml | $(UV)
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv
	@$(UV) pip install --quiet --python .venv --require-hashes --requirement requirements.lock
	@$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.ready
	@$(UV) pip install --quiet --python .venv --require-hashes --requirement requirements-dev.lock
	@touch $@
