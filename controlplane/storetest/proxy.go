package storetest

import (
	"net"
	"sync"
	"testing"
)

// Proxy stands between a client and a server on this machine, and can be cut.
type Proxy struct {
	listener net.Listener
	target   string

	mu     sync.Mutex
	open   chan struct{} // closed while bytes pass
	cut    bool
	ended  bool
	conns  map[net.Conn]bool
	copies sync.WaitGroup
}

// StartProxy starts one in front of target, "host:port". It ends with the test.
func StartProxy(t *testing.T, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, target: target, open: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(p.open)
	p.copies.Go(p.serve)
	t.Cleanup(p.end)
	return p
}

// Addr is where clients connect.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Cut lets nothing pass in either direction, and ends no connection: that is how a network is cut. What was on its way stays
// there.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.cut {
		p.cut, p.open = true, make(chan struct{})
	}
}

// Heal lets everything pass again, what was on its way first.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut {
		p.cut = false
		close(p.open)
	}
}

// Reset ends all connections, as a proxy or a firewall that restarts does.
func (p *Proxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *Proxy) end() {
	p.Heal()
	_ = p.listener.Close()
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.Reset()
	p.copies.Wait()
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		if p.keep(client, server) {
			p.copies.Go(func() { p.copy(server, client) })
			p.copies.Go(func() { p.copy(client, server) })
		}
	}
}

// keep remembers a pair of connections, unless the proxy has ended.
func (p *Proxy) keep(pair ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range pair {
		if p.ended {
			_ = c.Close()
			continue
		}
		p.conns[c] = true
	}
	return !p.ended
}

// copy passes bytes one way until either end is closed.
func (p *Proxy) copy(to, from net.Conn) {
	defer p.forget(to, from)
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		p.passing()
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// passing waits while the proxy is cut.
func (p *Proxy) passing() {
	for {
		p.mu.Lock()
		open, cut := p.open, p.cut
		p.mu.Unlock()
		if !cut {
			return
		}
		<-open
	}
}

func (p *Proxy) forget(pair ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range pair {
		_ = c.Close()
		delete(p.conns, c)
	}
}
