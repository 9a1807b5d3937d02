#!/bin/sh
# Write the locked requirement files from pyproject.toml: every version, every hash, no addresses.
# Needs uv (`pip install uv`). Run it after changing a dependency, then `make test`.
set -eu
cd "$(dirname "$0")/.."
UV="${UV:-uv}"
compile() {
    "$UV" pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links --no-annotate --quiet "$@"
}
compile --output-file requirements/tablet.txt
compile --extra web --extra server --extra dev --constraint requirements/tablet.txt \
    --output-file requirements/all.txt
compile --extra bench --constraint requirements/all.txt --output-file requirements/bench.txt
