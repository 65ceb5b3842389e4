# The two commands: `make demo` and `make test`. Both set up .venv first and may be run again at any time.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test test-train lint format docs dist installer installer-check locks clean

demo: .venv/run.ready  ## the main job on the embedded sample and the starter packs; results in demo/
	$(BIN)/zimu run models/starter/sample/sample.mp4 --pack starter --to zh,en --formats srt,ass,vtt \
		--highlight --report --out demo --no-memory
	@echo "Open demo/sample.report.html to look at the result."

test: .venv/test.ready  ## every test that needs no torch
	$(BIN)/python -m pytest -q -n auto -m "not train"

test-train: .venv/train.ready  ## the recipes: adds torch, which is gigabytes on most machines
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto -m train

lint: .venv/test.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet .github/workflows

docs: .venv/docs.ready  ## the documents as a site, English and 中文, in build/site; a broken link or anchor fails
	$(BIN)/python docs/gather.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Open build/site/index.html, or build/site/zh/index.html."

dist: .venv/python.ready  ## wheel and sdist in build/dist; the wheel is made from the sdist
	$(PIP) 'build>=1.2,<2'
	rm -rf build/dist
	$(BIN)/python -m build --outdir build/dist .

installer: build/env.ready dist  ## the frozen programs of this system and their packages, in build; looked at and tried
	build/env/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --force-reinstall build/dist/*.whl
	build/env/bin/python installer/build.py

installer-check: installer  ## long: what was built and every way to install it, where programs usually fail
	build/env/bin/python installer/check.py build/zimu --report build/check-frozen.json
	build/env/bin/python installer/check_dist.py build/dist --report build/check-dist.json
	build/env/bin/python installer/check_upgrade.py build/packages

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

.venv/docs.ready: .venv/python.ready installer/locks/docs.txt
	$(PIP) --require-hashes -r installer/locks/docs.txt
	@touch $@

build/env.ready: .venv/python.ready installer/locks/installer.txt
	$(PYTHON) -m venv --clear build/env
	build/env/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r installer/locks/installer.txt
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
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q --extra gui --extra service --group installer -c installer/locks/test.txt pyproject.toml -o installer/locks/installer.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q --extra cuda -c installer/locks/test.txt pyproject.toml -o installer/locks/cuda.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q --group docs -c installer/locks/test.txt -o installer/locks/docs.txt

clean:
	rm -rf .venv demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
