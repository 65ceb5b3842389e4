# The two commands: `make demo` and `make test`. Both set up .venv first and may be run again at any time.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test test-train lint format locks clean

demo: .venv/run.ready  ## the main job on the embedded sample and the starter packs; results in demo/
	$(BIN)/zimu run models/starter/sample/sample.mp4 --pack starter --to zh,en --formats srt,ass,vtt \
		--highlight --report --out demo --no-memory
	@echo "Open demo/sample.report.html to look at the result."

test: .venv/test.ready  ## every test that needs no torch
	$(BIN)/python -m pytest -q -n auto -m "not train"

test-train: .venv/train.ready  ## the recipes: adds torch, which is gigabytes on most machines
	$(BIN)/python -m pytest -q -m train

lint: .venv/test.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy

format: .venv/test.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/python.ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Zimu needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh installer/system-packages.sh python3-venv
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.ready: .venv/python.ready installer/locks/run.txt pyproject.toml
	$(PIP) --require-hashes -r installer/locks/run.txt
	$(PIP) --no-deps -e .
	@touch $@

.venv/test.ready: .venv/run.ready installer/locks/test.txt tests/js/package-lock.json
	@sh installer/system-packages.sh espeak-ng ffmpeg chromium lua5.1 xvfb fonts-noto-cjk libegl1 libgl1 \
		libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libdbus-1-3 libfontconfig1 libpulse0
	$(PIP) --require-hashes -r installer/locks/test.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix tests/js --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.venv/train.ready: .venv/test.ready installer/locks/train.txt
	@sh installer/system-packages.sh espeak-ng flite festival
	$(PIP) torch==2.13.0
	$(PIP) -c installer/locks/train.txt '.[train,cluster]'
	$(PIP) --no-deps -e .
	@touch $@

locks:  ## resolve the pinned, hash-locked sets again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q pyproject.toml -o installer/locks/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q --extra dev --extra gui pyproject.toml -o installer/locks/test.txt

clean:
	rm -rf .venv demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
