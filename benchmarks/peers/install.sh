#!/usr/bin/env bash
# Installs the peers of the benchmarks that are still missing: PostGIS from Debian, and the Python
# packages of requirements.txt into build/peers-venv. The server is started by benchmarks/run.py,
# in a folder of its own; Debian's own cluster is not used.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv="$here/../../build/peers-venv"
lock="$here/requirements.txt"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

has_postgis() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null &&
        compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null
}

if ! has_postgis; then
    if ! command -v apt-get >/dev/null; then
        printf 'Install PostgreSQL with PostGIS by hand; the other peers are installed now.\n' >&2
    else
        as_root apt-get -q update
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes \
            --no-install-recommends postgresql postgresql-postgis
    fi
fi

if ! cmp -s "$lock" "$venv/installed.txt"; then
    "${QGIS_PYTHON:-/usr/bin/python3}" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$lock"
    cp "$lock" "$venv/installed.txt"
fi
printf 'The peers are in %s\n' "$(cd "$venv" && pwd)"
