#!/usr/bin/env bash
# `go test` with the words of failing tests only, and every skipped test named: test.sh ARGUMENTS...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

CGO_ENABLED=0 go build -C tools -o ../bin/tools/testlog ./testlog
go test -json -timeout 15m "$@" | bin/tools/testlog
