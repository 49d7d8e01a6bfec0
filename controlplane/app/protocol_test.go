package app

import (
	"bufio"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"picket/controlplane/ingest"
	picketv1 "picket/proto/picket/v1"
)

var record1 = flag.Bool("record", false, "record the streams of the present protocol that do not exist yet")

// TestRecordedStreamsOfEachProtocolVersionAreServed replays what filters of each version sent, as they sent it, to what is built
// now. A recorded stream is never changed: a new version adds others.
func TestRecordedStreamsOfEachProtocolVersionAreServed(t *testing.T) {
	for _, name := range []string{"protocol-1.hex", "protocol-1-newer-minor.hex"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name)
			if _, err := os.Stat(file); *record1 && errors.Is(err, fs.ErrNotExist) {
				recordStream(t, file, strings.Contains(name, "newer"))
			}
			a := running(t, options(t))
			requests, last := replayStream(t, a, readStream(t, file))
			if got := a.fleet.Status().Totals.Requests; got != requests || last == 0 {
				t.Errorf("%d requests counted, want %d (up to report %d)", got, requests, last)
			}
			exact(t, awaitDecisions(t, a.register, 1)["edge"], int(requests))
		})
	}
}

// replayStream sends the reports on one stream with the key that it is told, and waits until the last is acknowledged.
func replayStream(t *testing.T, a *App, reports []*picketv1.Report) (requests, last uint64) {
	t.Helper()
	conn, err := grpc.NewClient(a.GRPCAddr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	s, err := picketv1.NewSignalsClient(conn).Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now := uint64(time.Now().UnixNano())
	for _, r := range reports {
		if r.KeyId != 0 {
			r.KeyId = a.keys.Id
		}
		if r.Sequence > 0 {
			r.StartUnixNano, r.EndUnixNano = now, now
		}
		last = max(last, r.Sequence)
		for _, p := range r.Rollups {
			requests += p.Requests
		}
		if err := s.Send(r); err != nil {
			t.Fatal(err)
		}
	}
	for acknowledged := uint64(0); acknowledged < last; {
		d, err := s.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if d.Refused != "" {
			t.Fatalf("refused: %s", d.Refused)
		}
		acknowledged = max(acknowledged, d.Acknowledged)
	}
	return requests, last
}

// readStream reads one report a line, in hexadecimal; what is not known of it stays in it.
func readStream(t *testing.T, name string) (all []*picketv1.Report) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		b, err := hex.DecodeString(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		r := &picketv1.Report{}
		if err := proto.Unmarshal(b, r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// recordStream writes a stream as the filter makes it. newer adds to every message what no version knows yet, and leaves out
// what the control plane can do without.
func recordStream(t *testing.T, name string, newer bool) {
	t.Helper()
	hello := &picketv1.Hello{
		NodeId: "edge-1", Cluster: "edge", FilterVersion: "1.0.0", Protocol: ingest.Protocol, Instance: 0x1234, Worker: 1, Workers: 1,
		Capabilities: []string{"deltas", "throttle-shares"}, StartedUnixNano: 1_800_000_000_000_000_000,
	}
	n := &node{group: "edge", changed: make(chan struct{})}
	n.report(30)
	n.report(25)
	all := append([]*picketv1.Report{{Hello: hello, Receipt: &picketv1.Receipt{Serving: true}}}, n.pending...)
	var out strings.Builder
	for _, r := range all {
		if r.Sequence > 0 {
			r.KeyId = 1
		}
		if newer {
			add(r)
		}
		b, err := proto.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%x\n", b)
	}
	if err := os.WriteFile(name, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// add puts fields of a later version into a report and what is in it.
func add(r *picketv1.Report) {
	unknown := protowire.AppendString(protowire.AppendTag(nil, 500, protowire.BytesType), "of a later version")
	unknown = protowire.AppendVarint(protowire.AppendTag(unknown, 501, protowire.VarintType), 7)
	r.ProtoReflect().SetUnknown(unknown)
	if r.Hello != nil {
		r.Hello.Capabilities, r.Hello.Workers, r.Hello.FilterVersion = nil, 0, "1.9.0"
		r.Hello.ProtoReflect().SetUnknown(unknown)
	}
	for _, p := range r.Rollups {
		p.ProtoReflect().SetUnknown(unknown)
		p.Caller.ProtoReflect().SetUnknown(unknown)
	}
}
