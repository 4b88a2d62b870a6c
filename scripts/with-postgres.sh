#!/usr/bin/env bash
# Runs a command with RINGBACK_TEST_PG naming a PostgreSQL of its own: with-postgres.sh COMMAND...
# The server lives in a new folder, listens on a unix socket there only, keeps its default
# durability (fsync on), and is gone when the command ends. A RINGBACK_TEST_PG that is already set
# is used as it is; "skip" runs the command without PostgreSQL and says so.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if [[ ${RINGBACK_TEST_PG-} == skip ]]; then
    echo "######## RINGBACK_TEST_PG=skip: NOTHING IS TESTED ON POSTGRESQL ########" >&2
    unset RINGBACK_TEST_PG
    exec "$@"
elif [[ -n ${RINGBACK_TEST_PG-} ]]; then
    exec "$@"
fi

bin=$("$here/find-postgres.sh") || {
    echo "PostgreSQL's server programs are not on this machine: run scripts/deps.sh test, or set RINGBACK_TEST_PG=skip" >&2
    exit 1
}

# Socket paths may have 107 bytes at most, which a long TMPDIR would exceed.
dir=$(mktemp -d /tmp/ringback-pg.XXXXXX)

# PostgreSQL refuses to run as root.
as_postgres() {
    if [[ $(id -u) != 0 ]]; then
        "$@"
    elif getent passwd postgres >/dev/null; then
        runuser -u postgres -- "$@"
    else
        runuser -u nobody -- "$@"
    fi
}

stop() {
    (cd / && as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop) >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ $(id -u) == 0 ]]; then
    chown "$(getent passwd postgres >/dev/null && echo postgres || echo nobody)" "$dir"
fi

# A linguistic collation, as real servers have, shows text compared by anything but its bytes.
collation=(--locale=C)
if "$bin/initdb" --help | grep -q -- --icu-locale; then
    collation+=(--locale-provider=icu --icu-locale=en-US)
fi

start() {
    as_postgres "$bin/initdb" -D "$dir/data" -U ringback -A trust --encoding=UTF8 "${collation[@]}" >"$dir/log" 2>&1 &&
        as_postgres "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/data/server.log" \
            -o "-k $dir -c listen_addresses='' -c max_connections=200" start >>"$dir/log" 2>&1
}
if ! (cd / && start); then
    echo "PostgreSQL in $bin did not start:" >&2
    cat "$dir/log" "$dir/data/server.log" >&2 || true
    exit 1
fi

export RINGBACK_TEST_PG="postgres://ringback@/postgres?host=$dir&sslmode=disable"
"$@"
