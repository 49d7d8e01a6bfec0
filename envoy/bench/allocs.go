package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/inspect"
	"picket/filter/proxywasm"
	reports "picket/filter/report"
	"picket/proto/wire"
)

// Allocations are looked for twice. Natively, the filter's pure packages are called as one request calls them, and Go
// counts what they allocate. Compiled, the whole filter serves requests in wazero with Go's collector telling of each
// of its runs: the collector runs each time the heap has doubled, and at 4 MB at the latest where it is smaller; no run
// within n requests means less than heap/n bytes a request.
const (
	tickRequests = 800 // requests between two ticks: a worker at 8,000 a second
	guestRecords = decisionCount
	smallestHeap = 4 << 20
)

func (b *bench) allocs(ctx context.Context) (Table, error) {
	t := Table{Name: "Allocations in the filter"}
	t.add("in the pure packages, a GET", nativeAllocs(), "allocations", "natively, testing.AllocsPerRun")
	module, err := b.readModule()
	if err != nil {
		return t, err
	}
	b.say("compiling the filter for wazero")
	g, err := newGuest(ctx, module)
	if err != nil {
		return t, err
	}
	err = b.guestAllocs(&t, g)
	return t, errors.Join(err, g.close())
}

func (b *bench) guestAllocs(t *Table, g *guest) error {
	if err := g.push(randomPolicy(1, guestRecords)); err != nil {
		return err
	}
	all := guestRequests()
	g.response = proxywasm.AppendPairs(nil, ":status", "200", "content-length", "200", "content-type", "application/json")
	n := b.pick(1_000_000, 100_000)
	if err := g.drive(all, 20*tickRequests, tickRequests); err != nil { // fills what is filled once
		return err
	}
	memory, collections := g.memory(), g.collections()
	began := time.Now()
	if err := g.drive(all, n, 0); err != nil {
		return err
	}
	b.say("%d requests in wazero took %v", n, time.Since(began).Round(time.Millisecond))
	runs := g.collections() - collections
	t.add("collections within the compiled filter", float64(runs), "runs", fmt.Sprintf("%d requests, no tick", n))
	t.add("so a request allocates less than", float64(runs+1)*max(smallestHeap, guestRecords*enforce.RecordSize)/float64(n), "B", "an upper bound")
	collections = g.collections()
	if err := g.drive(all, n, tickRequests); err != nil {
		return err
	}
	t.add("collections with a tick each 800 requests", float64(g.collections()-collections), "runs", fmt.Sprintf("%d requests, %d reports", n, n/tickRequests))
	t.add("growth of the linear memory meanwhile", g.memory()-memory, "B", fmt.Sprintf("of %.0f", memory))
	t.atMost("allocations a request", t.Figures[0].Value, 0, 0, "")
	t.note("%d decisions, GET with 12 headers, a token, a key, a session and an object id", guestRecords)
	return g.err
}

// drive serves n requests, with a tick after so many; 0: none.
func (g *guest) drive(all [][]byte, n, every int) error {
	for i := range n {
		if err := g.serve(uint64(100+i), all[i%len(all)]); err != nil {
			return err
		}
		if every > 0 && i%every == every-1 {
			if err := g.tick(); err != nil {
				return err
			}
		}
	}
	return nil
}

// guestRequests are those of the request part, as Envoy hands them to a filter.
func guestRequests() [][]byte {
	var all [][]byte
	for _, text := range requests(servedNetwork, func(c caller, object int) []byte { return c.get(object) }) {
		all = append(all, envoyPairs(string(text)))
	}
	return all
}

// envoyPairs serializes a request's head as Envoy does, with what its connection manager adds.
func envoyPairs(text string) []byte {
	line, rest, _ := strings.Cut(text, "\r\n")
	words := strings.Fields(line)
	kv := []string{":authority", "api.example.com", ":path", words[1], ":method", words[0], ":scheme", "http"}
	for h := range strings.SplitSeq(strings.TrimSpace(rest), "\r\n") {
		switch name, value, _ := strings.Cut(h, ": "); name {
		case "host":
		case "x-forwarded-for":
			kv = append(kv, name, value+",127.0.0.1")
		default:
			kv = append(kv, name, value)
		}
	}
	return proxywasm.AppendPairs(nil, append(kv, "x-forwarded-proto", "http", "x-request-id", "a1b2c3d4-0000-4000-8000-000000000000")...)
}

// nativeAllocs runs one request after the other through the filter's pure packages.
func nativeAllocs() float64 {
	n := newNative()
	all := guestRequests()
	for _, r := range all { // fills what is filled once
		n.serve(r)
	}
	i := 0
	return testing.AllocsPerRun(10_000, func() {
		n.serve(all[i%len(all)])
		i++
	})
}

// native is what one worker has for a request, without its host.
type native struct {
	key      identify.Key
	sources  identify.Sources
	router   *identify.Router
	table    *enforce.Table
	reporter *reports.Reporter
	request  identify.Request
	place    *identify.Place
	scratch  identify.Scratch
	judge    enforce.Judge
	sample   reports.Sample
	in       *inspect.Inspector
}

func newNative() *native {
	n := &native{table: enforce.NewTable(), reporter: reports.NewReporter(0, 1), in: inspect.New()}
	n.key, _ = identify.NewKey(9, []byte("0123456789abcdef"))
	n.sources = identify.Sources{
		KeyHeaders: [][]byte{[]byte("x-api-key")}, SessionCookies: [][]byte{[]byte("session")}, JWT: true, Basic: true,
	}
	rules := []identify.Rule{{Method: "GET", Path: "/v1/customers/{customer}/orders/{order}", OwnerParameter: "customer"}}
	n.router = identify.NewRouter(&n.key, rules, nil, nil)
	n.table.Load(guestRecords * enforce.RecordSize)
	n.table.Write(0, randomRecords(1, guestRecords))
	n.table.Commit(enforce.Prefixes{V4: 1 << 32})
	return n
}

// serve does what filter/plugin does between its host calls.
func (n *native) serve(pairs identify.Pairs) {
	r := &n.request
	r.Scan(pairs, &n.sources)
	_, query := cut(r.Path, '?')
	f := identify.Identify(&n.key, &n.sources, r, query, nil, &n.scratch)
	address, _ := identify.Forwarded(r.ForwardedFor, 1)
	n.place = n.router.Place(r.Method, r.Host, r.Path)
	n.sample = reports.Sample{
		Caller:   reports.Caller{Key: f.Key, Subject: f.Subject, Session: f.Session, Credential: f.Credential, IPLen: 4, IP: address.As16()},
		Endpoint: n.reporter.Place(n.place), Object: n.place.Object, Number: n.place.Number, Outcome: reports.OutcomeOK, Nanos: 1e6,
	}
	n.ask(address, &f)
	n.in.Begin(r.Method)
	n.in.Target(r.Path)
	pairs.Each(func(k, v []byte) bool { n.in.Header(k, v); return true })
	n.reporter.Rollups.Add(&n.sample)
}

func (n *native) ask(address netip.Addr, f *identify.Facets) {
	n.judge = enforce.Judge{Table: n.table, Stance: enforce.Stance{Mode: enforce.ModeEnforce}, Now: 1_800_000_000}
	n.judge.Address(address, n.place.Endpoint)
	n.judge.Hash(f.Key, n.place.Endpoint)
	n.judge.Hash(f.Subject, n.place.Endpoint)
	n.judge.Hash(f.Session, n.place.Endpoint)
}

func cut(b []byte, c byte) (before, after []byte) {
	for i := range b {
		if b[i] == c {
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}

// randomPolicy is a policy with so many decisions about nobody, another one for each revision.
func randomPolicy(revision uint64, records int) []byte {
	s := wire.Settings{
		Mode: wire.ModeEnforce, IPPrivacy: wire.IPPrivacyClear, KeyHeaders: []string{"x-api-key"}, SessionCookies: []string{"session"},
		Subjects: []wire.SubjectKind{wire.SubjectKindJWT, wire.SubjectKindBasic, wire.SubjectKindMTLS},
		Endpoints: []wire.EndpointRule{
			{Method: "GET", Path: "/v1/customers/{customer}/orders/{order}", OwnerParameter: "customer"},
			{Method: "POST", Path: "/v1/login", AccountField: "username"},
		},
		Inspection: &wire.Inspection{HoldBytes: 16 << 10, HoldMs: 1000, InflateBytes: 1 << 20},
	}
	for c := range inspect.Class(inspect.Classes) {
		s.Inspection.Classes = append(s.Inspection.Classes, wire.ClassRule{Class: (c + 1).String(), Mode: wire.ModeEnforce, Threshold: 0.5})
	}
	head := wire.FilterPolicy{Epoch: benchEpoch, Revision: revision, Settings: &s, PrefixesV4: 1 << 32}
	return wire.AppendFilterPolicy(nil, head, randomRecords(revision, records))
}
