# The developer's commands. `make run` and `make test` need nothing but Python 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
CODE := api bulk cli config notices orgs simulator teams tests wizard manage.py
PREPARE := $(PYTHON) -I config/bootstrap.py

.PHONY: run reset test check _tests _changed quality messages benchmark screenshots lint audit properties format lock chaos scale drill

run:
	@$(PREPARE) tryout
	@exec $(BIN)/python -m config.tryout run --stop-with-parent

reset:
	@$(PREPARE) tryout
	@$(BIN)/python -m config.tryout reset

# Lint and audit beside the tests, which often wait; any of the three can fail it.
test:
	@$(PREPARE) dev
	@$(PREPARE) chromium
	@$(MAKE) --no-print-directory -j 3 lint audit _tests

# Three at once on two cores: the tests of whole processes mostly wait.
_tests:
	@$(BIN)/python -m pytest -n 3

# For the edit loop: lint, types and the tests of what has changed since main, in under a minute.
check:
	@$(PREPARE) dev
	@$(MAKE) --no-print-directory -j 2 lint _changed

_changed:
	@$(BIN)/python -m tests.changed $(ARGS)

# Counts, sizes and ratios, as README.md shows them; about three minutes.
benchmark:
	@$(PREPARE) dev
	@$(BIN)/python -m tests.benchmark $(ARGS)

# Every page, light and dark, at two widths in screenshots/, and the pictures that README.md shows in docs/images/.
screenshots:
	@$(PREPARE) dev
	@$(PREPARE) chromium
	@$(BIN)/python -m tests.browser.screenshots $(ARGS)

# Not part of `make test`, which has short runs of both: several minutes of kills, and of load.
chaos:
	@$(PREPARE) dev
	@$(BIN)/python -m tests.chaos $(ARGS)
	$(if $(ARGS),,@$(BIN)/python -m tests.chaos.telling)

scale:
	@$(PREPARE) dev
	@$(BIN)/python -m tests.scale $(ARGS)

# An installation by docs/operations.md in an empty folder, as root: three minutes, and a list of what it did.
drill:
	@$(PREPARE) dev
	@$(BIN)/python -m tests.drill $(ARGS)

lint:
	@$(PREPARE) dev
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@DEBUG=1 $(BIN)/mypy
	@$(BIN)/djlint --check --lint --quiet templates
	@DEBUG=1 $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@if command -v docker >/dev/null && docker compose version >/dev/null 2>&1; \
	  then docker compose --env-file .ci/compose.env config --quiet; \
	  else echo "docker compose is not here: docker-compose.yml was not checked"; fi

# 10,000 cases of each property: hosts, SOQL, names, callbacks (docs/security.md); about two minutes.
properties:
	@$(PREPARE) dev
	@$(BIN)/python -m pytest --hypothesis-profile=thorough --timeout=900 tests/orgs/test_hosts.py \
	  tests/orgs/salesforce/test_soql.py tests/wizard/guides/test_names.py tests/security/test_callback.py $(ARGS)

# Known holes in what the app depends on. Offline it says that nothing was checked, and goes on.
audit:
	@$(PREPARE) dev
	@$(BIN)/python -m tests.security.advisories $(ARGS)

# Lighthouse on every page, with its scores (14 s a page). axe-core and html-validate are in `make test`.
quality:
	@$(PREPARE) dev
	@$(PREPARE) chromium
	@$(BIN)/python -m tests.quality $(ARGS)

# Bring locale/*/django.po up to date with the code; what is new is then to be translated there.
messages:
	@$(PREPARE) dev
	@DEBUG=1 $(BIN)/python -W ignore::RuntimeWarning manage.py makemessages --all --no-location --no-wrap \
	  $(foreach folder,.venv node_modules simulator staticfiles tests var,--ignore $(folder))
	@$(BIN)/python -m config.languages

format:
	@$(PREPARE) dev
	@$(BIN)/ruff check --fix-only $(CODE)
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/djlint --reformat --quiet templates

# Universal locks: one file for every platform, with hashes, without the index they came from.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header

lock:
	@$(PREPARE) dev
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	@$(COMPILE) pyproject.toml -o requirements/app.lock
	@$(COMPILE) --extra tryout pyproject.toml -o requirements/tryout.lock
	@$(COMPILE) --extra tryout --extra dev pyproject.toml -o requirements/dev.lock
	@$(COMPILE) requirements/clients.in -o requirements/clients.lock
