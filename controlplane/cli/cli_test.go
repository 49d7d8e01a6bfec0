package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"picket/envoy/process"
	"picket/filter/compiled"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"picket": func() { os.Exit(Main()) }})
}

// tools finds Envoy and the compiled filter. Without them the scripts that need them are left out, but not where CI is set.
func tools(t *testing.T) (envoy string, filter []byte) {
	t.Helper()
	envoy, err := process.Find("")
	filter, err2 := compiled.Module()
	if err = errors.Join(err, err2); err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	return envoy, filter
}

func TestScripts(t *testing.T) {
	envoy, filter := tools(t)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("service\n")) }))
	t.Cleanup(service.Close)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"HTTP", "GRPC", "LISTEN", "SERVICE"} {
				address, err := freeAddress()
				if err != nil {
					return err
				}
				e.Setenv(name, address)
			}
			e.Setenv("XDG_STATE_HOME", e.WorkDir+"/home")
			e.Setenv("TMPDIR", e.WorkDir)
			e.Setenv("ENVOY_PATH", envoy)
			e.Setenv("UPSTREAM", service.URL)
			e.Defer(func() { endLeftovers(e.WorkDir) })
			return os.WriteFile(e.WorkDir+"/picket.wasm", filter, 0o600)
		},
		Condition: func(name string) (bool, error) {
			if name != "envoy" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return envoy != "" && filter != nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "answers": answers, "decision": decision, "untold": untold, "shows": shows, "unused": unused},
	})
}

// endLeftovers kills what a script that failed half-way left behind: processes that it started and whose pids it wrote down.
func endLeftovers(dir string) {
	traces, _ := filepath.Glob(dir + "/home/picket/up-*")
	for _, home := range traces {
		if pid, ok := earlierEnvoy(home); ok {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	b, _ := os.ReadFile(dir + "/up.pid")
	if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil && isPicketUp(pid) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

func isPicketUp(pid int) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && strings.HasPrefix(string(line), "picket\x00up\x00")
}

// exits CODE COMMAND... runs the command and wants that exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// answers URL [STATUS] waits until it is answered with that status, or 200.
func answers(ts *testscript.TestScript, _ bool, args []string) {
	want := "200"
	if len(args) > 1 {
		want = args[1]
	}
	until(ts, args[0]+" to answer "+want, func(ctx context.Context) bool {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, args[0], nil)
		ts.Check(err)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		_ = a.Body.Close()
		return strconv.Itoa(a.StatusCode) == want
	})
}

// shows FILE TEXT waits until the file has the text.
func shows(ts *testscript.TestScript, _ bool, args []string) {
	until(ts, args[0]+" to show "+args[1], func(context.Context) bool {
		b, _ := os.ReadFile(ts.MkAbs(args[0]))
		return bytes.Contains(b, []byte(args[1]))
	})
}

// unused ADDRESS waits until nobody listens there.
func unused(ts *testscript.TestScript, _ bool, args []string) {
	until(ts, args[0]+" to be free", func(context.Context) bool { return free("", args[0]) == nil })
}

// until asks a running process again and again, for a minute at most.
func until(ts *testscript.TestScript, what string, done func(context.Context) bool) {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done(ctx) {
		select {
		case <-ctx.Done():
			ts.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

// decision sets $ID to the first word of the last standard output.
func decision(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Setenv("ID", strings.Fields(ts.ReadFile("stdout"))[0])
}

// untold TEXT DIR wants that no file below holds the text.
func untold(ts *testscript.TestScript, _ bool, args []string) {
	root := ts.MkAbs(args[1])
	ts.Check(fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(root, name))
		if err == nil && bytes.Contains(b, []byte(args[0])) {
			err = fmt.Errorf("%s holds %q", name, args[0])
		}
		return err
	}))
}

func TestEveryMistakeIsOneLineAndCode2(t *testing.T) {
	cases := []struct{ name, args, want string }{
		{"unknown command", "fly", `unknown command "fly"`},
		{"unknown flag", "status --fast", "unknown flag"},
		{"nothing to list", "get", "say what to list"},
		{"unknown list", "get things", `unknown command "things"`},
		{"no id", "explain", "say what to explain: an ID"},
		{"a time before now", "get findings --since -1h", "give a time such as 1h"},
		{"bad format", "status -o xml", "give table, wide, json or yaml"},
		{"no caller", "deny --for 10m --reason x", "say whom"},
		{"two callers", "deny --ip 192.0.2.1 --subject a --for 10m --reason x", "not two"},
		{"all callers everywhere", "deny --everybody --for 10m --reason x", "one endpoint only"},
		{"all callers and one", "deny --everybody --ip 192.0.2.1 --for 10m --reason x", "not two"},
		{"no duration", "deny --ip 192.0.2.1 --reason x", "for how long"},
		{"no reason", "deny --ip 192.0.2.1 --for 10m", "say why"},
		{"raw key", "deny --key s3cret --for 10m --reason x", "never the value itself"},
		{"raw session", "deny --session s3cret --for 10m --reason x", "never the value itself"},
		{"missing key file", "deny --key @/nowhere --for 10m --reason x", "no such file"},
		{"throttle without rate", "throttle --ip 192.0.2.1 --for 10m --reason x", "--rate 60/m"},
		{"bad server", "status --server nowhere", "give HOST:PORT"},
		{"certificate without authorities", "status --tls-cert a", "need --tls-ca"},
		{"serve beyond loopback", "serve --state memory --grpc 0.0.0.0:0 --http 127.0.0.1:0", "--tls-cert, --tls-key and --node-ca"},
		{"operators beyond loopback", "serve --state memory --grpc 127.0.0.1:0 --http 0.0.0.0:0", "--operator-ca or --token-file"},
		{"half a certificate", "serve --state memory --grpc 127.0.0.1:0 --http 127.0.0.1:0 --tls-cert a", "go together"},
		{"unknown mode", "serve --state memory --mode block", "give observe, canary or enforce"},
		{"bad log level", "serve --state memory --log-level loud", "give debug, info, warn or error"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(t.Context(), strings.Fields(c.args), &out, &errs)
			line := errs.String()
			if code != 2 || !strings.HasPrefix(line, "picket: ") || strings.Count(line, "\n") != 1 || !strings.Contains(line, c.want) {
				t.Errorf("code %d, %q, want 2 with %q", code, line, c.want)
			}
			if strings.Contains(line, "s3cret") {
				t.Error("the secret is told")
			}
		})
	}
}

func TestNobodyAnsweringIsAFailure(t *testing.T) {
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	if code := run(t.Context(), []string{"status", "--server", address}, &bytes.Buffer{}, &errs); code != 1 {
		t.Errorf("code %d", code)
	}
	if !strings.Contains(errs.String(), "start one with picket up") {
		t.Errorf("got %q", errs.String())
	}
}
