package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"picket/controlplane/app"
	"picket/proto/picket/v1/picketv1connect"
)

// plane is a running control plane.
type plane struct {
	http, grpc, token string
	admin             picketv1connect.AdminClient
	app               *app.App // nil where it is a process of its own
	pid               int      // of that process
	stop              func()   // may be called again
}

// childEnvironment makes the test's program a control plane with the options in it.
const childEnvironment = "PICKET_E2E_CONTROL"

// child is what a control plane in a process of its own is told, and hello what it answers.
type (
	child struct {
		HTTP, GRPC, State, PolicyFile string
		Module                        string
		Deltas, ECDS                  bool
	}
	hello struct{ HTTP, GRPC, Token string }
)

func TestMain(m *testing.M) {
	if text := os.Getenv(childEnvironment); text != "" {
		os.Exit(serveChild(text))
	}
	dir, err := os.MkdirTemp("", "picket-e2e-")
	if err == nil {
		err = os.Setenv("XDG_STATE_HOME", dir)
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// serveChild serves until it is killed, or its standard input ends with its parent.
func serveChild(text string) int {
	var c child
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	a, err := app.New(app.Options{
		HTTP: c.HTTP, GRPC: c.GRPC, State: c.State, PolicyFile: c.PolicyFile, Deltas: c.Deltas, ECDS: c.ECDS,
		Module: func() string { return c.Module }, Version: "test",
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		<-a.Ready()
		_ = json.NewEncoder(os.Stdout).Encode(hello{a.HTTPAddr(), a.GRPCAddr(), a.Token()})
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	if err := a.Run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// startPlane starts a control plane and waits until it is ready.
func startPlane(t *testing.T, o app.Options, process bool) *plane {
	t.Helper()
	var p *plane
	if process {
		p = startChild(t, o)
	} else {
		p = startApp(t, o)
	}
	t.Cleanup(p.stop)
	p.admin = picketv1connect.NewAdminClient(http.DefaultClient, "http://"+p.http, connect.WithInterceptors(authorized(p.token)))
	return p
}

func startApp(t *testing.T, o app.Options) *plane {
	t.Helper()
	a, err := app.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := a.Run(ctx); err != nil {
			t.Errorf("control plane: %v", err)
		}
	}()
	stop := func() { cancel(); <-done }
	select {
	case <-a.Ready():
	case <-done:
		t.Fatal("the control plane ended before it was ready")
	}
	return &plane{http: a.HTTPAddr(), grpc: a.GRPCAddr(), token: a.Token(), app: a, stop: stop}
}

// startChild runs the test's own program as a control plane. Its stop is SIGKILL.
func startChild(t *testing.T, o app.Options) *plane {
	t.Helper()
	text, err := json.Marshal(child{
		HTTP: o.HTTP, GRPC: o.GRPC, State: o.State, PolicyFile: o.PolicyFile, Module: o.Module(), Deltas: o.Deltas, ECDS: o.ECDS,
	})
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnvironment+"="+string(text))
	c.Stderr = os.Stderr
	in, err1 := c.StdinPipe()
	out, err2 := c.StdoutPipe()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stop := func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		_ = in.Close()
	}
	var h hello
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &h)
	}
	if err != nil {
		stop()
		t.Fatalf("control plane as a process: %v", err)
	}
	return &plane{http: h.HTTP, grpc: h.GRPC, token: h.Token, pid: c.Process.Pid, stop: stop}
}

// metric gives the sum of a metric's samples.
func (p *plane) metric(t *testing.T, name string) (sum float64) {
	t.Helper()
	res, err := http.Get("http://" + p.http + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if base, _, _ := strings.Cut(series, "{"); base != name {
			continue
		}
		v, err := strconv.ParseFloat(value[strings.LastIndexByte(value, ' ')+1:], 64)
		if err != nil {
			t.Fatalf("read metric %q: %v", line, err)
		}
		sum += v
	}
	return sum
}
