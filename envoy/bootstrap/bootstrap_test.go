package bootstrap

import (
	"bytes"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

const module = "/var/lib/picket/picket-0123456789ab.wasm"

func parse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// configs are the shapes that the golden files show.
func configs(t *testing.T) map[string]Config {
	small := Config{
		Listeners: []string{"127.0.0.1:8000"}, Upstream: parse(t, "http://127.0.0.1:9000"),
		Control: "127.0.0.1:18000", Module: module,
	}
	whole := Config{
		NodeID: "edge-1", Cluster: "edge", Listeners: []string{":8443", "[::1]:8444"}, Admin: "localhost:0",
		TLS:         &DownstreamTLS{Cert: "/pki/edge/tls.crt", Key: "/pki/edge/tls.key", ClientCA: "/pki/edge/clients.crt", RequireClient: true},
		TrustedHops: 2, MaxConnections: 1000, Upstream: parse(t, "https://api.example.com"), UpstreamCA: "/pki/up/ca.crt",
		Control:    "picket.example.com:18000",
		ControlTLS: &ControlTLS{CA: "/pki/node/ca.crt", Cert: "/pki/node/tls.crt", Key: "/pki/node/tls.key"},
		Dir:        "/etc/picket", Module: module, Workers: 4, Tick: 250 * time.Millisecond,
	}
	grpc := small
	grpc.Upstream, grpc.Control, grpc.Workers, grpc.KeepEscapedSlashes = parse(t, "h2c://localhost:50051"), "localhost:18000", 2, true
	addressed := whole
	addressed.TLS, addressed.Listeners = nil, []string{"10.0.0.5:8000"}
	addressed.Upstream, addressed.Control = parse(t, "h2://[::1]:8443"), "10.0.0.7:18000"
	addressed.ControlTLS = &ControlTLS{CA: "/pki/ca.crt", Cert: "/pki/tls.crt", Key: "/pki/tls.key", ServerName: "picket"}
	return map[string]Config{"small": small, "whole": whole, "grpc": grpc, "addresses-with-tls": addressed}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; -update writes it anew\n%s", file, diff)
	}
}

func TestBootstrapIsAsInTheGoldenFiles(t *testing.T) {
	for name, c := range configs(t) {
		t.Run(name, func(t *testing.T) {
			files, err := c.Files()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				golden(t, name+"."+f.Name, f.Content)
			}
		})
	}
}

func TestSnippetIsAsInTheGoldenFiles(t *testing.T) {
	for name, c := range map[string]Config{
		"plain": {Control: "127.0.0.1:18000", Module: module},
		"tls":   configs(t)["whole"],
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.Snippet()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "snippet-"+name+".yaml", got)
		})
	}
}

func TestBothFiltersShareOneVM(t *testing.T) {
	b, err := encode(configs(t)["small"].httpFilters())
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "vm_config:", "configuration:"
	var vms []string
	for rest := string(b); ; {
		_, after, found := strings.Cut(rest, begin)
		if !found {
			break
		}
		vm, _, _ := strings.Cut(after, end)
		vms, rest = append(vms, strings.Join(strings.Fields(vm), " ")), after
	}
	if len(vms) != 2 || vms[0] != vms[1] {
		t.Errorf("VM configurations %q", vms)
	}
}

func TestAddressIsReadWhereItIsSureToBeRight(t *testing.T) {
	tests := map[string]struct {
		config Config
		want   string
	}{
		"clients on loopback can connect":          {Config{Listeners: []string{"10.0.0.1:80", "127.0.0.1:80"}}, "source"},
		"clients on loopback can connect as well":  {Config{Listeners: []string{":80"}, TrustedHops: 1}, "source"},
		"no client is on loopback":                 {Config{Listeners: []string{"10.0.0.1:80"}}, "xff:0"},
		"no client is on loopback, behind proxies": {Config{Listeners: []string{"[fd00::1]:80"}, TrustedHops: 2}, "xff:2"},
		"it is asked for":                          {Config{Listeners: []string{"127.0.0.1:80"}, ForwardedAddress: true}, "xff:0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.config.addressSetting(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestMistakesAreAllToldAtOnce(t *testing.T) {
	tests := map[string]struct {
		change func(*Config)
		want   string
	}{
		"an empty configuration": {
			func(c *Config) { *c = Config{} },
			`no listener: give an address such as 127.0.0.1:8000
no upstream: give http://host:port or https://host:port
module "": give the absolute path of the compiled filter
control plane "": want host:port`,
		},
		"addresses that are none": {
			func(c *Config) {
				c.Listeners, c.Admin, c.Control = []string{"8000", "example.com:80", ":70000"}, "x", "host:0"
			},
			`listener "8000": want host:port
listener "example.com:80": the host must be an address, as in 127.0.0.1:8000
listener ":70000": the port must be a number from 0 to 65535
admin "x": want host:port
control plane "host:0": the port must be a number from 1 to 65535`,
		},
		"an upstream with a password": {
			func(c *Config) { c.Upstream = parse(t, "http://me:secret@host") },
			`upstream "http://me:xxxxx@host": must not hold a user or password`,
		},
		"an upstream with a path": {
			func(c *Config) { c.Upstream = parse(t, "http://host/v1") },
			`upstream "http://host/v1": must not have a path or query; give http://host:port or https://host:port`,
		},
		"an upstream that is no service": {
			func(c *Config) { c.Upstream = parse(t, "ftp://host") },
			`upstream "ftp://host": give http://host:port or https://host:port`,
		},
		"an upstream without a host": {
			func(c *Config) { c.Upstream = parse(t, "http://:80") },
			`upstream ":80": want host:port`,
		},
		"numbers out of range": {
			func(c *Config) { c.Workers, c.TrustedHops, c.Tick = -1, 17, time.Hour },
			`tick 1h0m0s: must be from 10ms to 1s
workers -1: must be from 0 to 1024
trusted hops 17: must be from 0 to 16`,
		},
		"certificates by relative paths": {
			func(c *Config) {
				c.ControlTLS = &ControlTLS{CA: "ca.crt", Cert: "/c", Key: "/k"}
				c.TLS = &DownstreamTLS{Cert: "/c", Key: "k", RequireClient: true}
			},
			`control plane CA "ca.crt": give an absolute path
listener key "k": give an absolute path
client certificates are required, but there is no client CA to verify them
directory of the secrets "": give an absolute path`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := configs(t)["small"]
			test.change(&c)
			_, err := c.Bootstrap()
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSnippetNeedsNoListenerOrUpstream(t *testing.T) {
	_, err := Config{Module: "picket.wasm"}.Snippet()
	want := `module "picket.wasm": give the absolute path of the compiled filter
control plane "": want host:port`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestWriteKeepsFilesToTheirOwner(t *testing.T) {
	dir := t.TempDir()
	path, err := configs(t)["whole"].Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte("path: "+filepath.Join(dir, controlCertFile))) {
		t.Error("the bootstrap does not refer to the secrets beside it")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 5 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		if i, err := e.Info(); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), i.Mode(), err)
		}
	}
}

func FuzzValidConfigIsNeverRefusedByTheEncoder(f *testing.F) {
	f.Add("127.0.0.1:1", "http://h", "c:1", "/m")
	f.Add("[::1]:0", "https://[::1]:8", "[::1]:1", "/a b\n: '\"#")
	f.Fuzz(func(t *testing.T, listen, upstream, control, module string) {
		u, err := url.Parse(upstream)
		if err != nil {
			return
		}
		c := Config{Listeners: []string{listen}, Upstream: u, UpstreamCA: "/ca", Control: control, Module: module}
		if c.validate() != nil {
			return
		}
		if _, err := c.Bootstrap(); err != nil {
			t.Error(err)
		}
	})
}
