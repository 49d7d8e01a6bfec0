package storetest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// NATS is a cluster of nats-server processes on this machine, of the version that we are built with.
type NATS struct {
	dir     string
	clients []string // addresses
	running []*exec.Cmd
	routes  map[[2]int]*Proxy // the ways from one server to another
}

// StartNATS builds the server and starts n of them, which are connected to each other where there are several. They end
// with the test.
func StartNATS(t *testing.T, n int) *NATS {
	t.Helper()
	return StartNATSWith(t, n, "")
}

// StartNATSWith is StartNATS with more lines of configuration.
func StartNATSWith(t *testing.T, n int, more string) *NATS {
	t.Helper()
	c := &NATS{dir: t.TempDir(), running: make([]*exec.Cmd, n), routes: map[[2]int]*Proxy{}}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", c.binary(), "github.com/nats-io/nats-server/v2")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build nats-server: %v\n%s", err, out)
	}
	ports := freePorts(t, 2*n)
	c.clients = ports[:n]
	for i := range n {
		text := fmt.Sprintf("server_name: s%d\nlisten: %s\nmax_payload: 8MB\njetstream { store_dir: %q, max_file: 64GB, sync_interval: always }\n",
			i, ports[i], filepath.Join(c.dir, fmt.Sprint(i)))
		if n > 1 {
			text += fmt.Sprintf("cluster { name: test, listen: %s, routes: [%s], no_advertise: true }\n", ports[n+i], strings.Join(c.waysOf(t, i, ports[n:]), ", "))
		}
		if err := os.WriteFile(c.config(i), []byte(text+more), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for i := range c.running {
			c.Kill(i)
		}
	})
	for i := range n {
		c.Start(t, i)
	}
	return c
}

// waysOf makes the ways from a server to all others, each through a proxy.
func (c *NATS) waysOf(t *testing.T, i int, addresses []string) (urls []string) {
	for other, address := range addresses {
		if other == i {
			continue
		}
		p := StartProxy(t, address)
		c.routes[[2]int{i, other}] = p
		urls = append(urls, "nats://"+p.Addr())
	}
	return urls
}

// CutRoute lets nothing pass between two servers until HealRoute. Clients reach both.
func (c *NATS) CutRoute(i, other int) {
	c.routes[[2]int{i, other}].Cut()
	c.routes[[2]int{other, i}].Cut()
}

// HealRoute undoes CutRoute.
func (c *NATS) HealRoute(i, other int) {
	c.routes[[2]int{i, other}].Heal()
	c.routes[[2]int{other, i}].Heal()
}

func (c *NATS) binary() string      { return filepath.Join(c.dir, "nats-server") }
func (c *NATS) config(i int) string { return filepath.Join(c.dir, fmt.Sprintf("%d.conf", i)) }

// URL names all servers.
func (c *NATS) URL() string { return "nats://" + strings.Join(c.clients, ",nats://") }

// Addr is where a server listens.
func (c *NATS) Addr(i int) string { return c.clients[i] }

// Start starts a server that does not run, and waits until it answers.
func (c *NATS) Start(t *testing.T, i int) {
	t.Helper()
	cmd := exec.Command(c.binary(), "-c", c.config(i), "-l", c.config(i)+".log")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.running[i] = cmd
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !answers(c.clients[i]) {
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(c.config(i) + ".log")
			t.Fatalf("nats-server %d does not answer\n%s", i, log)
		case <-tick.C:
		}
	}
}

// Kill ends a server at once, as kill -9 does. One that does not run stays so.
func (c *NATS) Kill(i int) {
	if c.running[i] == nil {
		return
	}
	_ = c.running[i].Process.Kill()
	_ = c.running[i].Wait() // it was killed
	c.running[i] = nil
}

// Wipe removes what a server that does not run has kept.
func (c *NATS) Wipe(t *testing.T, i int) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(c.dir, fmt.Sprint(i))); err != nil {
		t.Fatal(err)
	}
}

// Signal sends a signal to a server that runs: SIGSTOP freezes it, SIGCONT lets it go on.
func (c *NATS) Signal(i int, s syscall.Signal) { _ = c.running[i].Process.Signal(s) }

// answers tells whether a server greets.
func answers(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "INFO ")
}

// freePorts gives addresses that were free a moment ago.
func freePorts(t *testing.T, n int) (addresses []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		addresses = append(addresses, l.Addr().String())
	}
	return addresses
}
