# Everything a developer does with Tepat. It needs Go, Node.js with npm, and
# make; tests use PostgreSQL and Chromium where they are installed.

REGENCY ?= 21.03
PORT    ?= 8080
DATA    ?= data/$(subst .,,$(REGENCY))

export CGO_ENABLED ?= 0

GO_BUILD := go build -trimpath -ldflags='-s -w'
NPM      := node_modules/.package-lock.json
STATIC   := internal/web/page/static
ASSETS   := internal/region/kemendagri.txt.gz $(addprefix $(STATIC)/,htmx.min.js \
            source-sans-3.woff2 plus-jakarta-sans.woff2 licences.txt)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run build assets test check race fuzz bench bench-linkage build-all format vet clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build and serve the demo: make run [REGENCY=72.03] [PORT=8080] [DATA=folder]
	./tepat run --regency $(REGENCY) --data $(DATA) --addr localhost:$(PORT)

build: assets ## build ./tepat
	@$(GO_BUILD) -o tepat ./cmd/tepat

assets: $(ASSETS) ## make the embedded files from the npm packages
	@:

$(NPM): package.json package-lock.json .npmrc
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(ASSETS): $(NPM) $(wildcard tools/assets/*.go)
	@go run ./tools/assets

format: assets
	@files=$$(go list -f '{{.Dir}}' ./... | xargs gofmt -l); \
	if [ -n "$$files" ]; then echo "not formatted (gofmt -w):"; echo "$$files"; exit 1; fi

vet: assets
	@go vet ./...

check: format vet ## the fast tests: format, vet, Go tests on SQLite
	@go run ./tools/tests -browser=false

test: format vet build ## every test: Go on SQLite and PostgreSQL, and the browser
	@go run ./tools/pg go run ./tools/tests

race: assets ## Go tests on both engines under the race detector (needs a C compiler)
	@CGO_ENABLED=1 go run ./tools/pg go run ./tools/tests -browser=false -- -race ./...

FUZZTIME ?= 10s
fuzz: assets ## every fuzz test for FUZZTIME (10s)
	@grep -rl --include='*_test.go' '^func Fuzz' $$(go list -f '{{.Dir}}' ./...) | sort | while read -r file; do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$$file"); do \
			go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" || exit 1; \
		done; \
	done

BENCH ?= .
bench: build ## the benchmarks beside the code (BENCH=pattern), then ./tepat bench
	@go test -run '^$$' -bench '$(BENCH)' ./...
	./tepat bench

SIZES ?= 10000,100000,1000000
bench-linkage: ## speed and quality of linkage/ on labelled data, as Markdown (SIZES=10000,… SEED=1)
	@go build -o dist/benchlinkage ./tools/benchlinkage
	@dist/benchlinkage -sizes $(SIZES) -seed $(or $(SEED),1)

build-all: assets ## programs for Linux and Windows, with licences, into dist/
	@mkdir -p dist
	@GOOS=linux GOARCH=amd64 $(GO_BUILD) -o dist/tepat-linux-amd64 ./cmd/tepat
	@GOOS=linux GOARCH=arm64 $(GO_BUILD) -o dist/tepat-linux-arm64 ./cmd/tepat
	@GOOS=windows GOARCH=amd64 $(GO_BUILD) -o dist/tepat-windows-amd64.exe ./cmd/tepat
	@go run ./tools/notices > dist/THIRD-PARTY.txt
	@cp LICENSE NOTICE dist/
	@ls -l dist

clean: ## remove what was built; data and node_modules stay
	rm -rf tepat dist $(ASSETS)
