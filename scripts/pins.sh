#!/bin/sh
# Which exact versions does the project run on? Reads pyproject.toml, writes requirements/*.txt: version and hash of
# every package, for every Python and system we support, without naming where it comes from.
set -eu

uv="${1:-uv}"
cd "$(dirname "$0")/.."
command -v "$uv" >/dev/null || { echo "ressenti: uv is needed to choose versions, and to nothing else (pip install uv)." >&2; exit 1; }

pin() {
    target="requirements/$1"
    shift
    "$uv" pip compile "$@" --quiet --universal --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links --output-file "$target"
}

pin dev.txt pyproject.toml --group dev
pin runtime.txt pyproject.toml --constraint requirements/dev.txt
pin build.txt --group build --constraint requirements/dev.txt
