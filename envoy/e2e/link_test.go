package e2e

import (
	"io"
	"net"
	"sync"
	"testing"
)

// link leads from one address that stays the same to a control plane that comes and goes. A connection that finds no
// control plane is closed.
type link struct {
	listener net.Listener

	mu    sync.Mutex
	to    string // empty: cut
	open  map[net.Conn]struct{}
	total int
}

func newLink(t *testing.T) *link {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &link{listener: l, open: map[net.Conn]struct{}{}}
	var work sync.WaitGroup
	work.Go(func() { k.serve(&work) })
	t.Cleanup(func() {
		_ = l.Close()
		k.cut()
		work.Wait()
	})
	return k
}

func (k *link) addr() string { return k.listener.Addr().String() }

// lead sends new connections to an address.
func (k *link) lead(to string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.to = to
}

// cut closes all connections and refuses new ones.
func (k *link) cut() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.to = ""
	for c := range k.open {
		_ = c.Close()
	}
	clear(k.open)
}

// attempts tells how many connections came so far.
func (k *link) attempts() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.total
}

func (k *link) serve(work *sync.WaitGroup) {
	for {
		c, err := k.listener.Accept()
		if err != nil {
			return
		}
		work.Go(func() { k.join(c) })
	}
}

func (k *link) join(c net.Conn) {
	defer func() { _ = c.Close() }()
	k.mu.Lock()
	to := k.to
	k.total++
	k.mu.Unlock()
	if to == "" {
		return
	}
	s, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer func() { _ = s.Close() }()
	if !k.keep(to, c, s) {
		return
	}
	defer k.forget(c, s)
	done := make(chan struct{}, 2)
	pipe := func(a, b net.Conn) { _, _ = io.Copy(a, b); done <- struct{}{} }
	go pipe(c, s)
	go pipe(s, c)
	<-done
}

// keep notes a pair, unless the link was cut or led elsewhere meanwhile.
func (k *link) keep(to string, pair ...net.Conn) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range pair {
		k.open[c] = struct{}{}
	}
	return k.to == to
}

func (k *link) forget(pair ...net.Conn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range pair {
		delete(k.open, c)
	}
}
