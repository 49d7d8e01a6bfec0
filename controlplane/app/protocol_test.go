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

	"picket/controlplane"
	"picket/controlplane/ingest"
	"picket/controlplane/journal"
	picketv1 "picket/proto/picket/v1"
)

var record1 = flag.Bool("record", false, "record the streams of the present protocol that do not exist yet")

// TestRecordedStreamsOfEachProtocolVersionAreServed replays what filters of each version sent, as they sent it, to what is built
// now. A recorded stream is never changed: a new version adds others.
func TestRecordedStreamsOfEachProtocolVersionAreServed(t *testing.T) {
	for _, name := range []string{"protocol-1.hex", "protocol-1-newer-minor.hex", "protocol-1-filter.hex"} {
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

// recordedAt is when recorded entries were made.
var recordedAt = time.Unix(1_800_000_000, 0).UTC()

// TestRecordedEntriesOfEachVersionAreFolded folds what each version of a replica put into the journal: a report an entry, then
// several in one. A recorded entry is never changed: a new version adds others.
func TestRecordedEntriesOfEachVersionAreFolded(t *testing.T) {
	for _, name := range []string{"journal-1.hex", "journal-2.hex"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name)
			if _, err := os.Stat(file); *record1 && errors.Is(err, fs.ErrNotExist) {
				recordEntries(t, file, strings.Contains(name, "2"))
			}
			o, began := options(t), time.Now()
			o.Clock = func() time.Time { return recordedAt.Add(time.Since(began)) }
			a := running(t, o)
			for _, data := range readLines(t, file) {
				if err := a.journal.Append(t.Context(), controlplane.JournalEntry{Data: data}); err != nil {
					t.Fatal(err)
				}
			}
			exact(t, awaitDecisions(t, a.register, 1)["edge"], 55)
			if n := metric(t, a, "picket_journal_unreadable_total"); n != 0 {
				t.Errorf("%v entries could not be read", n)
			}
		})
	}
}

// recordEntries writes the reports of an attack, one of which comes twice, as the journal has them.
func recordEntries(t *testing.T, name string, together bool) {
	t.Helper()
	w := &worker{group: "edge"}
	first := w.report(30)
	var lines, bundle string
	for _, b := range []controlplane.Batch{first, first, w.report(25)} {
		b.Start, b.End = recordedAt, recordedAt
		data := journal.Encode(b)
		lines += fmt.Sprintf("%x\n", data)
		bundle += fmt.Sprintf("%x", protowire.AppendBytes(protowire.AppendTag(nil, 1000, protowire.BytesType), data))
	}
	if together {
		lines = bundle + "\n"
	}
	if err := os.WriteFile(name, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
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

// readStream reads one report a line; what is not known of it stays in it.
func readStream(t *testing.T, name string) (all []*picketv1.Report) {
	t.Helper()
	for _, b := range readLines(t, name) {
		r := &picketv1.Report{}
		if err := proto.Unmarshal(b, r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// readLines reads what each line has in hexadecimal.
func readLines(t *testing.T, name string) (all [][]byte) {
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
		all = append(all, b)
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
