# MobileNet Lab: `make lab` opens it, `make test` proves it, `make help` lists what else is useful.

PYTHON ?=
VENV   ?= .venv
ARGS   ?=

PY    := $(VENV)/bin/python
READY := $(VENV)/.ready
LITE  := $(VENV)/.jupyterlite/bin/python

# JupyterLab refuses to start as root (in a container, say) unless it is told that this is meant.
ROOT_FLAG := $(if $(filter 0,$(shell id -u)),--allow-root)

# Python keeps what it has compiled, or each kernel and each process of tests compiles it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help lab dashboard notebooks assignment check test floors newest lite lite-check memory curves site bench bench-live constraints clean
.DEFAULT_GOAL := help

help:
	@echo 'make lab     open JupyterLab on the tour    (make lab ARGS="--no-browser --port 9000")'
	@echo 'make dashboard     the tour and the design review as pages without code    (make dashboard ARGS="--no-browser --port 9000")'
	@echo 'make assignment    the notebooks as a graded assignment    (make assignment ARGS="00 03 --name week1")'
	@echo 'make check   ruff, oxlint, the types, and the tests that need neither TensorFlow nor a browser'
	@echo 'make test    everything that CI runs: make check, all other tests, every notebook from top to bottom'
	@echo 'make curves  train the networks behind the measured accuracies that are missing, for hours'
	@echo 'make site    write site/: live pages, and every notebook as a page'
	@echo 'make bench   how fast prices, sweeps and feature maps are, on this machine'
	@echo 'make bench-live    how fast a picture follows a slider, in a notebook and in a live page'
	@echo 'make lite    build a site with all notebooks but 06 and 07, run by the browser alone (JupyterLite; needs npm)'
	@echo 'make clean   remove .venv, site, build, dist and the caches'
	@echo
	@echo 'The first of these sets up .venv; make test adds what only the tests need. Another Python: make lab PYTHON=python3.12'
	@echo 'Another place for it: make lab VENV=/another/place'

# Installs once; again only after a change of what is to be installed.
$(READY): pyproject.toml constraints.txt
	@.ci/setup '$(VENV)' keras,edge,images,lab '$(PYTHON)'
	@touch $@

# What only some targets need: an extra of pyproject.toml.
MORE := $(addprefix $(VENV)/.,bench course test)
$(MORE): $(VENV)/.%: $(READY)
	@.ci/setup '$(VENV)' $*
	@touch $@

# JupyterLab's questions about news and updates would cover the pictures: .ci/jupyter has other defaults
# for these settings, and leaves out the menus and panels of nbgrader's and Notebook's, which come with
# it and which a dashboard cannot even load.
QUIET := JUPYTER_CONFIG_PATH="$(CURDIR)/.ci/jupyter$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}"

# Loopback and the project's root are named, whatever the user's own Jupyter configuration says.
# The port (the next free one when 8888 is taken) and the token are JupyterLab's defaults.
# Terminals and `!` in a cell find the lab's Python first.
lab: $(READY)
	$(QUIET) PATH="$(abspath $(dir $(PY))):$$PATH" $(PY) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks/00_tour.ipynb \
	  --ServerApp.ip=localhost --ServerApp.root_dir='$(CURDIR)' $(ROOT_FLAG) $(ARGS)

# Loopback only, by a token that it prints; the next free port when 8866 is taken.
# Cells with the tag "notebook-only" are neither run nor shown.
dashboard: $(READY)
	$(QUIET) $(PY) -m mobilenet_lab.jupyter.dashboard notebooks/00_tour.ipynb \
	  --Dashboard.more=notebooks/09_design_review.ipynb --Voila.ip=localhost --strip_sources=True \
	  --TagRemovePreprocessor.remove_cell_tags=notebook-only $(ARGS)

# For authors: run the notebooks on fresh kernels and keep what they show.
notebooks: $(READY)
	$(PY) .ci/notebooks.py $(ARGS)

# For teachers: notebooks as a graded assignment, in the folder assignment/.
assignment: $(VENV)/.course
	$(PY) -m mobilenet_lab.exercises.assignment $(ARGS)

check: $(VENV)/.test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/oxlint --deny-warnings mobilenet_lab/explorers/static mobilenet_lab/jupyter/static mobilenet_lab/pages/static/*.js
	$(PY) -m mypy
	$(PY) -m pytest -n 2 --dist worksteal -p no:nbval -m core --hide-extras tests

# Four processes for two cores, since those with a browser mostly wait.
test: check
	$(PY) -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not core" \
	  --nbval --nbval-current-env --nbval-cell-timeout=1200 tests notebooks

# For maintainers: the core's tests with every requirement at its floor, or with the newest of everything.
floors newest: $(VENV)/.test
	$(or $(PYTHON),$(PY)) .ci/versions.py $@ '$(VENV)/.$@'

# An environment of its own: its kernel would be offered, and fail, in every JupyterLab and dashboard.
$(VENV)/.jupyterlite/.ready: $(READY)
	$(PY) -m venv --clear $(VENV)/.jupyterlite
	$(LITE) -m pip install --disable-pip-version-check -c constraints.txt -e '.[lite]'
	@touch $@

# A site with all notebooks but those about Keras models: build/lite/site. Needs npm, which brings Pyodide.
lite: $(VENV)/.jupyterlite/.ready
	$(LITE) .ci/lite.py $(ARGS)

# The same site in a browser that reaches only this machine.
lite-check: lite $(VENV)/.test
	$(PY) tests/lite.py

# For authors: what each notebook's kernel takes at its peak.
memory: $(READY)
	$(PY) .ci/memory.py $(ARGS)

# For authors, hours: train what mobilenet_lab/data/measured/runs.csv lacks; cut off, it goes on from there.
curves: $(READY)
	$(PY) -m mobilenet_lab.training.measured $(ARGS)

# Pages for a browser alone: what moves without a kernel, and the notebooks as they were run.
site: $(READY)
	$(PY) .ci/pages.py $(ARGS)

bench: $(VENV)/.test
	$(PY) tests/bench.py $(ARGS)

bench-live: $(VENV)/.test $(VENV)/.bench
	$(PY) tests/bench_live.py $(ARGS)
	$(PY) tests/bench_pages.py

# For maintainers: newest versions that fit together, on every Python and system at once.
constraints:
	{ grep '^#' constraints.txt; uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	  --all-extras --no-annotate --no-header pyproject.toml; } > constraints.new
	mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) site build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .ipynb_checkpoints notebooks/.ipynb_checkpoints \
	  tests/browser/screenshots
	find mobilenet_lab tests .ci -name __pycache__ -type d -prune -exec rm -rf {} +
