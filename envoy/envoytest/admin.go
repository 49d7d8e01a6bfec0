package envoytest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// pollEvery is how often a process that is starting is asked.
const pollEvery = 20 * time.Millisecond

// client never waits for long: the admin interface answers at once or not at all.
var client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// await polls until Envoy tells where its admin interface is and that it is ready. Envoy ending is an error at once.
func (e *Envoy) await(ctx context.Context, adminFile string) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !e.ready(ctx, adminFile) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("it is not ready: %w", ctx.Err())
		case <-e.proc.Done():
			return e.proc.Err()
		case <-tick.C:
		}
	}
	return nil
}

func (e *Envoy) ready(ctx context.Context, adminFile string) bool {
	b, err := os.ReadFile(adminFile)
	if err != nil || len(b) == 0 {
		return false
	}
	e.admin = string(b)
	_, err = e.ask(ctx, http.MethodGet, "/ready")
	return err == nil
}

// ask gives the body of an answer with status 200.
func (e *Envoy) ask(ctx context.Context, method, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+e.admin+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %s", method, path, res.Status, b)
	}
	return b, err
}

// Get asks the admin interface for a path and gives the answer's body.
func (e *Envoy) Get(path string) []byte {
	e.t.Helper()
	return e.must(http.MethodGet, path)
}

// Post tells the admin interface to do something and gives the answer's body.
func (e *Envoy) Post(path string) []byte {
	e.t.Helper()
	return e.must(http.MethodPost, path)
}

func (e *Envoy) must(method, path string) []byte {
	e.t.Helper()
	b, err := e.ask(e.t.Context(), method, path)
	if err != nil {
		e.t.Fatalf("ask Envoy's admin interface: %v", err)
	}
	return b
}

// Admin is the address of the admin interface, host:port.
func (e *Envoy) Admin() string { return e.admin }

// Addr is where the listener of that name listens, host:port.
func (e *Envoy) Addr(listener string) string {
	e.t.Helper()
	a, ok := e.addresses()[listener]
	if !ok {
		e.t.Fatalf("Envoy has no listener %q, but %v", listener, e.addresses())
	}
	return a
}

// URL is "http://" and Addr.
func (e *Envoy) URL(listener string) string {
	e.t.Helper()
	return "http://" + e.Addr(listener)
}

func (e *Envoy) addresses() map[string]string {
	e.t.Helper()
	var answer struct {
		Listeners []struct {
			Name    string `json:"name"`
			Address struct {
				Socket struct {
					Address string `json:"address"`
					Port    int    `json:"port_value"`
				} `json:"socket_address"`
			} `json:"local_address"`
		} `json:"listener_statuses"`
	}
	e.decode("/listeners?format=json", &answer)
	all := map[string]string{}
	for _, l := range answer.Listeners {
		all[l.Name] = net.JoinHostPort(l.Address.Socket.Address, strconv.Itoa(l.Address.Socket.Port))
	}
	return all
}

func (e *Envoy) decode(path string, v any) {
	e.t.Helper()
	if err := json.Unmarshal(e.Get(path), v); err != nil {
		e.t.Fatalf("read %s of Envoy's admin interface: %v", path, err)
	}
}

// Stat gives a counter or gauge, and 0 for one that Envoy does not have (it makes some at first use).
func (e *Envoy) Stat(name string) uint64 {
	e.t.Helper()
	return e.Stats()[name]
}

// Stats gives all counters and gauges.
func (e *Envoy) Stats() map[string]uint64 {
	e.t.Helper()
	all := map[string]uint64{}
	for line := range strings.Lines(string(e.Get("/stats?type=Counters"))) {
		addStat(all, line)
	}
	for line := range strings.Lines(string(e.Get("/stats?type=Gauges"))) {
		addStat(all, line)
	}
	return all
}

// addStat reads "name: value".
func addStat(all map[string]uint64, line string) {
	i := strings.LastIndex(line, ": ")
	if i < 0 {
		return
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(line[i+2:]), 10, 64); err == nil {
		all[line[:i]] = n
	}
}

// ConfigDump gives Envoy's configuration as JSON.
func (e *Envoy) ConfigDump() []byte {
	e.t.Helper()
	return e.Get("/config_dump?include_eds")
}

// Drain tells Envoy to drain its listeners in order; connections end as their requests do.
func (e *Envoy) Drain() {
	e.t.Helper()
	e.Post("/drain_listeners?graceful")
}

// pin replaces port 0 of listeners by the ports in addresses, by the listener's name.
func pin(config []byte, addresses map[string]string) ([]byte, error) {
	var c map[string]any
	if err := yaml.Unmarshal(config, &c); err != nil {
		return nil, fmt.Errorf("read Envoy's configuration: %w", err)
	}
	resources, _ := c["static_resources"].(map[string]any)
	listeners, _ := resources["listeners"].([]any)
	for _, l := range listeners {
		if err := pinListener(l, addresses); err != nil {
			return nil, err
		}
	}
	return yaml.Marshal(c)
}

func pinListener(l any, addresses map[string]string) error {
	listener, _ := l.(map[string]any)
	name, _ := listener["name"].(string)
	address, _ := listener["address"].(map[string]any)
	socket, _ := address["socket_address"].(map[string]any)
	if now, ok := addresses[name]; ok && socket["port_value"] == 0 {
		_, port, err := net.SplitHostPort(now)
		if err != nil {
			return fmt.Errorf("find the port of listener %s: %w", name, err)
		}
		if socket["port_value"], err = strconv.Atoi(port); err != nil {
			return fmt.Errorf("find the port of listener %s: %w", name, err)
		}
	}
	return nil
}
