# ringback: every chore of the project. `make` alone lists them.
#
# Needed for build, demo and run: Go and make. The tests also need tmux and PostgreSQL's server
# programs, the pictures aha and Chromium: scripts/deps.sh installs them (as root on Debian or
# Ubuntu) or says what is missing.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)

# No C compiler is needed anywhere but in `make race`.
export CGO_ENABLED := 0

# The tools' versions are those of the go.mod files in tools; the version is in the file's name, so that a tool
# is built once and again only when its version moves.
tool_version  = $(shell awk '$$1 == "$(1)" && $$2 { print $$2 }' tools/$(2)go.mod)
GOFUMPT      := bin/tools/gofumpt-$(call tool_version,mvdan.cc/gofumpt)
GOLANGCI     := bin/tools/golangci-lint-$(call tool_version,github.com/golangci/golangci-lint/v2)
SQLC         := bin/tools/sqlc-$(call tool_version,github.com/sqlc-dev/sqlc,sqlc/)

# Arguments for `make demo ARGS="--seed 7"` and `make run ARGS=...`.
ARGS      ?=
# What `make test` passes to `go test`, e.g. TEST="-run Priority ./callback".
TEST      ?= ./...
# The chance that the property tests of `make test` draw from: the same every time, so that a failure is the change's own.
SEED      ?= 1
CHECKS    ?= 1000
# The packages with property tests.
PROPERTIES = $(shell grep -rl 'pgregory.net/rapid' --include='*_test.go' . | xargs -n1 dirname | sort -u | grep -v '^./proof')
BENCH     ?= .
FUZZTIME  ?= 30s
# How long each long test may take at most. Each has a goal, ends when that is reached, and says so if the time was over first.
SOAKTIME  ?= 60m

.PHONY: help
help: ## list the chores
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Programs

.PHONY: build
build: ## build bin/ringback and bin/ringback-server
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/ringback ./cmd/ringback-server

.PHONY: demo
demo: build ## open the desk on a make-believe team (ARGS="--seed 7")
	bin/ringback demo $(ARGS)

.PHONY: run
run: build ## open the desk
	bin/ringback $(ARGS)

## Tests

.PHONY: test
test: check-fast ## everything CI runs: format, vet, law, all tests, PostgreSQL and tmux included
	scripts/deps.sh test
	RAPID_SEED=$(SEED) scripts/with-postgres.sh scripts/test.sh -tags e2e $(TEST)

.PHONY: properties
properties: ## the property tests with chance of their own each time (CHECKS=1000)
	RAPID_CHECKS=$(CHECKS) scripts/with-postgres.sh scripts/test.sh -count 1 -timeout 0 $(PROPERTIES)

.PHONY: e2e
e2e: ## the stories of the two programs in a real terminal (tmux)
	scripts/deps.sh e2e
	scripts/test.sh -tags e2e -count 1 ./cmd/... ./phone

.PHONY: race
race: ## all tests under the race detector (needs a C compiler)
	scripts/deps.sh race
	CGO_ENABLED=1 scripts/with-postgres.sh scripts/test.sh -race -tags e2e ./...

.PHONY: golden
golden: ## redraw the golden screens and the reference of the commands; read the diff before committing it
	go test ./ui/... -update
	go test ./cmd/ringback ./cmd/ringback-server -run Docs -update
	git diff --stat -- ui docs

.PHONY: bench
bench: ## run the benchmarks (BENCH=regexp)
	scripts/with-postgres.sh go test -run '^$$' -bench '$(BENCH)' -benchmem -timeout 60m ./...

.PHONY: soak
soak: ## run the long tests, each to its goal, for SOAKTIME=60m at most
	scripts/deps.sh test
	RINGBACK_SOAK=$(SOAKTIME) scripts/with-postgres.sh \
		scripts/test.sh -tags soak -run Soak -count 1 -timeout 0 ./...

.PHONY: fuzz
fuzz: ## give every fuzz target its turn (FUZZTIME=30s)
	scripts/fuzz.sh $(FUZZTIME)

## Code

.PHONY: check
check: check-fast $(GOLANGCI) ## the linters as well (the first time builds them: minutes)
	go mod tidy -diff
	$(GOLANGCI) config verify
	$(GOLANGCI) run ./...
	if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; \
	else echo 'NOT CHECKED: the shell scripts (install shellcheck)'; fi

.PHONY: check-fast
check-fast: format-check law ## format, vet and the law of the house
	go vet -tags e2e ./...
	go test -C tools ./testlog

.PHONY: format-check
format-check: $(GOFUMPT)
	@bad=$$($(GOFUMPT) -l .); if [[ -n $$bad ]]; then \
		echo "not formatted, run 'make format':"; echo "$$bad"; exit 1; fi

.PHONY: format
format: $(GOFUMPT) ## format the code
	$(GOFUMPT) -w .

.PHONY: sql
sql: $(SQLC) ## generate server/rows anew from its migrations and queries
	cd server && ../$(SQLC) generate
	go test ./server -run Generated -update

.PHONY: law
law: ## the rooms, their imports and their sizes; works on a half-written tree too
	go test $(wildcard ./cmd/ringback/law*_test.go)

$(GOFUMPT):
	go build -C tools -trimpath -o ../$@ mvdan.cc/gofumpt

$(GOLANGCI):
	@echo 'building golangci-lint, once; this takes some minutes'
	go build -C tools -trimpath -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(SQLC):
	@echo 'building sqlc, once; this takes some minutes'
	go build -C tools/sqlc -trimpath -o ../../$@ github.com/sqlc-dev/sqlc/cmd/sqlc

## Documents

.PHONY: pictures
pictures: build ## redraw docs/pictures from the running program
	scripts/deps.sh pictures
	scripts/pictures.sh scripts/scenes.txt docs/pictures bin/ringback demo --seed 7

.PHONY: clean
clean: ## remove what was built (bin/tools stays)
	rm -f bin/ringback bin/ringback-server
