package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"picket/filter/proxywasm"
)

// host plays Envoy for the compiled filter: one VM, its header maps, buffers, properties, shared data and streams.
type host struct {
	t   testing.TB
	mod api.Module

	configuration []byte
	grpc          []byte // the message being received
	request       []string
	response      []string
	piece         []byte // of a request's body
	answer        []byte // a piece of a response's body
	continued     []uint32
	effective     uint32
	properties    map[string]string
	shared        map[string][]byte
	now           uint64

	tick     uint32
	service  []byte
	sent     [][]byte
	status   uint32
	headers  []byte
	body     []byte
	logs     []string
	counters map[uint32]string
	counts   map[string]uint64
}

// temporary holds what the tests build; TestMain makes and removes it.
var temporary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "picket-filter")
	if err != nil {
		panic(err)
	}
	temporary = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// build compiles the filter once, as the Makefile does.
var build = sync.OnceValues(func() ([]byte, error) {
	out := filepath.Join(temporary, "picket.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-buildmode=c-shared", "-ldflags=-s -w", "-o", out, ".")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if b, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the filter: %w\n%s", err, b)
	}
	return os.ReadFile(out)
})

// machine keeps the module's machine code from test to test.
var machine = sync.OnceValues(func() (wazero.CompilationCache, error) {
	return wazero.NewCompilationCacheWithDir(filepath.Join(temporary, "wazero"))
})

// load instantiates the module with this host.
func load(t testing.TB) *host {
	t.Helper()
	module, err := build()
	if err != nil {
		t.Fatal(err)
	}
	h := &host{t: t, properties: map[string]string{}, shared: map[string][]byte{}, now: uint64(time.Unix(1_800_000_000, 0).UnixNano()),
		counters: map[uint32]string{}, counts: map[string]uint64{}}
	cache, err := machine()
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(cache))
	t.Cleanup(func() { _ = r.Close(context.Background()) })
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	b := r.NewHostModuleBuilder("env")
	for name, f := range h.functions() {
		b.NewFunctionBuilder().WithFunc(f).Export(name)
	}
	if _, err := b.Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	mod, err := r.InstantiateWithConfig(ctx, module, wazero.NewModuleConfig().WithStartFunctions("_initialize").WithStderr(os.Stderr).WithSysNanotime())
	if err != nil {
		t.Fatal(err)
	}
	h.mod = mod
	return h
}

// call calls one of the filter's exports.
func (h *host) call(name string, args ...uint64) uint64 {
	h.t.Helper()
	out, err := h.mod.ExportedFunction(name).Call(h.t.Context(), args...)
	if err != nil {
		h.t.Fatalf("%s: %v", name, err)
	}
	if len(out) == 0 {
		return 0
	}
	return out[0]
}

func (h *host) read(at, n uint32) []byte {
	b, ok := h.mod.Memory().Read(at, n)
	if !ok {
		h.t.Fatalf("the filter named %d bytes at %d, beyond its memory", n, at)
	}
	return append([]byte(nil), b...)
}

// give writes a result where the filter allocates, and tells it where.
func (h *host) give(b []byte, at, length uint32) uint32 {
	p := uint32(h.call("proxy_on_memory_allocate", uint64(len(b))))
	if p == 0 || !h.mod.Memory().Write(p, b) {
		h.t.Fatal("the filter gave no memory")
	}
	h.mod.Memory().WriteUint32Le(at, p)
	h.mod.Memory().WriteUint32Le(length, uint32(len(b)))
	return 0
}

const notFound = 1

// functions are the ABI's host calls that the filter imports.
func (h *host) functions() map[string]any {
	return map[string]any{
		"proxy_log":                          func(_, at, n uint32) uint32 { h.logs = append(h.logs, string(h.read(at, n))); return 0 },
		"proxy_get_current_time_nanoseconds": func(at uint32) uint32 { h.mod.Memory().WriteUint64Le(at, h.now); return 0 },
		"proxy_set_tick_period_milliseconds": func(ms uint32) uint32 { h.tick = ms; return 0 },
		"proxy_get_buffer_bytes":             h.getBuffer,
		"proxy_get_header_map_pairs": func(m, at, n uint32) uint32 {
			if m == uint32(proxywasm.ResponseHeaders) {
				return h.give(proxywasm.AppendPairs(nil, h.response...), at, n)
			}
			return h.give(proxywasm.AppendPairs(nil, h.request...), at, n)
		},
		"proxy_replace_header_map_value": func(_, _, _, _, _ uint32) uint32 { return 0 },
		"proxy_continue_stream":          func(uint32) uint32 { h.continued = append(h.continued, h.effective); return 0 },
		"proxy_set_effective_context":    func(id uint32) uint32 { h.effective = id; return 0 },
		"proxy_remove_header_map_value":  func(_, _, _ uint32) uint32 { return 0 },
		"proxy_get_property": func(path, pathLen, at, n uint32) uint32 {
			v, ok := h.properties[string(h.read(path, pathLen))]
			if !ok {
				return notFound
			}
			return h.give([]byte(v), at, n)
		},
		"proxy_send_local_response": func(status, _, _, body, bodyLen, headers, headersLen uint32, _ int32) uint32 {
			h.status, h.body, h.headers = status, h.read(body, bodyLen), h.read(headers, headersLen)
			return 0
		},
		"proxy_grpc_stream": func(service, serviceLen, _, _, _, _, _, _, id uint32) uint32 {
			h.service = h.read(service, serviceLen)
			h.mod.Memory().WriteUint32Le(id, 7)
			return 0
		},
		"proxy_grpc_send":       func(_, at, n uint32, _ int32) uint32 { h.sent = append(h.sent, h.read(at, n)); return 0 },
		"proxy_grpc_close":      func(uint32) uint32 { return 0 },
		"proxy_get_shared_data": h.getShared,
		"proxy_set_shared_data": func(key, keyLen, at, n, _ uint32) uint32 {
			h.shared[string(h.read(key, keyLen))] = h.read(at, n)
			return 0
		},
		"proxy_define_metric": func(_, name, nameLen, id uint32) uint32 {
			n := uint32(len(h.counters) + 1)
			h.counters[n] = string(h.read(name, nameLen))
			h.mod.Memory().WriteUint32Le(id, n)
			return 0
		},
		"proxy_increment_metric": func(id uint32, by int64) uint32 { h.counts[h.counters[id]] += uint64(by); return 0 },
	}
}

func (h *host) getBuffer(kind, start, size, at, n uint32) uint32 {
	b := map[uint32][]byte{0: h.piece, 1: h.answer, 5: h.grpc, 7: h.configuration}[kind]
	start = min(start, uint32(len(b)))
	return h.give(b[start:min(uint64(start)+uint64(size), uint64(len(b)))], at, n)
}

func (h *host) getShared(key, keyLen, at, n, version uint32) uint32 {
	v, ok := h.shared[string(h.read(key, keyLen))]
	if !ok {
		return notFound
	}
	h.mod.Memory().WriteUint32Le(version, 1)
	return h.give(v, at, n)
}

// receive hands the filter a message of its stream.
func (h *host) receive(message []byte) {
	h.grpc = message
	h.call("proxy_on_grpc_receive", 1, 7, uint64(len(message)))
}

// pairs reads a header map that the filter wrote.
func pairs(b []byte) map[string]string {
	m := map[string]string{}
	n := int(binary.LittleEndian.Uint32(b))
	at := 4 + 8*n
	for i := range n {
		kn, vn := int(binary.LittleEndian.Uint32(b[4+8*i:])), int(binary.LittleEndian.Uint32(b[8+8*i:]))
		m[string(b[at:at+kn])] = string(b[at+kn+1 : at+kn+1+vn])
		at += kn + vn + 2
	}
	return m
}
