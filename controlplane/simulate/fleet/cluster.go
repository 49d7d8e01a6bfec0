package fleet

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// servers is how many a cluster has.
const servers = 3

// cluster is three nats-server processes that are connected to each other.
type cluster struct {
	clients []string // addresses
	running []*exec.Cmd
}

func startCluster(ctx context.Context, server, dir string) (c *cluster, err error) {
	c = &cluster{}
	ports, err := freePorts(2 * servers)
	if err != nil {
		return c, err
	}
	c.clients = ports[:servers]
	routes := "nats://" + strings.Join(ports[servers:], ", nats://")
	for i := range servers {
		home := filepath.Join(dir, fmt.Sprint(i))
		text := fmt.Sprintf("server_name: s%d\nlisten: %s\nmax_payload: 8MB\njetstream { store_dir: %q, max_file: 16GB, sync_interval: always }\n"+
			"cluster { name: fleet, listen: %s, routes: [%s] }\n", i, ports[i], home, ports[servers+i], routes)
		if err := errors.Join(os.MkdirAll(home, 0o700), os.WriteFile(home+".conf", []byte(text), 0o600)); err != nil {
			return c, fmt.Errorf("set up nats-server: %w", err)
		}
		cmd := exec.Command(server, "-c", home+".conf", "-l", home+".log")
		cmd.SysProcAttr = attributes()
		if err := cmd.Start(); err != nil {
			return c, fmt.Errorf("start nats-server: %w", err)
		}
		c.running = append(c.running, cmd)
	}
	return c, c.answer(ctx)
}

// answer waits until every server greets.
func (c *cluster) answer(ctx context.Context) error {
	for end := time.Now().Add(startWithin); ; {
		n := 0
		for _, address := range c.clients {
			if greets(address) {
				n++
			}
		}
		switch {
		case n == servers:
			return nil
		case time.Now().After(end):
			return fmt.Errorf("start nats-server: %d of %d answer", n, servers)
		case !sleep(ctx, 100*time.Millisecond):
			return ctx.Err()
		}
	}
}

// greets tells whether a server speaks.
func greets(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "INFO ")
}

func (c *cluster) url() string { return "nats://" + strings.Join(c.clients, ",nats://") }

func (c *cluster) stop() {
	for _, cmd := range c.running {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	}
}

// freePorts gives addresses that were free a moment ago.
func freePorts(n int) (addresses []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find free port: %w", err)
		}
		defer func() { _ = l.Close() }()
		addresses = append(addresses, l.Addr().String())
	}
	return addresses, nil
}
