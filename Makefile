# The commands of README.md; each sets up what it needs. On a fresh machine: Python 3.11+, pip, make.
PYTHON ?= python3
INSTANCE ?= instance
# Tests wait for processes, mails and browsers a third of their time, so one more runs than there are processors.
WORKERS ?= $(shell echo $$(( $$(nproc) + 1 )))
UV = uv==0.13.9
BIN = .venv/bin
export UV_PYTHON_DOWNLOADS = never
export UV_LINK_MODE = copy
export PYTHONDONTWRITEBYTECODE =

run: .venv/run
	@exec sh config/campaign.sh serve $(INSTANCE)

setup: .venv/run
	@sh config/campaign.sh setup $(INSTANCE)

demo: .venv/run
	@DEMONSTRATION=yes exec sh config/campaign.sh serve instance/demo

officer: .venv/run
	@sh config/campaign.sh flask $(INSTANCE) desk invite $(EMAIL) --role $(or $(ROLE),owner)

test: rules
	@sh .ci/system-packages
	@TMPDIR="$$(sh .ci/scratch)" $(BIN)/pytest -n $(WORKERS) --dist worksteal

# In under a minute: what tests/speed.py calls fast. Before anything lands, `make test`.
check: rules
	@TMPDIR="$$(sh .ci/scratch)" $(BIN)/pytest -n auto --dist worksteal -m "not slow"

rules: .venv/dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

drills: .venv/dev
	@sh .ci/system-packages drills
	@$(BIN)/python -W ignore -m tests.drills $(if $(LONG),--long) $(if $(PAGE),--page $(PAGE))

bench: .venv/dev
	@sh .ci/system-packages bench
	@$(BIN)/python -m tests.bench $(if $(LONG),--long)

same: .venv/dev
	@$(BIN)/python -m tests.same --before $(BEFORE)

# Locked, hashed dependencies; uv comes from pip and keeps to the Python that is here.
.venv/uv:
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@touch $@

.venv/run: uv.lock | .venv/uv
	@$(BIN)/uv sync --quiet --frozen --inexact --no-dev
	@touch $@

.venv/dev: uv.lock | .venv/uv
	@$(BIN)/uv sync --quiet --frozen --inexact
	@touch $@ .venv/run

.PHONY: run setup demo officer test check rules drills bench same
