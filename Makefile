# Each habit is one command. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := artist-data

# The real data that some tests and all training use, where it lies beside the checkout.
ifneq ($(wildcard ../shared/data),)
export CULTURAL_ALIEN_DATA ?= $(abspath ../shared/data)
endif

# What `make run` installs; others have `make run EXTRAS=worker,s3`.
EXTRAS := run
RUNS := $(VENV)/runs-$(EXTRAS)
# Exact versions and hashes of everything that is installed.
LOCKED := --constraint constraints.txt

.PHONY: help run test check format bench reproduce docs reference sheet clean lock release image

help: ## List these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | \
		awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: $(RUNS) ## Set everything up, start the artist, print the gallery's address
	$(BIN)/artist run --data $(DATA) $(ARGS)

test: $(VENV)/develops ## Set everything up and run all tests
	$(BIN)/pytest --numprocesses auto --dist loadfile $(ARGS)

check: $(VENV)/develops ## Lint and type-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/develops ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/develops ## Measure the sampler and the offline painter
	$(BIN)/python -m benchmarks.cas
	$(BIN)/python -m benchmarks.studio
	$(BIN)/python -m benchmarks.lab

# From raw files to tables. PAIR=museums takes the shipped pair instead of training one. A stage whose
# file is there is not run again: delete a pair's folder to begin anew.
REPRODUCTION := build/reproduction
PAIR ?= $(REPRODUCTION)/pair
STUDY := $(REPRODUCTION)/of-$(notdir $(PAIR))
TRAINED := $(if $(filter $(REPRODUCTION)/pair,$(PAIR)),$(PAIR)/training.json)

reproduce: $(STUDY)/report.md ## From raw data to the paper's tables (PAIR=museums: without training)

$(REPRODUCTION)/vocabulary/report.md: | $(VENV)/develops
	$(BIN)/artist vocabulary "$$CULTURAL_ALIEN_DATA/captions_open.tsv.gz" $(@D)

$(REPRODUCTION)/pair/training.json: | $(VENV)/develops
	$(BIN)/python -m cas.evaluation.recipe $(@D)

$(STUDY)/evaluation.json: $(TRAINED) | $(VENV)/develops
	@mkdir -p $(@D)
	$(BIN)/python -m cas.evaluation.evaluate $(PAIR) > $@.partial && mv $@.partial $@

$(STUDY)/collapse.jsonl: $(TRAINED) | $(VENV)/develops
	@mkdir -p $(@D)
	$(BIN)/python -m cas.experiments.collapse $(PAIR) --repeats 1 > $@.partial && mv $@.partial $@

$(STUDY)/beta.jsonl: $(TRAINED) | $(VENV)/develops
	@mkdir -p $(@D)
	$(BIN)/python -m cas.experiments.collapse $(PAIR) --beta > $@.partial && mv $@.partial $@

$(STUDY)/experiment/table.json: $(TRAINED) | $(VENV)/develops
	$(BIN)/artist experiment $(@D) --model $(PAIR)

$(STUDY)/beyond/%.json: | $(VENV)/develops
	$(BIN)/python -m benchmarks.lab.beyond $(@D) $*

$(STUDY)/report.md: $(addprefix $(STUDY)/,evaluation.json experiment/table.json beta.jsonl \
		collapse.jsonl $(addprefix beyond/,feedback.json growth.json traditions.json)) \
		$(REPRODUCTION)/vocabulary/report.md
	$(BIN)/python -m benchmarks.lab.report $(STUDY)

docs: $(VENV)/develops ## Build the documentation site into build/site
	$(BIN)/mkdocs build --strict

reference: $(VENV)/develops ## Write docs/reference's pages and the tutorial's notebook anew
	$(BIN)/python -m benchmarks.reference

sheet: $(VENV)/develops ## Remake the contact sheets in docs/sheets
	$(BIN)/python -m benchmarks.studio.sheets

clean: ## Remove the environment and all caches, never an artist's folder
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Torch has other files on each platform, so its version stands alone, and its CUDA packages, which it
# asks for by exact version, are left out. --no-require-hashes: check the hashes that are given here.
lock: $(VENV)/develops ## Choose the newest versions that pyproject.toml allows; write constraints.txt
	@mkdir -p build
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras \
		--generate-hashes --no-annotate --no-header --no-emit-index-url \
		--output-file build/resolved.txt pyproject.toml
	awk 'BEGIN { print "# Written by `make lock`. Needs pip 26.2 or newer."; print "--no-require-hashes" } \
		/^[a-z]/ { split($$0, word, "=="); cuda = word[1] ~ /^(cuda|nvidia)-|^triton$$/; \
			torch = word[1] ~ /^torch(vision)?$$/ } \
		cuda || (torch && /--hash/) { next } \
		torch { sub(/ \\$$/, "") } \
		{ print }' build/resolved.txt > build/constraints.txt
	mv build/constraints.txt constraints.txt

release: $(VENV)/develops ## Build sdist and wheel; try each set of extras in an environment of its own
	$(BIN)/python -m tests.release $(ARGS)

IMAGE := cultural-alien
CONTAINERS ?= $(firstword $(notdir $(shell command -v podman docker)))

image: ## Build the container image with podman or docker (ARGS="--build-arg TORCH=…")
	$(CONTAINERS) build --tag $(IMAGE) $(ARGS) .

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=26.2'

$(RUNS): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what the artist needs (once; torch is large)…"
	$(BIN)/python -m pip install --quiet $(LOCKED) --editable '.[$(EXTRAS)]'
	@touch $@

$(VENV)/develops: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what the artist and its tests need (once; torch is large)…"
	$(BIN)/python -m pip install --quiet $(LOCKED) --editable '.[dev]'
	@touch $(RUNS) $@

.PHONY: served chaos containers day

served: $(VENV)/develops ## Run the served form on this machine: every part a process of its own
	$(BIN)/python -m tests.served $(ARGS)

chaos: $(VENV)/develops ## Inflict every fault on real processes, many times; print what came of it
	$(BIN)/python -m tests.chaos $(ARGS)

day: $(VENV)/develops ## Live an operator's day on real processes (ARGS=--write writes it down)
	$(BIN)/python -m tests.release.operators_day $(ARGS)

containers: $(VENV)/develops ## Build the image; run, kill, stop and upgrade all services (root, podman)
	$(BIN)/python -m tests.containers $(ARGS)
