# `make` alone lists what can be made. What is missing for it is installed first, once.

SHELL := /bin/bash
PY := .venv/bin/python

# The user's QGIS profile; both can be set: make install PROFILE=/path/to/profile
ifeq ($(shell uname),Darwin)
PROFILE ?= $(HOME)/Library/Application Support/QGIS/QGIS3/profiles/default
else
PROFILE ?= $(HOME)/.local/share/QGIS/QGIS3/profiles/default
endif
PLUGINS_DIR ?= $(PROFILE)/python/plugins

.DEFAULT_GOAL := help
.PHONY: help demo test soak lint package install lock bench bench-peers clean setup-demo setup-test

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup-demo ## Build the sample register, its project and maps in build/demo
	@$(PY) sample_data/demo.py build/demo

test: setup-test ## Run all tests; PYTEST="-k word" passes options on
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(PY) -m pytest $(PYTEST)

soak: setup-test ## Run the long tests whole; `make test` runs a twentieth of them
	@ILE_SPLITS=100000 $(PY) -m pytest tests/projects/test_split_properties.py

lint: setup-test ## Check the code, and the plugin as its official repository does
	@$(PY) -m ruff check --quiet
	@$(PY) -m bandit --quiet --recursive ile_gis_plugin
	@find ile_gis_plugin metadata.txt $(wildcard styles) -type f -not -path '*/__pycache__/*' -print0 \
		| xargs -0 $(PY) -m detect_secrets.pre_commit_hook --no-verify
	@echo 'lint: no findings'

package: ## Write dist/ile_gis_plugin.zip for the QGIS plugin repository
	@$${QGIS_PYTHON:-/usr/bin/python3} setup/package_plugin.py dist/ile_gis_plugin.zip

install: setup-demo ## Put the plugin into the QGIS profile; PROFILE=folder chooses one
	@$(PY) setup/stage_plugin.py "$(PLUGINS_DIR)/ile_gis_plugin" --worker "$(CURDIR)/$(PY)"
	@echo 'Installed in $(PLUGINS_DIR)/ile_gis_plugin'
	@echo 'Now (re)start QGIS and tick ILE GIS under Plugins > Manage and Install Plugins > Installed.'

lock: ## Lock the Python packages anew from setup/*.in
	@setup/lock.sh

bench: setup-demo ## Time this project and its peers; BENCH="--assets 1000000" passes options on
	@$(PY) benchmarks/run.py $(BENCH)

bench-peers: setup-demo ## Install what `make bench` compares with: PostGIS, DuckDB, SedonaDB ...
	@benchmarks/peers/install.sh

# The venv stays: an installed plugin runs its batch jobs with it.
clean: ## Delete what was built; QGIS, the venv and an installed plugin stay
	rm -rf build dist .pytest_cache .ruff_cache .hypothesis
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

setup-demo:
	@setup/install.sh demo

setup-test:
	@setup/install.sh test
