package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"picket/filter/proxywasm"
	"picket/proto/wire"
)

// guest is one VM with the compiled filter in wazero. This program plays Envoy for it, as far as allocations go.
type guest struct {
	ctx     context.Context
	runtime wazero.Runtime
	mod     api.Module
	stderr  *lines
	err     error // the first that a host call met

	root          string // plugin_root_id, while something is configured
	configuration []byte
	message       []byte // of the gRPC stream
	request       []byte // headers, serialized
	response      []byte
	shared        map[string][]byte
	now           uint64
	sequence      uint64 // of the last report that was sent
	counters      uint32
	functions     map[string]api.Function
}

const (
	statusOK       = 0
	statusNotFound = 1
	trafficContext = 1
	policyContext  = 2
	streamID       = 7
)

// newGuest loads the filter and starts it as Envoy does: its stream opens, and it gets a hash key. Go's runtime writes a
// line to stderr for each collection.
func newGuest(ctx context.Context, module []byte) (*guest, error) {
	g := &guest{
		ctx: ctx, runtime: wazero.NewRuntime(ctx), stderr: &lines{}, shared: map[string][]byte{}, now: 1_800_000_000e9,
		functions: map[string]api.Function{},
	}
	if err := g.load(module); err != nil {
		return nil, errors.Join(err, g.close())
	}
	g.root, g.configuration = "picket", []byte("signals=picket_control tick=100 address=xff:1")
	g.call("proxy_on_vm_start", trafficContext, 0)
	g.call("proxy_on_configure", trafficContext, uint64(len(g.configuration)))
	g.call("proxy_on_tick", trafficContext)
	d := wire.Directive{Keys: &wire.Keys{ID: 9, Key: []byte("0123456789abcdef")}}
	g.receive(d.Append(nil))
	return g, g.err
}

func (g *guest) close() error { return g.runtime.Close(g.ctx) }

func (g *guest) load(module []byte) error {
	if _, err := wasi_snapshot_preview1.Instantiate(g.ctx, g.runtime); err != nil {
		return fmt.Errorf("load filter: %w", err)
	}
	b := g.runtime.NewHostModuleBuilder("env")
	for name, f := range g.hostCalls() {
		b.NewFunctionBuilder().WithFunc(f).Export(name)
	}
	if _, err := b.Instantiate(g.ctx); err != nil {
		return fmt.Errorf("load filter: %w", err)
	}
	var err error
	g.mod, err = g.runtime.InstantiateWithConfig(g.ctx, module, wazero.NewModuleConfig().WithStartFunctions("_initialize").
		WithEnv("GODEBUG", "gctrace=1").WithStderr(g.stderr).WithSysNanotime().WithSysWalltime())
	if err != nil {
		return fmt.Errorf("load filter: %w", err)
	}
	return nil
}

// call calls one of the filter's exports, unless something has failed.
func (g *guest) call(name string, args ...uint64) uint64 {
	if g.err != nil {
		return 0
	}
	f := g.functions[name]
	if f == nil {
		f = g.mod.ExportedFunction(name)
		g.functions[name] = f
	}
	out, err := f.Call(g.ctx, args...)
	if err != nil {
		g.err = fmt.Errorf("call %s: %w", name, err)
	}
	if err != nil || len(out) == 0 {
		return 0
	}
	return out[0]
}

// push gives the carrier filter a policy.
func (g *guest) push(policy []byte) error {
	g.root, g.configuration = "picket-policy", policy
	g.call("proxy_on_vm_start", policyContext, 0)
	g.call("proxy_on_configure", policyContext, uint64(len(policy)))
	return g.err
}

// receive hands the filter a message of its stream.
func (g *guest) receive(message []byte) {
	g.message = message
	g.call("proxy_on_grpc_receive", trafficContext, streamID, uint64(len(message)))
}

// serve passes one request through the filter.
func (g *guest) serve(stream uint64, request []byte) error {
	g.request = request
	g.call("proxy_on_request_headers", stream, 12, 1)
	g.call("proxy_on_done", stream)
	return g.err
}

// tick lets 100 ms pass, and acknowledges what was reported.
func (g *guest) tick() error {
	g.now += 100e6
	before := g.sequence
	g.call("proxy_on_tick", trafficContext)
	if g.sequence != before {
		d := wire.Directive{Acknowledged: g.sequence}
		g.receive(d.Append(nil))
	}
	return g.err
}

// memory is the length of the linear memory, which never shrinks, in bytes.
func (g *guest) memory() float64 { return float64(g.mod.Memory().Size()) }

// collections is how often Go's collector has run.
func (g *guest) collections() int { return g.stderr.count([]byte("gc ")) }

func (g *guest) read(at, n uint32) []byte {
	b, ok := g.mod.Memory().Read(at, n)
	if !ok {
		g.err = fmt.Errorf("the filter names %d bytes at %d, beyond its memory", n, at)
	}
	return b
}

// give writes a result where the filter allocates, and tells it where.
func (g *guest) give(b []byte, at, length uint32) uint32 {
	p := uint32(g.call("proxy_on_memory_allocate", uint64(len(b))))
	if !g.mod.Memory().Write(p, b) {
		g.err = errors.New("the filter gave no memory")
	}
	g.mod.Memory().WriteUint32Le(at, p)
	g.mod.Memory().WriteUint32Le(length, uint32(len(b)))
	return statusOK
}

// hostCalls are the ABI's calls that the filter imports.
func (g *guest) hostCalls() map[string]any {
	return map[string]any{
		"proxy_get_current_time_nanoseconds": func(at uint32) uint32 { g.mod.Memory().WriteUint64Le(at, g.now); return statusOK },
		"proxy_get_buffer_bytes":             g.getBuffer,
		"proxy_get_header_map_pairs":         g.getPairs,
		"proxy_get_property":                 g.getProperty,
		"proxy_get_shared_data":              g.getShared,
		"proxy_set_shared_data":              g.setShared,
		"proxy_grpc_send":                    g.send,
		"proxy_grpc_stream": func(_, _, _, _, _, _, _, _, id uint32) uint32 {
			g.mod.Memory().WriteUint32Le(id, streamID)
			return statusOK
		},
		"proxy_grpc_close": func(uint32) uint32 { return statusOK },
		"proxy_define_metric": func(_, _, _, id uint32) uint32 {
			g.counters++
			g.mod.Memory().WriteUint32Le(id, g.counters)
			return statusOK
		},
		"proxy_continue_stream":              func(uint32) uint32 { return statusOK },
		"proxy_set_effective_context":        func(uint32) uint32 { return statusOK },
		"proxy_increment_metric":             func(uint32, int64) uint32 { return statusOK },
		"proxy_log":                          func(_, _, _ uint32) uint32 { return statusOK },
		"proxy_set_tick_period_milliseconds": func(uint32) uint32 { return statusOK },
		"proxy_replace_header_map_value":     func(_, _, _, _, _ uint32) uint32 { return statusOK },
		"proxy_remove_header_map_value":      func(_, _, _ uint32) uint32 { return statusOK },
		"proxy_send_local_response":          func(_, _, _, _, _, _, _ uint32, _ int32) uint32 { return statusOK },
	}
}

func (g *guest) getPairs(m, at, length uint32) uint32 {
	if m == uint32(proxywasm.ResponseHeaders) {
		return g.give(g.response, at, length)
	}
	return g.give(g.request, at, length)
}

// getBuffer knows the buffers that the filter reads: 5 is a message of a stream, 7 a configuration.
func (g *guest) getBuffer(kind, start, size, at, length uint32) uint32 {
	b := g.configuration
	if kind == 5 {
		b = g.message
	}
	from := min(int(start), len(b))
	return g.give(b[from:min(from+int(size), len(b))], at, length)
}

func (g *guest) getProperty(path, pathLength, at, length uint32) uint32 {
	if string(g.read(path, pathLength)) != "plugin_root_id" {
		return statusNotFound
	}
	return g.give([]byte(g.root), at, length)
}

func (g *guest) getShared(key, keyLength, at, length, version uint32) uint32 {
	v, ok := g.shared[string(g.read(key, keyLength))]
	if !ok {
		return statusNotFound
	}
	g.mod.Memory().WriteUint32Le(version, 1)
	return g.give(v, at, length)
}

func (g *guest) setShared(key, keyLength, at, length, _ uint32) uint32 {
	g.shared[string(g.read(key, keyLength))] = bytes.Clone(g.read(at, length))
	return statusOK
}

// send notes a report's sequence.
func (g *guest) send(_, at, length uint32, _ int32) uint32 {
	var r wire.Report
	if err := r.Decode(g.read(at, length)); err != nil {
		g.err = fmt.Errorf("read report: %w", err)
	}
	g.sequence = max(g.sequence, r.Sequence)
	return statusOK
}

// lines counts lines as they are written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// count gives how many lines begin with prefix.
func (l *lines) count(prefix []byte) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range bytes.Lines(l.text.Bytes()) {
		if bytes.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

// readModule reads the compiled filter.
func (b *bench) readModule() ([]byte, error) {
	m, err := os.ReadFile(b.module)
	if err != nil {
		return nil, fmt.Errorf("read module: %w", err)
	}
	return m, nil
}
