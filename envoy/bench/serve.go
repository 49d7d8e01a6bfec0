package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
)

// The service and the authorization server are processes of their own: this program, called with one of these words.
const (
	servePrefix   = "serve-"
	serveUpstream = servePrefix + "upstream"
	serveAuthz    = servePrefix + "authz"
)

// child is such a process.
type child struct {
	address string
	cmd     *exec.Cmd
	stdin   io.Closer // it ends when this is closed, and so with us
}

func (b *bench) startChild(what string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", what, err)
	}
	c := &child{cmd: exec.Command(self, what)}
	c.cmd.Stderr = b.stderr
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", what, err)
	}
	c.stdin = stdin
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", what, err)
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", what, err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", what, err), c.stop())
	}
	c.address = strings.TrimSpace(line)
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) stop() error { return errors.Join(c.stdin.Close(), c.cmd.Wait()) }

// serve is a child: it prints its address and serves until stdin ends.
func serve(what string, stdin io.Reader, stdout io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if _, err := fmt.Fprintln(stdout, l.Addr()); err != nil {
		return fmt.Errorf("tell the address: %w", err)
	}
	failed := make(chan error, 1)
	switch what {
	case serveUpstream:
		s := &http.Server{Handler: service(), ReadHeaderTimeout: 10 * time.Second}
		go func() { failed <- s.Serve(l) }()
	case serveAuthz:
		s := grpc.NewServer()
		auth.RegisterAuthorizationServer(s, authorization{})
		go func() { failed <- s.Serve(l) }()
	default:
		return fmt.Errorf("%s: there is %s and %s", what, serveUpstream, serveAuthz)
	}
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		failed <- nil
	}()
	return <-failed
}

// failLogin is the header that makes the service refuse a login.
const failLogin = "X-Bench-Fail"

// service answers GET with 200 bytes and POST, whose body it reads, with 1 KB.
func service() http.Handler {
	small := []byte(`{"data":"` + strings.Repeat("x", 189) + `"}`)
	large := []byte(`{"data":"` + strings.Repeat("x", 1013) + `"}`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Method != http.MethodPost:
			_, _ = w.Write(small)
		case r.Header.Get(failLogin) != "":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write(small)
		default:
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = w.Write(large)
		}
	})
}

// authorization is the least that an ext_authz server can do: it lets everything through.
type authorization struct {
	auth.UnimplementedAuthorizationServer
}

var _ auth.AuthorizationServer = authorization{}

// Check implements the service.
func (authorization) Check(context.Context, *auth.CheckRequest) (*auth.CheckResponse, error) {
	return &auth.CheckResponse{Status: &status.Status{}, HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: &auth.OkHttpResponse{}}}, nil
}
