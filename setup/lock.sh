#!/usr/bin/env bash
# Writes the lock files from the .in files; `setup/lock.sh --upgrade` takes the newest versions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# uv lives in a throw-away venv: no run of the project needs it.
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
"${QGIS_PYTHON:-/usr/bin/python3}" -m venv "$tool"
"$tool/bin/python" -m pip install -qq --disable-pip-version-check uv

for name in requirements requirements-test; do
    # fewest: one version of a package for Debian 12's and Debian 13's Python, so both run the same.
    # No index address is written: a mirror works, and the hashes guard the contents.
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-emit-index-url --no-annotate --no-header "$@" \
        "$name.in" --output-file "$name.txt"
done
