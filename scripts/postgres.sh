#!/bin/sh
# Run a command with a PostgreSQL of its own: scripts/postgres.sh .venv/bin/python -m pytest tests/server
# KT_TEST_POSTGRES then holds the address of an empty database, which lives in a temporary folder and
# is thrown away. Installs Debian's package as root when it is missing; says how otherwise, and runs
# the command without it (under CI=true that is a failure).
#     scripts/postgres.sh --install    installs what is missing, and starts nothing
#     scripts/postgres.sh --where      prints the folder of the programs, or nothing; installs nothing
set -eu

say() { printf '%s\n' "$*" >&2; }

# The newest of what is installed.
find_programs() {
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) "$(pg_config --bindir 2>/dev/null || :)"; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
            printf '%s\n' "$folder"
            return 0
        fi
    done
    return 1
}

install_programs() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    say "Installing PostgreSQL for the tests of the server ..."
    # No database of the system's own: only the programs are wanted.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get update -qq >&2 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
}

if [ "${1:-}" = --where ]; then
    find_programs || :
    exit 0
fi
[ "${1:-}" != --install ] || set -- true

BIN="$(find_programs)" || { install_programs && BIN="$(find_programs)"; } || {
    say "No PostgreSQL here. As an administrator: apt-get install postgresql"
    [ "${CI:-}" = true ] && exit 1
    exec "$@"
}

[ "$1" != true ] || exit 0

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups "$@"); else "$@"; fi
}

FOLDER="$(mktemp -d "${TMPDIR:-/tmp}/pg.XXXXXX")" # a short name: the path of a socket has room for 107 bytes
leave() {
    as_owner "$BIN/pg_ctl" -D "$FOLDER/data" -m immediate -s stop >/dev/null 2>&1 || :
    rm -rf "$FOLDER"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ "$(id -u)" != 0 ] || chown postgres: "$FOLDER"
as_owner "$BIN/initdb" -D "$FOLDER/data" -U kitchentable -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$FOLDER.log" 2>&1 ||
    { cat "$FOLDER.log" >&2; rm -f "$FOLDER.log"; exit 1; }
rm -f "$FOLDER.log"
# A socket in the folder and no port; nothing here has to outlive a power cut.
as_owner "$BIN/pg_ctl" -D "$FOLDER/data" -s -w -l "$FOLDER/data/log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$FOLDER' -c fsync=off -c max_connections=200" start
as_owner "$BIN/createdb" -h "$FOLDER" -U kitchentable kitchentable

KT_TEST_POSTGRES="postgresql+psycopg://kitchentable@/kitchentable?host=$FOLDER" "$@"
