package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"picket/controlplane/memstore"
	"picket/controlplane/policy"
)

// options of a control plane in memory on free ports, with its traces below the test's directory.
func options(t *testing.T) Options {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	return Options{HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", State: Memory, Deltas: true, ECDS: true}
}

// running starts a control plane and gives it once it is ready; it ends with the test.
func running(t *testing.T, o Options) *App {
	t.Helper()
	a, err := New(o)
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
	return a
}

func get200(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", url, r.StatusCode, b, err)
	}
	return string(b)
}

func TestControlPlaneServesOnceItIsReady(t *testing.T) {
	a := running(t, options(t))
	get200(t, "http://"+a.HTTPAddr()+"/readyz")
	if m := get200(t, "http://"+a.HTTPAddr()+"/metrics"); !strings.Contains(m, "picket_") {
		t.Error("no metric of ours")
	}
	conn, err := grpc.NewClient(a.GRPCAddr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	h, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
	if err != nil || h.Status != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("health: %v, %v", h, err)
	}
	kept, err := os.ReadFile(TokenPath(a.HTTPAddr()))
	if err != nil || strings.TrimSpace(string(kept)) != a.Token() || len(a.Token()) != 64 {
		t.Errorf("token: %q, %v", kept, err)
	}
	info, err := os.Stat(TokenPath(a.HTTPAddr()))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("token's mode: %v, %v", info.Mode(), err)
	}
}

func TestTokenAndDecisionsOutliveARestart(t *testing.T) {
	o := options(t)
	o.State = t.TempDir()
	var tokens [2]string
	var epochs [2]uint64
	for i := range tokens {
		t.Run("start", func(t *testing.T) {
			a := running(t, o)
			tokens[i], epochs[i] = a.Token(), a.Publisher().Epoch()
		})
	}
	if tokens[0] != tokens[1] || epochs[0] != epochs[1] {
		t.Errorf("tokens %v, epochs %v", tokens, epochs)
	}
	if _, err := os.Stat(filepath.Join(o.State, "token")); err != nil {
		t.Error(err)
	}
}

func TestAddressInUseSaysWhichFlag(t *testing.T) {
	o := options(t)
	a := running(t, o)
	o.GRPC = a.GRPCAddr()
	_, err := New(o)
	var m *Mistake
	if !errors.As(err, &m) || !strings.HasPrefix(m.Text, "--grpc "+o.GRPC+" is in use") {
		t.Errorf("got %v", err)
	}
}

func TestNothingListensBeyondLoopbackInClear(t *testing.T) {
	base := Options{HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", State: Memory}
	cases := []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"nodes in clear", func(o *Options) { o.GRPC = "0.0.0.0:0" }, "--tls-cert, --tls-key and --node-ca"},
		{"nodes on all addresses", func(o *Options) { o.GRPC = ":0" }, "--tls-cert, --tls-key and --node-ca"},
		{"nodes by name", func(o *Options) { o.GRPC = "picket.corp:0" }, "--tls-cert, --tls-key and --node-ca"},
		{"nodes without authorities", func(o *Options) { o.GRPC, o.TLSCert, o.TLSKey = ":0", "c", "k" }, "--node-ca"},
		{"operators in clear", func(o *Options) { o.HTTP, o.TokenFile = ":0", "t" }, "--tls-cert, --tls-key"},
		{"operators without proof", func(o *Options) { o.HTTP, o.TLSCert, o.TLSKey = ":0", "c", "k" }, "--operator-ca or --token-file"},
		{"authorities without a certificate", func(o *Options) { o.NodeCA = "ca" }, "--tls-cert and --tls-key"},
		{"half a certificate", func(o *Options) { o.TLSKey = "k" }, "give both"},
		{"no port", func(o *Options) { o.HTTP = "127.0.0.1" }, "HOST:PORT"},
		{"no state", func(o *Options) { o.State = "" }, "--state"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := base
			c.change(&o)
			err := o.check()
			var m *Mistake
			if !errors.As(err, &m) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, c.want)
			}
		})
	}
	for _, address := range []string{"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"} {
		if !Loopback(address) {
			t.Errorf("%s is loopback", address)
		}
	}
}

func TestChangedPolicyFileIsTakenWholeOrNotAtAll(t *testing.T) {
	f := &policyFile{name: filepath.Join(t.TempDir(), "policy.yaml")}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	write := func(text string) {
		t.Helper()
		at = at.Add(time.Second)
		if err := errors.Join(os.WriteFile(f.name, []byte(text), 0o600), os.Chtimes(f.name, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	write("picket: v1\n")
	if err := f.load(); err != nil {
		t.Fatal(err)
	}
	var put []string
	var logged []error
	var refuse error
	look := func() (int, int) {
		f.look(t.Context(), func(_ context.Context, d policy.Document) error {
			if refuse == nil {
				put = append(put, d.YAML)
			}
			return refuse
		}, func(err error) { logged = append(logged, err) })
		return len(put), len(f.Warnings())
	}
	steps := []struct {
		name          string
		do            func()
		puts, warning int
	}{
		{"nothing changed", func() {}, 0, 0},
		{"touched only", func() { write("picket: v1\n") }, 0, 0},
		{"another mode", func() { write("picket: v1\nmode: enforce\n") }, 1, 0},
		{"two mistakes", func() { write("picket: v1\nmode: x\ncolour: red\n") }, 1, 2},
		{"still there", func() {}, 1, 2},
		{"mended", func() { write("picket: v1\nmode: observe\n") }, 2, 0},
		{"gone", func() { _ = os.Remove(f.name) }, 2, 1},
		{"back as it was", func() { write("picket: v1\nmode: observe\n") }, 3, 0},
		{"not stored", func() { write("picket: v1\n"); refuse = errors.New("store is away") }, 3, 1},
		{"stored in the next round", func() { refuse = nil }, 4, 0},
	}
	for _, s := range steps {
		s.do()
		if puts, warnings := look(); puts != s.puts || warnings != s.warning {
			t.Errorf("%s: %d puts, %d warnings (%v), want %d, %d", s.name, puts, warnings, f.Warnings(), s.puts, s.warning)
		}
	}
	if len(logged) != 3 {
		t.Errorf("logged %d times: %v", len(logged), logged)
	}
}

func TestPolicyMistakesKeepItFromStarting(t *testing.T) {
	o := options(t)
	o.PolicyFile = filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(o.PolicyFile, []byte("picket: v1\nmode: x\ncolour: red\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := New(o)
	var m *Mistake
	if !errors.As(err, &m) || strings.Count(m.Text, o.PolicyFile+":") != 2 {
		t.Errorf("got %v", err)
	}
}

func TestReplicasShareTheHashKey(t *testing.T) {
	register := memstore.New()
	var ids []uint32
	var hashes []uint64
	for range 2 {
		k, keys, err := sharedKey(t.Context(), register)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, keys.Id)
		hashes = append(hashes, k.Hash(1, []byte("x")))
	}
	if ids[0] == 0 || ids[0] != ids[1] || hashes[0] != hashes[1] {
		t.Errorf("ids %v, hashes %v", ids, hashes)
	}
}

func TestTokenPathIsOneForEachServer(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/state")
	cases := map[string]string{
		"127.0.0.1:8080": "/state/picket/servers/127.0.0.1_8080/token",
		"localhost:8080": "/state/picket/servers/127.0.0.1_8080/token",
		"0.0.0.0:8080":   "/state/picket/servers/127.0.0.1_8080/token",
		":8080":          "/state/picket/servers/127.0.0.1_8080/token",
		"[::1]:8080":     "/state/picket/servers/[__1]_8080/token",
		"../../x":        "/state/picket/servers/.._.._x/token",
	}
	for server, want := range cases {
		if diff := cmp.Diff(want, TokenPath(server)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", server, diff)
		}
	}
}
