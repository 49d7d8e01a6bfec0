package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"picket/envoy/process"
)

// proxy is a running Envoy.
type proxy struct {
	name  string
	proc  *process.Process
	admin string
	ready time.Duration // from its start until it was ready
}

// readyWithin bounds Envoy's start: the first load of a Go module is compiled for seconds.
const readyWithin = 2 * time.Minute

// startProxy runs Envoy with a configuration and waits until it is ready. It ends with ctx or stop.
func (b *bench) startProxy(ctx context.Context, name string, config []byte, workers int) (*proxy, error) {
	base := filepath.Join(b.dir, name)
	if err := os.WriteFile(base+".yaml", config, 0o600); err != nil {
		return nil, fmt.Errorf("start Envoy %s: %w", name, err)
	}
	log, err := os.Create(base + ".log")
	if err != nil {
		return nil, fmt.Errorf("start Envoy %s: %w", name, err)
	}
	defer func() { _ = log.Close() }() // the child has its own
	_ = os.Remove(base + ".admin")
	began := time.Now()
	p := &proxy{name: name}
	p.proc, err = process.Start(ctx, process.Options{
		Path: b.envoy, ConfigFile: base + ".yaml", AdminFile: base + ".admin", Concurrency: workers, Log: log,
	})
	if err != nil {
		return nil, err
	}
	if err := p.await(ctx, base+".admin"); err != nil {
		text, _ := os.ReadFile(base + ".log")
		return nil, errors.Join(fmt.Errorf("start Envoy %s: %w\n%s", name, err, text), p.stop())
	}
	p.ready = time.Since(began)
	return p, nil
}

func (p *proxy) stop() error { return p.proc.Stop() }

// await asks until Envoy is ready.
func (p *proxy) await(ctx context.Context, adminFile string) error {
	return until(ctx, readyWithin, 5*time.Millisecond, func() (bool, error) {
		select {
		case <-p.proc.Done():
			return false, errors.Join(errors.New("it ended"), p.proc.Err())
		default:
		}
		b, _ := os.ReadFile(adminFile)
		if len(b) == 0 { // not written yet
			return false, nil
		}
		p.admin = string(b)
		_, err := p.get(ctx, "/ready")
		return err == nil, nil
	})
}

// until calls f every so often until it gives true or an error; it gives up after within.
func until(ctx context.Context, within, every time.Duration, f func() (bool, error)) error {
	ctx, stop := context.WithTimeout(ctx, within)
	defer stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if done, err := f(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// rest lets time pass.
func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// get asks the admin interface.
func (p *proxy) get(ctx context.Context, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.admin+path, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("ask Envoy: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("ask Envoy for %s: %s", path, res.Status)
	}
	return string(text), err
}

// addresses gives where each listener listens.
func (p *proxy) addresses(ctx context.Context) (map[string]string, error) {
	text, err := p.get(ctx, "/listeners?format=json")
	if err != nil {
		return nil, err
	}
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
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return nil, fmt.Errorf("read Envoy's listeners: %w", err)
	}
	all := map[string]string{}
	for _, l := range answer.Listeners {
		all[l.Name] = net.JoinHostPort(l.Address.Socket.Address, strconv.Itoa(l.Address.Socket.Port))
	}
	return all, nil
}

// connections gives how many client connections each worker of the one listener has, by Envoy's statistics.
func (p *proxy) connections(ctx context.Context, workers int) ([]int, error) {
	text, err := p.get(ctx, "/stats?filter=worker_[0-9]%2B.downstream_cx_active")
	if err != nil {
		return nil, err
	}
	counts := make([]int, workers)
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		_, name, ok := strings.Cut(name, ".worker_")
		if !ok || strings.HasPrefix(line, "listener.admin") {
			continue
		}
		worker, err := strconv.Atoi(strings.TrimSuffix(name, ".downstream_cx_active"))
		n, err2 := strconv.Atoi(value)
		if err == nil && err2 == nil && worker < workers {
			counts[worker] += n
		}
	}
	return counts, nil
}
