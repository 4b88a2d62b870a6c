#!/usr/bin/env bash
# Prints the folder that holds initdb, pg_ctl and postgres; fails when there is none.
# Debian keeps them off the PATH, one folder a version: the newest one is taken.
set -euo pipefail

for dir in "$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")" \
    $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV); do
    if [[ -x $dir/initdb && -x $dir/pg_ctl && -x $dir/postgres ]]; then
        echo "$dir"
        exit 0
    fi
done
exit 1
