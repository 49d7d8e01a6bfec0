# Picket. `make` alone lists what there is to make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
TOOLS := $(CURDIR)/.tools/bin
BUF := github.com/bufbuild/buf/cmd/buf@v1.75.0
PROTOC_GEN_GO := google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
PROTOC_GEN_GO_GRPC := google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
PROTOC_GEN_CONNECT_GO := connectrpc.com/connect/cmd/protoc-gen-connect-go@v1.21.0
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# The filter is always the same bytes for the same source.
WASM := GOOS=wasip1 GOARCH=wasm go build -trimpath -buildmode=c-shared
FILTER_SOURCE := $(shell find filter proto/wire -name '*.go' -o -name '*.s') go.mod go.sum
FUZZTIME ?= 20s

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: build envoy ## Start a phone carrier's API behind Envoy and Picket, attack it, and tell what happens
	@build/picket demo

.PHONY: test
test: build build/picket-fault.wasm envoy ## Run every test, on a real Envoy too
	go test $(TESTFLAGS) ./...

.PHONY: test-envoy
test-envoy: build build/picket-fault.wasm envoy ## Run the end-to-end tests on a real Envoy only
	go test -count=1 $(TESTFLAGS) ./envoy/... ./controlplane/cli/...

.PHONY: race
race: build build/picket-fault.wasm envoy ## Run every test under the race detector
	go test -race $(TESTFLAGS) ./...

.PHONY: bench
bench: build envoy ## Measure what Picket costs, beside its peers, in one run: table and build/bench.json
	go run ./envoy/bench

.PHONY: faults
faults: ## Kill, freeze and cut off replicas, nodes and NATS servers while attacks go on; print what was lost, and for how long
	PICKET_LONG=1 go test ./controlplane/app ./controlplane/natsstore -v -count=1 -timeout 20m \
	  -run 'Faults|KilledAlone|FullJournal|CutOff|HeldUp|Disk|Clock|Poisoned|Empty|WithoutItsServer'

.PHONY: accuracy
accuracy: ## Measure how well the inspection tells attacks from honest traffic: table and build/accuracy.json
	@mkdir -p build
	go run ./filter/inspect/accuracy

.PHONY: train
train: ## Rebuild the inspection's weights, byte for byte (CORPORA=DIR, default ../shared/corpora)
	go run ./filter/inspect/train

.PHONY: fuzz
fuzz: ## Fuzz every parser and codec for FUZZTIME each (default 20s)
	@set -e; for p in $$(grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z]+' $$p/*_test.go | cut -c6-); do \
	    echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$p; \
	  done; done

.PHONY: lint
lint: $(TOOLS)/golangci-lint $(TOOLS)/buf ## Look for what the compiler does not see
	$(TOOLS)/golangci-lint run ./...
	cd proto && $(TOOLS)/buf lint

.PHONY: generate
generate: $(TOOLS)/buf $(TOOLS)/protoc-gen-go $(TOOLS)/protoc-gen-go-grpc $(TOOLS)/protoc-gen-connect-go ## Generate code and reference pages
	cd proto && PATH="$(TOOLS):$$PATH" $(TOOLS)/buf generate
	go test ./controlplane/policy -run Reference -update

.PHONY: check
check: lint generate ## Vet, lint, and see that what is generated is up to date
	go vet ./...
	GOOS=wasip1 GOARCH=wasm go vet -unsafeptr=false ./filter/...
	go vet -C filter/inspect/accuracy/peers ./... && go test -C filter/inspect/accuracy/peers ./...
	go mod tidy -diff
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	@git diff --exit-code --stat -- '*.pb.go' '*.connect.go' '*REFERENCE.md' || { echo "run make generate and commit what changes"; exit 1; }

.PHONY: envoy
envoy: ## Install a pinned Envoy under .tools, unless there is one already
	@envoy/install.sh

.PHONY: build
build: build/picket ## Build build/picket, the filter embedded, and build/picket.wasm

build/picket: build/picket.wasm FORCE
	@cp build/picket.wasm filter/compiled/picket.wasm
	go build -trimpath -tags picket_embed -ldflags '-s -w' -o $@ ./controlplane/cmd/picket

build/picket.wasm: $(FILTER_SOURCE)
	@mkdir -p build
	$(WASM) -ldflags '-s -w -X picket/filter/plugin.Version=$(VERSION)' -o $@ ./filter

# A filter that a request can make fail, for tests.
build/picket-fault.wasm: $(FILTER_SOURCE)
	@mkdir -p build
	$(WASM) -tags picket_fault -ldflags '-s -w' -o $@ ./filter

.PHONY: clean
clean: ## Remove what was built
	rm -rf build filter/compiled/picket.wasm

.PHONY: FORCE
FORCE:

$(TOOLS)/buf:
	GOBIN=$(TOOLS) go install $(BUF)
$(TOOLS)/protoc-gen-go:
	GOBIN=$(TOOLS) go install $(PROTOC_GEN_GO)
$(TOOLS)/protoc-gen-go-grpc:
	GOBIN=$(TOOLS) go install $(PROTOC_GEN_GO_GRPC)
$(TOOLS)/protoc-gen-connect-go:
	GOBIN=$(TOOLS) go install $(PROTOC_GEN_CONNECT_GO)
$(TOOLS)/golangci-lint:
	GOBIN=$(TOOLS) go install $(GOLANGCI_LINT)
