# The two commands are `make run` and `make test`; each sets up what it needs.
HOST ?= 127.0.0.1
PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run language server test check format lock bench thumbnails clean

run: .venv/run
	@echo "Deep Learning Visual Lab on http://$(HOST):$(PORT)"
	@exec $(BIN)/uvicorn app:app \
		--host $(HOST) --port $(PORT) --timeout-graceful-shutdown 2 --log-level warning --no-access-log \
		--ws-per-message-deflate false

# A pretrained sentence model for the labs that can show one.
language: .venv/run requirements-language.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python -r requirements-language.txt

# What a class or a campus may need: a PostgreSQL driver, Ray, sign-in.
server: .venv/run requirements-server.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python -r requirements-server.txt

test: .venv/dev
	@$(BIN)/python -m tools.chromium
	@$(BIN)/python -m tools.services
	@$(BIN)/python -m pytest -m "not alone" -n 2 --dist loadgroup
	@$(BIN)/python -m pytest -m alone

check: .venv/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/ty check --quiet
	@$(BIN)/lint-imports --no-logo

format: .venv/dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/dev
	@$(BIN)/python -m tools.chromium
	@$(BIN)/python -m labcore bench --browser

thumbnails: .venv/dev
	@$(BIN)/python -m tools.chromium
	@$(BIN)/python -m tools.thumbnails

# The locks: what is declared in pyproject.toml, as exact versions with hashes.
lock: .venv/dev
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
		--generate-hashes --no-header -q -U -o requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header -q -c requirements.txt -o requirements-dev.txt
	@$(BIN)/uv pip compile pyproject.toml --extra language --universal --python-version 3.11 \
		--generate-hashes --no-header -q -c requirements-dev.txt -o requirements-language.txt
	@$(BIN)/uv pip compile pyproject.toml --extra auth --extra postgres --extra ray --universal --python-version 3.11 \
		--generate-hashes --no-header -q -c requirements-dev.txt -o requirements-server.txt

.venv/uv:
	@$(PYTHON) tools/environment.py .venv
	@touch $@

.venv/run: .venv/uv requirements.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python -r requirements.txt
	@touch $@

.venv/dev: .venv/uv requirements-dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python -r requirements-dev.txt
	@touch $@ .venv/run

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
