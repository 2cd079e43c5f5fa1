# Short names for developers who have `just`; each is one command of ./nexus.
default:
    @just --list

# Run every check that CI runs; `just test --only python` runs a part.
test *ARGS:
    ./nexus test {{ARGS}}

# Serve the example company.
demo *ARGS:
    ./nexus demo {{ARGS}}

# Put code into the one format.
format:
    .venv/bin/ruff format .
    .venv/bin/ruff check --fix .
    cd web && npm run format

# Write the generated files anew: the OpenAPI document and the web client.
generate:
    .venv/bin/python scripts/generate.py

# Lock the dependencies of pyproject.toml anew.
lock:
    .venv/bin/python scripts/lock.py
