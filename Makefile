# Tradepost for people: `make run` and `make test`. Everything else is for those who build it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYENV_ROOT ?= $(HOME)/.pyenv
empty :=
space := $(empty) $(empty)
export PATH := $(PATH):$(subst $(space),:,$(wildcard $(PYENV_ROOT)/versions/3.13*/bin $(PYENV_ROOT)/versions/3.12*/bin)):$(HOME)/.local/bin
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
PY := .venv/bin/python
export UV_NO_PROGRESS := 1
# Every process would compile nine hundred files anew where this is set.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check bench lock format breach mutate mutants messages release clean

help:
	@echo "make run     set everything up and start Tradepost with its demo shop"
	@echo "make test    run the whole test suite"
	@echo "make check   lint, format, types, floors, migrations, templates, house tests"
	@echo "make bench   run the benchmarks (NAME=send for one)"
	@echo "make breach  break a copy of the product on purpose and see the whole proof turn red (NAME=written, or words of one)"
	@echo "make mutate  break every promise on purpose and see its check turn red"
	@echo "make mutants  make small mistakes in sums, settling, order state and consent; tests must notice (NAME=totals for one)"
	@echo "make messages  bring the translations' catalogues up to date"
	@echo "make release TAG=v0.1.0  make wheel, list of parts, image and sums from a tag"

run: .venv/.run
	@exec .venv/bin/tradepost up

# A path that is not there would end in "no tests ran", without its name.
# The order of the files is that of tests/order.py.
test: .venv/.dev
	@for word in $(ARGS); do case "$$word" in -*) ;; */*|*.py*) \
	  [ -e "$${word%%::*}" ] || { echo "There is no $${word%%::*} to test."; exit 2; };; esac; done
	$(PY) -m pytest -n $${TEST_PROCESSES:-2} --dist loadfile --no-loadscope-reorder -q $(ARGS)

check: .venv/.dev
	@bash tests/house/check.sh

bench: .venv/.dev
	@$(PY) bench/run.py $(NAME)

breach: .venv/.dev
	$(PY) -m tests.breaches $(NAME)

mutate: .venv/.dev
	$(PY) -m pytest tests/promises -q $(ARGS)

mutants: .venv/.dev
	@$(UV) pip install -q --python $(PY) 'mutmut>=3.8,<4'
	$(PY) -m tests.mutants $(NAME)

messages: .venv/.dev
	$(PY) -m tests.house.messages

release: .venv/.dev
	@[ -n "$(TAG)" ] || { echo "Say which tag: make release TAG=v0.1.0"; exit 2; }
	$(PY) deploy/release $(TAG)

format: .venv/.dev
	.venv/bin/ruff check --fix -q . || true
	.venv/bin/ruff format -q .

lock: .tools/bin/uv
	$(UV) pip compile -q --universal --generate-hashes --no-annotate pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --no-annotate --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv .tools dist build

.tools/bin/uv:
	@command -v python3 >/dev/null || { echo "Tradepost needs python3 and pip; on Debian: apt install python3 python3-pip make"; exit 1; }
	@python3 -m pip --version >/dev/null 2>&1 || { echo "Tradepost needs pip; on Debian: apt install python3-pip"; exit 1; }
	@echo "Fetching uv …"
	@here="$$PWD"; cd / && python3 -m pip install --quiet --no-cache-dir --disable-pip-version-check --root-user-action=ignore --target "$$here/.tools" uv==0.13.8

# Order-only: the interpreter is a link to an old file, and would look out of date for ever.
.venv/bin/python: | $(filter .tools/bin/uv,$(UV))
	@mkdir -p .tools; $(UV) venv -q --clear --python 3.13 --no-python-downloads .venv 2>/dev/null || \
	  $(UV) venv -q --clear --python '>=3.12' --no-python-downloads .venv 2>/dev/null || \
	  $(UV) venv -q --clear --python 3.13 .venv 2>.tools/uv.said || \
	  { echo "Tradepost needs Python 3.12 or newer. There is none here, and uv could not fetch one:"; cat .tools/uv.said; \
	    echo "Where github.com can be reached, this installs one: $(UV) python install 3.13"; \
	    echo "Elsewhere use a system that brings one (Debian 13, Ubuntu 24.04) or install it with pyenv; then run make again."; exit 1; }

# Installing the runtime over a development environment would take the test tools away.
.venv/.run: requirements.lock pyproject.toml | .venv/bin/python
	@if [ -f .venv/.dev ]; then $(MAKE) --no-print-directory .venv/.dev; else \
	  echo "Installing …"; $(UV) pip sync -q --compile-bytecode --python $(PY) --require-hashes requirements.lock; \
	  $(UV) pip install -q --python $(PY) --no-deps -e .; fi
	@$(PY) -m compileall -q -j 0 src/tradepost  # what the first start would do, one file after the other
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "Installing the development tools …"
	@$(UV) pip sync -q --compile-bytecode --python $(PY) --require-hashes requirements-dev.lock
	@$(UV) pip install -q --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@
