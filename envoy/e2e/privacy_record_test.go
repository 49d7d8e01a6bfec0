package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

const signalsMethod = "/picket.v1.Signals/Stream"

// rawCodec hands messages on as the bytes they are.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(v any) ([]byte, error) {
	b, ok := v.(*[]byte)
	if !ok {
		return nil, fmt.Errorf("marshal %T as bytes", v)
	}
	return *b, nil
}

func (rawCodec) Unmarshal(data []byte, v any) error {
	b, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("unmarshal bytes into %T", v)
	}
	*b = append([]byte(nil), data...)
	return nil
}

// record keeps every message that nodes sent, of all services, with the headers of each stream, and the hash key that came back. It is safe for concurrent
// use.
type record struct {
	mu      sync.Mutex
	raw     [][]byte // from nodes
	reports []heard
	keys    *picketv1.Keys
	news    chan struct{} // closed at the next message
	losses  int           // how many acknowledgements are still to be lost, each with its stream
}

// heard is a report, and the instance whose stream it came by.
type heard struct {
	*picketv1.Report
	instance uint64
}

func newRecord() *record { return &record{news: make(chan struct{})} }

// conversation is one stream as it passes.
type conversation struct {
	*record
	signals  bool
	instance uint64
}

func (r *record) conversation(stream grpc.ServerStream) *conversation {
	method, _ := grpc.MethodFromServerStream(stream)
	header, _ := metadata.FromIncomingContext(stream.Context())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.raw = append(r.raw, fmt.Append(nil, method, header))
	return &conversation{record: r, signals: method == signalsMethod}
}

func (c *conversation) up(raw []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = append(c.raw, raw)
	if c.signals {
		m := &picketv1.Report{}
		if err := proto.Unmarshal(raw, m); err != nil {
			return fmt.Errorf("decode report: %w", err)
		}
		c.instance = cmp.Or(m.GetHello().GetInstance(), c.instance)
		c.reports = append(c.reports, heard{m, c.instance})
	}
	close(c.news)
	c.news = make(chan struct{})
	return nil
}

func (c *conversation) down(raw []byte) error {
	if !c.signals {
		return nil
	}
	m := &picketv1.Directive{}
	if err := proto.Unmarshal(raw, m); err != nil {
		return fmt.Errorf("decode directive: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys = cmp.Or(m.Keys, c.keys)
	if c.losses > 0 && m.Acknowledged > 0 {
		c.losses--
		return status.Error(codes.Aborted, "the acknowledgement is lost")
	}
	return nil
}

// lose lets the next n acknowledgements get lost, and the streams that they came by end.
func (r *record) lose(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.losses = n
}

// lost tells whether all of them are.
func (r *record) lost() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.losses == 0
}

// key gives the hash key that went down.
func (r *record) key(t *testing.T) *identify.Key {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := identify.NewKey(r.keys.GetId(), r.keys.GetKey())
	if !ok {
		t.Fatal("no hash key went down")
	}
	return &k
}

// all gives what was recorded so far.
func (r *record) all() (raw [][]byte, reports []heard) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.raw[:len(r.raw):len(r.raw)], r.reports[:len(r.reports):len(r.reports)]
}

// await waits until the reports are as done wants.
func (r *record) await(t *testing.T, what string, done func([]heard) bool) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), within)
	defer stop()
	for {
		r.mu.Lock()
		reports, news := r.reports, r.news
		r.mu.Unlock()
		if done(reports) {
			return
		}
		select {
		case <-news:
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s; %d reports came", what, len(reports))
		}
	}
}

// rolledUp sums the requests in reports, each of one instance once.
func rolledUp(reports []heard) (n uint64) {
	counted := map[[2]uint64]bool{}
	for _, r := range reports {
		if id := [2]uint64{r.instance, r.Sequence}; !counted[id] {
			counted[id] = true
			for _, row := range r.Rollups {
				n += row.Requests
			}
		}
	}
	return n
}

// told tells whether a word has come.
func told(reports []heard, word string) bool {
	for _, r := range reports {
		for _, w := range r.Words {
			if w.Text == word {
				return true
			}
		}
	}
	return false
}

// serveRecorded serves handler for every method on a free port, and gives its address.
func serveRecorded(t *testing.T, handler grpc.StreamHandler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer(grpc.UnknownServiceHandler(handler), grpc.ForceServerCodec(rawCodec{}))
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// recordedProxy stands between nodes and the control plane at address, and keeps what goes by.
func recordedProxy(t *testing.T, control string) (*record, string) {
	t.Helper()
	conn, err := grpc.NewClient(control, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	r := newRecord()
	return r, serveRecorded(t, func(_ any, node grpc.ServerStream) error {
		method, _ := grpc.MethodFromServerStream(node)
		ctx, stop := context.WithCancel(node.Context())
		defer stop()
		desc := &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}
		server, err := conn.NewStream(ctx, desc, method, grpc.ForceCodec(rawCodec{}))
		if err != nil {
			return err
		}
		c := r.conversation(node)
		go func() {
			_ = relay(node, server, c.up)
			_ = server.CloseSend()
		}()
		return relay(server, node, c.down)
	})
}

// messages is either end of a stream.
type messages interface {
	SendMsg(m any) error
	RecvMsg(m any) error
}

// relay hands messages on until from ends.
func relay(from, to messages, keep func([]byte) error) error {
	for {
		var b []byte
		err := from.RecvMsg(&b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = keep(b)
		}
		if err == nil {
			err = to.SendMsg(&b)
		}
		if err != nil {
			return err
		}
	}
}

// nosy is a control plane that asks for every word it sees the hash of. It serves signals only, and gives settings as
// the test wants.
type nosy struct {
	*record

	setting  sync.Mutex // guards the following
	settings *picketv1.Settings
	revision uint64
	streams  map[*nosyStream]bool
}

type nosyStream struct {
	wire grpc.ServerStream
	mu   sync.Mutex // one sender at a time
}

func (s *nosyStream) send(d *picketv1.Directive) error {
	b, err := proto.Marshal(d)
	if err != nil {
		return fmt.Errorf("encode directive: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wire.SendMsg(&b)
}

const nosyEpoch = 7

// newNosy gives one and its address.
func newNosy(t *testing.T, settings *picketv1.Settings) (*nosy, string) {
	t.Helper()
	n := &nosy{record: newRecord(), settings: settings, revision: 1, streams: map[*nosyStream]bool{}}
	n.keys = &picketv1.Keys{Id: 5, Key: []byte("a key of a test.")}
	return n, serveRecorded(t, n.stream)
}

// snapshot is the whole policy. n.setting is held.
func (n *nosy) snapshot() []*picketv1.Delta {
	return []*picketv1.Delta{{
		Epoch: nosyEpoch, Revision: n.revision, Settings: proto.CloneOf(n.settings), SnapshotBegin: true, SnapshotEnd: true,
	}}
}

func (n *nosy) stream(_ any, wire grpc.ServerStream) error {
	c := n.conversation(wire)
	if !c.signals {
		return status.Error(codes.Unimplemented, "signals only")
	}
	s := &nosyStream{wire: wire}
	if err := n.welcome(s); err != nil {
		return err
	}
	defer n.leave(s)
	for {
		var b []byte
		if err := wire.RecvMsg(&b); err != nil {
			return err
		}
		if err := n.pry(s, c, b); err != nil {
			return err
		}
	}
}

func (n *nosy) welcome(s *nosyStream) error {
	n.setting.Lock()
	defer n.setting.Unlock()
	n.streams[s] = true
	return s.send(&picketv1.Directive{Keys: n.keys, Deltas: n.snapshot()})
}

func (n *nosy) leave(s *nosyStream) {
	n.setting.Lock()
	defer n.setting.Unlock()
	delete(n.streams, s)
}

// pry acknowledges a report and asks for whatever it hints at.
func (n *nosy) pry(s *nosyStream, c *conversation, b []byte) error {
	if err := c.up(b); err != nil {
		return err
	}
	r := &picketv1.Report{}
	if err := proto.Unmarshal(b, r); err != nil {
		return fmt.Errorf("decode report: %w", err)
	}
	return s.send(&picketv1.Directive{Acknowledged: r.Sequence, Reveal: hashesIn(r)})
}

// hashesIn gives every number of a report that might stand for a word.
func hashesIn(r *picketv1.Report) (hashes []uint64) {
	for _, e := range r.Endpoints {
		hashes = append(append(hashes, e.Segments...), e.Host, e.Id)
	}
	for _, row := range r.Rollups {
		c := row.Caller
		hashes = append(hashes, c.GetKey(), c.GetSubject(), c.GetSession(), c.GetAccount(), c.GetCredential(), c.GetIpHash())
		hashes = append(append(append(hashes, row.Objects.GetValues()...), row.Accounts.GetValues()...), row.Queries.GetValues()...)
	}
	return hashes
}

// set gives other settings to every worker and waits until all have them in force.
func (n *nosy) set(t *testing.T, change func(*picketv1.Settings)) {
	t.Helper()
	n.setting.Lock()
	defer n.setting.Unlock()
	change(n.settings)
	n.revision++
	d := &picketv1.Directive{Deltas: n.snapshot()}
	for s := range n.streams {
		if err := s.send(d); err != nil {
			t.Errorf("send settings: %v", err)
		}
	}
	n.awaitRevision(t, n.revision, len(n.streams))
}

// awaitRevision waits until so many instances prove a revision, and have the hash key.
func (n *nosy) awaitRevision(t *testing.T, revision uint64, instances int) {
	t.Helper()
	n.await(t, fmt.Sprintf("revision %d on %d instances", revision, instances), func(reports []heard) bool {
		proven := map[uint64]bool{}
		for _, r := range reports {
			if r.GetReceipt().GetRevision() == revision && r.KeyId == n.keys.Id {
				proven[r.instance] = true
			}
		}
		return len(proven) >= instances
	})
}
