# `make` lists what there is to make. Each target sets up all that it needs.
PYTHON ?= python3
SHELL := /bin/bash

# The chapters' matrices are small: threads of the linear algebra would only stand in the way.
export OMP_NUM_THREADS := 1
# The tests' mpmath has gmpy2; SymPy counts as in a reader's environment, without it.
export SYMPY_GROUND_TYPES := python
# Every kernel and many tests are processes of their own: let each find the libraries compiled.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
NBVAL := --nbval --nbval-current-env --nbval-sanitize-with tests/book/nbval-sanitize.cfg \
         --nbval-cell-timeout 600 -p helpers.chapters
CHAPTERS := book

.PHONY: help book chromium pdf epub site lab test style units rerun browser oldest newest bench dist notebooks lock clean
.NOTPARALLEL:

help:
	@echo "make book       the book as HTML, in _build/html"
	@echo "make pdf        the book on paper, in _build/pdf"
	@echo "make site       what a host serves: the book, with a zip, the PDF and the EPUB of it, in _build/site"
	@echo "make epub       the book for e-readers, in _build/epub"
	@echo "make lab        the chapters in JupyterLab, to change and run"
	@echo "make test       everything that must be true: style, units, rerun, book, pdf, epub, browser"
	@echo "make oldest     units, rerun and book with the oldest packages that pyproject.toml allows"
	@echo "make newest     the same with the newest"
	@echo "make bench      speed and accuracy beside other libraries, weight and speed of the pages"
	@echo "make dist       the package as wheel and source archive, in _build/dist"
	@echo "make notebooks  run the chapters and store their text outputs"
	@echo "make lock       pin the environment anew, in requirements.txt"
	@echo "make clean      remove all that was made"

# Sphinx takes seconds to see that nothing has changed; make takes none. A folder changes with what
# is put in it. After a failure Sphinx takes the pages that it has read for good ones: let it forget
# them.
SOURCES := _config.yml _toc.yml \
           $(shell find book/* lossbook publish \( -name '.*' -o -name __pycache__ \) -prune -o -print)

BUILT := _build/html/objects.inv

$(BUILT): $(READY) $(SOURCES)
	@$(BIN)/python publish/pages.py || { rm -rf _build/.doctrees $@; exit 1; }
	@test -d _build/html/_static/python && touch $@ || touch -t 200001010000 $@  # or try again next time

book: $(BUILT)
	@$(BIN)/python -c 'import pathlib; print("The book:", pathlib.Path("_build/html/index.html").resolve().as_uri())'

# Which prints, puts formulas into words, and tests.
chromium: $(READY)
	@$(BIN)/python publish/chromium.py

pdf: book chromium
	@$(BIN)/python publish/pdf.py

site: pdf epub
	@$(BIN)/python publish/hosted.py

# Of the chapters as `make book` has read them.
epub: book chromium
	@$(BIN)/python publish/epub.py

lab: $(READY)
	$(BIN)/jupyter-lab --notebook-dir book

test:
	@MAKE="$(MAKE)" $(PYTHON) tests/stages.py $(READY) style units rerun book chromium pdf+epub browser

style: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	$(BIN)/zizmor --offline --quiet .github

units: $(READY)
	@$(BIN)/python publish/openmp.py
	$(BIN)/pytest -q -n 2 --ignore tests/browser

# The chapters, run anew: each stored text must come out again. The book is made of what came out.
rerun: $(READY)
	PYTHONPATH=tests:publish $(BIN)/pytest -q -n 2 --dist loadscope $(NBVAL) $(CHAPTERS)

browser: $(READY) chromium
	$(BIN)/python publish/firefox.py
	$(BIN)/pytest -q -n 2 --dist loadgroup tests/browser

# The ends of the ranges in pyproject.toml, each in an environment of its own.
oldest: RESOLUTION := lowest-direct
newest: RESOLUTION := highest
oldest newest:
	rm -rf .venv-$@
	$(MAKE) --no-print-directory VENV=.venv-$@ RESOLUTION=$(RESOLUTION) units rerun book
	rm $(BUILT)  # not of the pinned packages

bench: site
	$(BIN)/python -m benchmarks

# The wheel is built of the archive: what is missing in that is missing in both.
DIST := _build/dist
dist: $(READY)
	rm -f $(DIST)/lossbook-*
	$(BIN)/python -m build --no-isolation --outdir $(DIST)
	$(BIN)/twine check --strict $(DIST)/*

notebooks: $(READY)
	$(BIN)/python publish/notebooks.py book/*.ipynb

# One environment for every Python from 3.11: the same versions compute the same numbers.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --fork-strategy fewest --upgrade --no-annotate --quiet \
	  --custom-compile-command "make lock" --output-file requirements.txt
	echo "-e ." >> requirements.txt

clean:
	rm -rf .venv .venv-* _build .pytest_cache .mypy_cache .ruff_cache .hypothesis

ifdef RESOLUTION
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check uv && \
          $(BIN)/uv pip install --python $(BIN)/python --resolution $(RESOLUTION) -e ".[book,scale,test]"
else
# Most of what is installed is never imported: what is, Python compiles at its first import.
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --no-compile -r requirements.txt
endif

$(READY): requirements.txt pyproject.toml | $(BIN)/python
	@mkdir -p _build
	@echo "Installing what the book needs, in $(VENV) …"
	@{ $(INSTALL); } > _build/install.log 2>&1 || { tail -n 20 _build/install.log; \
	  echo "The installation failed. All that was said: _build/install.log"; exit 1; } >&2
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This needs Python 3.11 or newer, and '$(PYTHON)' is not. Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "Python's venv module is not installed. On Debian and Ubuntu: apt-get install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
