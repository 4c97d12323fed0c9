#!/usr/bin/env bash
# Installs what the tests need from Debian's packages, then runs formatting, clippy and all tests.
# HSBRUN_CAMPAIGN=full makes the campaigns on real processes long; the default is `ci`.
set -euo pipefail
cd "$(dirname "$0")"
export HSBRUN_CAMPAIGN="${HSBRUN_CAMPAIGN:-ci}"

# What the tests use of the system, and the Debian package that brings it.
missing=()
need() { # package, a file or command that shows that it is there
    command -v "$2" >/dev/null 2>&1 || [ -e "$2" ] || missing+=("$1")
}
need odbc-postgresql "/usr/lib/$(uname -m)-linux-gnu/odbc/psqlodbcw.so"
need unixodbc isql
need postgresql-client psql
need python3-pyodbc "$(echo /usr/lib/python3/dist-packages/pyodbc*.so)"
need gcc gcc
need spin spin
if [ "${#missing[@]}" -gt 0 ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "test.sh: the tests need these Debian packages or their like: ${missing[*]}" >&2
        exit 2
    fi
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

cargo fmt --all --check
cargo clippy --locked --all-targets -- -D warnings
cargo test --locked
