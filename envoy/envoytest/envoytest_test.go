package envoytest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// config answers every request with the given body.
func config(body string) []byte {
	return fmt.Appendf(nil, `
admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
static_resources:
  listeners:
  - name: main
    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: main
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          route_config:
            virtual_hosts:
            - name: v
              domains: ["*"]
              routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: %q}}}]
`, body)
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", url, res.Status, err)
	}
	return string(b)
}

func TestStartedEnvoyServesAndTellsAboutItself(t *testing.T) {
	e := Start(t, config("hello"), Concurrency(1))
	if got := get(t, e.URL("main")+"/x"); got != "hello" {
		t.Errorf("body %q", got)
	}
	if n := e.Stat("http.main.downstream_rq_2xx"); n != 1 {
		t.Errorf("%d requests counted, want 1", n)
	}
	if n := e.Stat("server.concurrency"); n != 1 {
		t.Errorf("%d workers, want 1", n)
	}
	if !strings.Contains(string(e.ConfigDump()), `"stat_prefix": "main"`) {
		t.Error("the configuration dump lacks the listener")
	}
	if e.RSS() < 10<<20 || e.CPU() <= 0 {
		t.Errorf("resident %d bytes, CPU %v: too little for an Envoy", e.RSS(), e.CPU())
	}
}

func TestHotRestartKeepsThePort(t *testing.T) {
	e := Start(t, config("one"), Concurrency(1), HotRestartable(), Args("--drain-time-s", "1", "--parent-shutdown-time-s", "2"))
	before, first := e.Addr("main"), e.proc
	e.HotRestart(config("two"))
	if e.Addr("main") != before {
		t.Errorf("listens on %s, want %s", e.Addr("main"), before)
	}
	if got := get(t, e.URL("main")); got != "two" {
		t.Errorf("body %q from the second generation", got)
	}
	<-first.Done()
	if err := first.Err(); err != nil && !strings.Contains(err.Error(), "exit status 0") {
		t.Errorf("first generation: %v", err)
	}
	if got := get(t, e.URL("main")); got != "two" {
		t.Errorf("body %q after the first generation ended", got)
	}
}

func TestKilledEnvoyIsNoFailureOfItsTest(t *testing.T) {
	e := Start(t, config("x"), Concurrency(1))
	e.Kill()
	if err := syscall.Kill(e.Pid(), 0); err == nil {
		t.Error("the process lives on")
	}
}

func TestDrainTellsClientsToCloseTheirConnections(t *testing.T) {
	e := Start(t, config("x"), Concurrency(1), Args("--drain-strategy", "immediate"))
	e.Drain()
	res, err := http.Get(e.URL("main"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if !res.Close {
		t.Errorf("headers %v: want connection: close", res.Header)
	}
}

func TestEmptyModuleIsAFilterThatEnvoyLoads(t *testing.T) {
	filter := fmt.Sprintf(`http_filters:
          - name: empty
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config: {vm_config: {runtime: envoy.wasm.runtime.v8, code: {local: {filename: %q}}}}`, EmptyModule(t))
	c := strings.Replace(string(config("through")), "http_filters:", filter, 1)
	Validate(t, []byte(c))
	if got := get(t, Start(t, []byte(c)).URL("main")); got != "through" {
		t.Errorf("body %q", got)
	}
}

func TestPinTakesThePortsThatListenersHave(t *testing.T) {
	const in = "static_resources: {listeners: [{name: a, address: {socket_address: {address: h, port_value: 0}}}, {name: b, address: {socket_address: {address: h, port_value: 5}}}, {name: c}]}"
	out, err := pin([]byte(in), map[string]string{"a": "h:7", "b": "h:8"})
	if err != nil {
		t.Fatal(err)
	}
	if s := string(out); !strings.Contains(s, "port_value: 7") || !strings.Contains(s, "port_value: 5") {
		t.Errorf("pinned:\n%s", s)
	}
}

func TestCPUIsReadBehindAnyProgramName(t *testing.T) {
	d, err := readCPU(syscall.Getpid())
	if err != nil || d < 0 || d > time.Hour {
		t.Errorf("%v, %v", d, err)
	}
}
