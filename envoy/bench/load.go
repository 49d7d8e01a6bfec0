package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// conn is one keep-alive HTTP/1.1 connection that knows just enough of the protocol, so that the generator costs little.
type conn struct {
	net.Conn
	in *bufio.Reader
}

// answerWithin bounds one request.
const answerWithin = 30 * time.Second

func dial(address string) (*conn, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &conn{c, bufio.NewReader(c)}, nil
}

// dials gives n connections.
func dials(address string, n int) ([]*conn, error) {
	all := make([]*conn, n)
	for i := range all {
		var err error
		if all[i], err = dial(address); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// do sends a request and gives its answer's status. The body is read and dropped.
func (c *conn) do(request []byte) (status int, err error) {
	if err := c.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return 0, fmt.Errorf("send request: %w", err)
	}
	if _, err := c.Write(request); err != nil {
		return 0, fmt.Errorf("send request: %w", err)
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, fmt.Errorf("read answer: %w", err)
	}
	if status, err = parseStatus(line); err != nil {
		return 0, err
	}
	length, err := c.headers()
	if err != nil {
		return 0, err
	}
	if _, err := c.in.Discard(length); err != nil {
		return 0, fmt.Errorf("read answer: %w", err)
	}
	return status, nil
}

func parseStatus(line []byte) (int, error) {
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, fmt.Errorf("read answer: %q is no status line", line)
	}
	n, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, fmt.Errorf("read answer: %w", err)
	}
	return n, nil
}

var errNoLength = errors.New("read answer: it has no content-length")

// headers reads up to the body and gives its length.
func (c *conn) headers() (length int, err error) {
	const name = "content-length: "
	length = -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, fmt.Errorf("read answer: %w", err)
		}
		if len(line) <= 2 {
			break
		}
		if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(name):]))); err != nil {
				return 0, fmt.Errorf("read answer: %w", err)
			}
		}
	}
	if length < 0 {
		return 0, errNoLength
	}
	return length, nil
}

// load is a closed loop: each connection sends its next request when the last was answered.
type load struct {
	conns    []*conn
	requests [][]byte
	status   int // that every answer must have
	next     atomic.Uint64
}

// drive sends n requests.
func (l *load) drive(n int) error {
	var left atomic.Int64
	left.Store(int64(n))
	var g errgroup.Group
	for _, c := range l.conns {
		g.Go(func() error {
			for left.Add(-1) >= 0 {
				r := l.requests[l.next.Add(1)%uint64(len(l.requests))]
				switch status, err := c.do(r); {
				case err != nil:
					return err
				case status != l.status:
					return fmt.Errorf("answered %d, want %d", status, l.status)
				}
			}
			return nil
		})
	}
	return g.Wait()
}
