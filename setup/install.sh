#!/usr/bin/env bash
# Installs what `make demo` or `make test` still lacks, and nothing else.
#
#   setup/install.sh demo   QGIS, LibreOffice Writer, a font, datum shift grids, the locked
#                           Python packages
#   setup/install.sh test   the same, and what the tests and checks need
#
# With --system after it, only the system's packages: for an administrator, where the user has no
# sudo, so that the venv stays the user's own.
#
# It looks for the things themselves, not for a record of earlier runs: what was removed by hand
# is found missing, and a complete machine is left alone.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
setup="$root/setup"
venv="$root/.venv"
passed="$venv/qgis-passed"
# Not the first python3 on the PATH: only the system's own one can import QGIS.
python="${QGIS_PYTHON:-/usr/bin/python3}"
goal="${1:-demo}"
backports_file=/etc/apt/sources.list.d/ile-gis-backports.sources

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "ERROR: $*"
    exit 1
}

# --- What is needed: how to see it, Debian's packages, its name on other systems ---------------

has_certificates() { [ -s /etc/ssl/certs/ca-certificates.crt ] || [ -s /etc/pki/tls/certs/ca-bundle.crt ] || [ -s "${SSL_CERT_FILE:-}" ]; }
has_grids() { [ -n "$(find -L /usr/share/proj /usr/local/share/proj ${PROJ_DATA:+"$PROJ_DATA"} -maxdepth 1 -iname '*BETA2007*' -print -quit 2>/dev/null)" ]; }
has_font() { [ -n "$(find -L /usr/share/fonts /usr/local/share/fonts ~/.local/share/fonts ~/.fonts -iname 'OpenSans*' -print -quit 2>/dev/null)" ]; }
has_qgis_process() { command -v qgis_process >/dev/null; }
has_office() { command -v soffice >/dev/null || command -v libreoffice >/dev/null; }
has_xvfb() { command -v Xvfb >/dev/null; }
has_xdotool() { command -v xdotool >/dev/null; }
has_poppler() { command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null; }
# Debian keeps the server's programs off the PATH, in a folder for each version.
has_calc() { [ -n "$(find -L /usr/lib/libreoffice /usr/lib64/libreoffice /opt/libreoffice* -name 'libsclo*' -print -quit 2>/dev/null)" ]; }
has_postgis() {
    local initdb
    initdb=$(find -L /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    initdb=${initdb:-$(command -v initdb)} || return 1
    [ -e "$("$(dirname "$initdb")/pg_config" --sharedir)/extension/postgis.control" ]
}

declare -A packages=(
    [qgis]="python3-qgis"
    [qgis_process]="qgis qgis-providers"
    [gdal]="python3-gdal"
    [venv]="python3-venv"
    [certificates]="ca-certificates"
    [grids]="proj-data"
    [font]="fonts-open-sans"
    [office]="libreoffice-writer-nogui"
    [xvfb]="xvfb"
    [xdotool]="xdotool"
    [poppler]="poppler-utils"
    [calc]="libreoffice-calc-nogui"
    [postgis]="postgresql postgresql-postgis"
)
declare -A by_hand=(
    [qgis]="QGIS 3.40 or newer with its Python bindings (PyQGIS) for $python"
    [qgis_process]="QGIS's command qgis_process, on the PATH"
    [gdal]="GDAL's Python bindings (osgeo) for $python"
    [venv]="Python's venv and ensurepip modules for $python"
    [certificates]="the system's CA certificates"
    [grids]="PROJ's grid BETA2007 for the German datum shift, in /usr/share/proj"
    [font]="the font family Open Sans"
    [office]="LibreOffice Writer, its command soffice on the PATH"
    [xvfb]="Xvfb"
    [xdotool]="xdotool"
    [poppler]="poppler's pdftotext and pdftoppm"
    [calc]="LibreOffice Calc"
    [postgis]="PostgreSQL 15 or newer with PostGIS: its server programs, which the tests start themselves"
)
needed=(qgis_process certificates grids font office)
lock="$setup/requirements.txt"
case "$goal" in
demo) ;;
test)
    needed+=(xvfb xdotool poppler calc postgis)
    lock="$setup/requirements-test.txt"
    ;;
*) fail "Usage: setup/install.sh demo|test [--system]" ;;
esac

# Sets `missing`.
look() {
    local what
    # An interpreter that is absent, or that crashes on importing QGIS, can use none of the three.
    mapfile -t missing < <("$python" "$setup/probe.py" "$passed" 2>/dev/null || printf '%s\n' qgis gdal venv)
    for what in "${needed[@]}"; do
        "has_$what" || missing+=("$what")
    done
}

# --- System packages ---------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        # Nobody is there to type a password: fail at once instead of waiting for one.
        sudo -n "$@"
    fi
}

# apt-get without questions; its chatter is shown only when it fails.
apt() {
    local name env=(DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1) output status=0
    # sudo drops these, and a machine behind a proxy may have no other setting.
    for name in http_proxy https_proxy no_proxy; do
        [ -z "${!name:-}" ] || env+=("$name=${!name}")
    done
    output=$(mktemp)
    as_root env "${env[@]}" apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 \
        -o Dpkg::Use-Pty=0 "$@" >"$output" 2>&1 </dev/null 9<&- || status=$?
    [ "$status" = 0 ] || tail -n 15 "$output" >&2
    rm -f "$output"
    return "$status"
}

release_to_serve() {
    (
        # shellcheck source=/dev/null
        . /etc/os-release
        case "${ID:-}-${VERSION_CODENAME:-}" in
        debian-bookworm | debian-trixie) printf '%s' "$VERSION_CODENAME" ;;
        esac
    ) 2>/dev/null || true
}

# The address of Debian's own archive for a suite, as this machine's apt knows it.
archive_of() {
    # The label tells it from Debian's security archive and from vendors who use the same codename.
    # shellcheck disable=SC2016 # apt fills these in, not the shell
    apt-get indextargets --format '$(CODENAME)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
        sed -n -E "s/^$1\|Debian( Backports)?\|main\|//p" | grep -v '^cdrom:' | head -n 1 || true
}

add_backports() {
    local suite="$1-backports" mirror new
    [ -z "$(archive_of "$suite")" ] || return 0
    mirror=$(archive_of "$1")
    [ -n "$mirror" ] ||
        fail "apt does not know Debian's own archive for $1. Check apt's sources and the network, then run this again."
    say "Adding $suite from the mirror that this machine already uses, in $backports_file"
    new=$(mktemp)
    cat >"$new" <<SOURCE
# Added by ILE GIS, which needs QGIS 3.40. Nothing else is taken from it unless asked for.
Types: deb
URIs: $mirror
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCE
    as_root install -m 644 "$new" "$backports_file"
    rm -f "$new"
    # Only this source, so that another vendor's broken one cannot fail us.
    if ! apt update -o APT::Update::Error-Mode=any -o APT::Get::List-Cleanup=0 \
        -o Dir::Etc::sourcelist="$backports_file" -o Dir::Etc::sourceparts=-; then
        as_root rm -f "$backports_file"
        fail "This machine's Debian mirror does not give $suite, where QGIS 3.40 is. Check the network, or install QGIS 3.40 or newer by hand, then run this again."
    fi
}

install_system() {
    local release what names=() suite=()
    release=$(release_to_serve)
    if [ -z "$release" ] || ! command -v apt-get >/dev/null; then
        say "On Debian 12 and 13 everything is installed for you. On this system please install by hand:"
        for what in "$@"; do say "  - ${by_hand[$what]}"; done
        fail "The things listed above are missing. Install them and run this again."
    fi
    # shellcheck disable=SC2206 # several packages in one entry, on purpose
    for what in "$@"; do names+=(${packages[$what]}); done
    if [ "$(id -u)" != 0 ]; then
        { command -v sudo >/dev/null && as_root true 2>/dev/null; } ||
            fail "Installing packages needs root, and sudo is not allowed here. Let an administrator run once in this folder: setup/install.sh $goal --system"
    fi
    say "Installing with apt, which takes a few minutes: ${names[*]}"
    apt update || say "apt could not refresh all its lists; going on with those it has."
    if [ "$release" = bookworm ]; then
        # Debian 12's own QGIS is 3.22.
        add_backports bookworm
        suite=(-t bookworm-backports)
    fi
    apt install --yes --no-install-recommends "${suite[@]}" "${names[@]}" ||
        fail "apt could not install the packages; its message stands above. Check the network and apt's sources, then run this again."
}

# --- Python packages ---------------------------------------------------------------------------

check_lock() { "$venv/bin/python" "$setup/check_lock.py" "$lock" 2>/dev/null; }

install_python() {
    local status=0
    check_lock >/dev/null || status=$?
    [ "$status" != 0 ] || return 0
    if [ "$status" != 3 ]; then
        say "Creating ${venv#"$root"/}"
        "$python" -m venv --clear --system-site-packages "$venv" ||
            fail "$python could not create $venv."
        # Now there is a place to note that this QGIS passed, which spares the next run an import.
        "$python" "$setup/probe.py" "$passed" >/dev/null 2>&1 || true
    fi
    say "Installing the Python packages of ${lock#"$root"/}"
    # -qq: only errors. Wheels only: without one, a build would fail later and less clearly.
    # --no-deps: the lock is complete, and the system's packages must not count for it.
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
        --only-binary=:all: --require-hashes --no-deps -r "$lock" </dev/null >&2 ||
        fail "pip could not install the Python packages; its message stands above. Check the network and pip's settings, then run this again."
    check_lock >&2 ||
        fail "pip ran, but the Python packages listed above are missing. Delete .venv and run this again."
}

# -----------------------------------------------------------------------------------------------

# Two makes at once would write into one venv; the script itself serves as the lock.
exec 9<"${BASH_SOURCE[0]}"
if command -v flock >/dev/null; then flock 9; fi

look
if [ ${#missing[@]} -gt 0 ]; then
    install_system "${missing[@]}"
    look
    [ ${#missing[@]} -eq 0 ] || fail "Still missing after the installation: ${missing[*]}"
fi
[ "${2:-}" = --system ] || install_python
