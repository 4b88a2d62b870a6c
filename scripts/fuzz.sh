#!/usr/bin/env bash
# Runs every fuzz target of the module in turn: fuzz.sh 30s. Stops at the first failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=$1 ran=0
for package in $(go list ./...); do
    list=$(go test -list '^Fuzz' "$package")
    for target in $(grep '^Fuzz' <<<"$list" || true); do
        echo "$package $target"
        go test -run '^$' -fuzz "^$target\$" -fuzztime "$seconds" "$package"
        ran=$((ran + 1))
    done
done
echo "$ran fuzz targets ran for $seconds each"
((ran > 0))
