# Everything a person or a machine does with this project. `make` alone lists it.
# Kept to what GNU make 3.81 (macOS) understands.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
PYTHON := $(VENV)/bin/python
TEMPLATES := lms/web/templates
CATALOG := lms/web/translations/zh_Hans/LC_MESSAGES/messages
PIP_INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes
UV_COMPILE := .venv-lock/bin/uv pip compile --quiet --universal --generate-hashes \
	--python-version 3.11 --no-emit-index-url --no-header

.PHONY: help setup setup-dev run test coverage check check-format check-lint check-imports \
	check-types check-templates format messages bench lock clean

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

# -- set-up: a second call costs a comparison of two files, not a run of pip ------------------------------

$(PYTHON):
	@for candidate in python3 python3.13 python3.12 python3.11; do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Creating $(VENV) with $$($$candidate --version)"; \
			"$$candidate" -m venv --clear $(VENV) && exit 0; \
			rm -rf $(VENV); \
			echo "$$candidate cannot create a virtual environment." >&2; \
			echo "On Debian and Ubuntu: apt install python3-venv" >&2; \
			exit 1; \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed; looked for python3, python3.13, python3.12 and python3.11." >&2; \
	exit 1

setup: $(PYTHON) ## install what the program needs
	@if ! cmp -s requirements.txt $(VENV)/.installed; then \
		echo "Installing requirements.txt"; \
		$(PIP_INSTALL) -r requirements.txt && cp requirements.txt $(VENV)/.installed; \
	fi

setup-dev: setup ## install what tests and checks need as well
	@if ! cmp -s requirements-dev.txt $(VENV)/.installed-dev; then \
		echo "Installing requirements-dev.txt"; \
		$(PIP_INSTALL) -r requirements.txt -r requirements-dev.txt \
			&& cp requirements-dev.txt $(VENV)/.installed-dev; \
	fi

# -- daily use -------------------------------------------------------------------------------------------

run: setup ## start the program on http://127.0.0.1:8000 with a demo company
	@$(VENV)/bin/flask site prepare
	@exec $(VENV)/bin/flask site serve $(ARGS)

test: setup-dev ## run the tests, e.g. make test ARGS="-k quiz"
	@$(PYTHON) -m pytest $(ARGS)

bench: setup-dev ## measure against the figures the project promises
	@$(PYTHON) -m benchmarks $(ARGS)

# -- checks ----------------------------------------------------------------------------------------------

check: check-format check-lint check-imports check-types check-templates test ## everything that must be green before a commit

check-format: setup-dev
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Not formatted: make format" >&2; exit 1; }

check-lint: setup-dev
	@$(VENV)/bin/ruff check --quiet .

check-imports: setup-dev
	@$(VENV)/bin/lint-imports --no-logo

check-types: setup-dev
	@$(VENV)/bin/mypy --strict lms app.py

check-templates: setup-dev
	@$(VENV)/bin/djlint --lint --quiet $(TEMPLATES)

coverage: setup-dev ## run the tests and show which lines no test reaches
	@$(PYTHON) -m pytest --cov --cov-report= $(ARGS)
	@$(VENV)/bin/coverage report --fail-under=95
	@$(VENV)/bin/coverage report --include='lms/*/rules.py' --fail-under=100

# -- now and then ----------------------------------------------------------------------------------------

format: setup-dev ## put the code into the house format
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix --quiet .

messages: setup ## collect the words of all pages into the catalog and compile it
	@$(VENV)/bin/pybabel --quiet extract -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 --sort-output --no-location \
		-o $(CATALOG).pot lms
	@$(VENV)/bin/pybabel --quiet update -l zh_Hans -i $(CATALOG).pot -o $(CATALOG).po --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --width 120
	@rm $(CATALOG).pot
	@$(VENV)/bin/pybabel --quiet compile --use-fuzzy -l zh_Hans -i $(CATALOG).po -o $(CATALOG).mo

lock: ## write requirements*.txt anew from requirements*.in
	@test -x .venv-lock/bin/uv || { python3 -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv; }
	@$(UV_COMPILE) requirements.in -o requirements.txt
	@$(UV_COMPILE) requirements-dev.in -o requirements-dev.txt

clean: ## remove what tools wrote; keeps the data in instance/
	rm -rf $(VENV) .venv-lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis \
		.coverage htmlcov .screenshots test-results
