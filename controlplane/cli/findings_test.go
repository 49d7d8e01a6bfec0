package cli

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"picket/controlplane/app"
	"picket/controlplane/ingest"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// controlPlane runs one in memory and gives its addresses.
func controlPlane(t *testing.T) (http, grpc string) {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	a, err := app.New(app.Options{HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", State: app.Memory, Deltas: true, Mode: "enforce"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-a.Ready():
	case err := <-done:
		done <- nil
		t.Fatal(err)
	}
	return a.HTTPAddr(), a.GRPCAddr()
}

// report sends a report as a worker does, made with the hash key, and returns once it has arrived for good.
func report(t *testing.T, address string, make func(key *identify.Key) *picketv1.Report) {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	s, err := picketv1.NewSignalsClient(conn).Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	send := func(r *picketv1.Report) {
		if err := s.Send(r); err != nil {
			t.Fatal(err)
		}
	}
	send(&picketv1.Report{Hello: &picketv1.Hello{NodeId: "edge-1", Cluster: "edge", Protocol: ingest.Protocol, Instance: 7, Worker: 1}})
	for acknowledged := uint64(0); acknowledged == 0; {
		d, err := s.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if k := d.GetKeys(); k != nil {
			key, _ := identify.NewKey(k.GetId(), k.GetKey())
			r := make(&key)
			r.Sequence, r.KeyId, r.EndUnixNano = 1, k.GetId(), uint64(time.Now().UnixNano())
			send(r)
		}
		acknowledged = d.GetAcknowledged()
	}
}

// found is a report of an injection that was denied.
func found(key *identify.Key) *picketv1.Report {
	e := &picketv1.Endpoint{Method: "POST", Segments: []uint64{0}}
	e.Id = key.Endpoint(e.Method, 0, e.Segments)
	return &picketv1.Report{
		Endpoints: []*picketv1.Endpoint{e},
		Findings: []*picketv1.Finding{{
			Id: 0xabc, Caller: &picketv1.Caller{Ip: []byte{203, 0, 113, 7}}, Endpoint: e.Id, Class: "sqli", Place: "json",
			Field: key.Hash(identify.DomainWord, []byte("comment")), Confidence: 0.97, Evidence: "union select w", Rule: "union",
			Decoding: "plain", Count: 1, Enforced: 1, LastUnixNano: uint64(time.Now().UnixNano()),
		}},
		Totals: &picketv1.Totals{Requests: 1, Reported: 1, Blocked: 1, DeniedFindings: 1, Bodies: 1, BodiesUnread: 1},
	}
}

// awaitFinding waits until the finding has come out of the journal again, from which every replica knows it.
func awaitFinding(t *testing.T, http string) {
	t.Helper()
	late, again := time.NewTimer(30*time.Second), time.NewTicker(5*time.Millisecond)
	defer late.Stop()
	defer again.Stop()
	for {
		var out, errs bytes.Buffer
		run(t.Context(), []string{"get", "findings", "--server", http}, &out, &errs)
		if strings.Contains(out.String(), "0000000000000abc") {
			return
		}
		select {
		case <-late.C:
			t.Fatalf("no finding: %s%s", out.String(), errs.String())
		case <-again.C:
		}
	}
}

func TestFindingsAreListedAndExplained(t *testing.T) {
	http, grpc := controlPlane(t)
	report(t, grpc, found)
	awaitFinding(t, http)
	for _, c := range []struct{ args, want string }{
		{"get findings", `0000000000000abc +SQL injection +json: comment +POST /\{id\} +ip 203\.0\.113\.7 +enforced +0\.97 +1 `},
		{"get findings --class sqli --enforced --since 1h -o wide", `sqli .* union +union select w +edge-1/1 +edge`},
		{"get findings -o json", `"title": "SQL injection"`},
		{"get findings --class xss", `^Nothing was found\.`},
		{"explain 0000000000000abc", `(?m)^Seen: SQL injection \(OWASP A03:2021, CWE-89\), in 1 request at `},
		{"explain 0000000000000abc", `(?m)^  - \{match: "POST /\{id\}", place: json, name: "comment", classes: \[sqli\], `},
		{"explain 0000000000000abc -o wide", `Sent by ip 203\.0\.113\.7\.`},
		{"explain 0000000000000abc -o json", `"effect": "enforced"`},
		{"status", `findings +1 remembered, 1 requests denied, 1 bodies inspected, 1 of them not wholly\n`},
	} {
		t.Run(c.args, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(t.Context(), append(strings.Fields(c.args), "--server", http), &out, &errs)
			if code != 0 || !regexp.MustCompile(c.want).MatchString(out.String()) {
				t.Errorf("code %d, %s%s\nwant %s", code, out.String(), errs.String(), c.want)
			}
		})
	}
}
