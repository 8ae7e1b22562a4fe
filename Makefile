# make demo · make test · make serve · make bench · make lint: each sets up what it needs.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
SPEECH_VENV := .venv-speech

.PHONY: demo test serve bench lint docs speech-model constraints clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.ready
	$(BIN)/attune demo $(DEMO)

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadscope $(TESTS)

serve: $(VENV)/.ready
	$(BIN)/attune serve -c demo/attune.toml

bench: $(VENV)/.ready
	$(BIN)/python -m tests.bench $(BENCH)

lint: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(VENV)/.ready
	$(BIN)/python -m flows.documents

# uv is faster and used where it is; pip does the same.
$(VENV)/.ready: constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Attune needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	if command -v uv >/dev/null 2>&1; then \
	  uv pip install -q --python $(BIN)/python --no-deps --require-hashes -r constraints.txt && \
	  uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r constraints.txt && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	touch $@

# Makes the demo's speech model anew, in hours: models/speech/README.md. Goes on where it stopped.
speech-model: $(SPEECH_VENV)/.ready
	$(SPEECH_VENV)/bin/python -m models.speech make $(SPEECH)

$(SPEECH_VENV)/.ready: models/speech/constraints.txt
	test -x $(SPEECH_VENV)/bin/python || $(PYTHON) -m venv $(SPEECH_VENV)
	$(SPEECH_VENV)/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
	  -r models/speech/constraints.txt
	touch $@

# After a change of dependencies (needs uv).
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate
constraints:
	$(COMPILE) --extra demo --extra dev --upgrade pyproject.toml -o constraints.txt
	$(COMPILE) --extra train -c constraints.txt pyproject.toml -o models/speech/constraints.txt

clean:
	rm -rf $(VENV) $(SPEECH_VENV) demo
