package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// script writes a program that plays Envoy.
func script(t *testing.T, body string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "envoy")
	if err := os.WriteFile(p, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return p
}

// ready is a fake Envoy that tells on its log when it listens for signals, and then lives.
const ready = `echo ready; while :; do sleep 0.05; done`

// firstWrite is closed when something is written.
type firstWrite struct {
	once sync.Once
	done chan struct{}
}

func (w *firstWrite) Write(b []byte) (int, error) {
	w.once.Do(func() { close(w.done) })
	return len(b), nil
}

func start(t *testing.T, body string, o Options) *Process {
	t.Helper()
	log := &firstWrite{done: make(chan struct{})}
	o.Path, o.ConfigFile, o.Log = script(t, body), "envoy.yaml", log
	p, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop() })
	select {
	case <-log.done:
	case <-p.Done():
		t.Fatal(p.Err())
	}
	return p
}

func TestStoppedEnvoyIsNoError(t *testing.T) {
	for name, body := range map[string]string{
		"it ends in order":             `trap 'exit 0' TERM; ` + ready,
		"it dies of the signal itself": ready,
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, body, Options{})
			if err := p.Stop(); err != nil {
				t.Error(err)
			}
			if err := p.Stop(); err != nil {
				t.Errorf("stopped again: %v", err)
			}
			if err := syscall.Kill(p.Pid(), 0); err == nil {
				t.Error("the process lives on")
			}
		})
	}
}

func TestEnvoyThatIgnoresSIGTERMIsKilledAndSaidSo(t *testing.T) {
	p := start(t, `trap '' TERM; `+ready, Options{Grace: 50 * time.Millisecond})
	want := "envoy was asked to stop, and ended by signal: killed"
	if err := p.Stop(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestEnvoyThatEndsByItselfIsAnError(t *testing.T) {
	p, err := Start(t.Context(), Options{Path: script(t, "exit 3"), ConfigFile: "c"})
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	want := "envoy ended by itself: exit status 3"
	if err := p.Err(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestEnvoyStandsInAProcessGroupOfItsOwn(t *testing.T) {
	p := start(t, ready, Options{})
	if g, err := syscall.Getpgid(p.Pid()); err != nil || g != p.Pid() {
		t.Errorf("group %d, %v; want %d", g, err, p.Pid())
	}
}

func TestArgumentsSayWhatEnvoyShallDo(t *testing.T) {
	base := filepath.Join(t.TempDir(), "base-id")
	if err := os.WriteFile(base, []byte("42"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		options Options
		want    string
	}{
		"an Envoy alone takes no part in hot restarts": {
			Options{}, "-c c --log-level warning --disable-hot-restart",
		},
		"everything given is passed on": {
			Options{Concurrency: 2, LogLevel: "info", AdminFile: "a", Args: []string{"--x", "y"}},
			"-c c --log-level info --concurrency 2 --admin-address-path a --disable-hot-restart --x y",
		},
		"the first of a family draws its id": {
			Options{HotRestart: &HotRestart{BaseIDFile: base}},
			"-c c --log-level warning --use-dynamic-base-id --base-id-path " + base,
		},
		"the next of a family takes that id": {
			Options{HotRestart: &HotRestart{BaseIDFile: base, Epoch: 1}},
			"-c c --log-level warning --base-id 42 --restart-epoch 1",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.options.Path, test.options.ConfigFile = "envoy", "c"
			got, err := test.options.args()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSupervisedEnvoyIsStartedAgain(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var told []string
	starts := 0
	err := Supervise(ctx, Options{Path: script(t, "exit 1"), ConfigFile: "c"}, Events{
		Started: func(*Process) { starts++ },
		Ended: func(err error, next time.Duration) {
			told = append(told, fmt.Sprintf("%v, next in %v", err, next))
			if len(told) == 2 {
				cancel()
			}
		},
	})
	if err != nil {
		t.Error(err)
	}
	want := []string{
		"envoy ended by itself: exit status 1, next in 500ms",
		"envoy ended by itself: exit status 1, next in 1s",
	}
	if diff := cmp.Diff(want, told); diff != "" || starts != 2 {
		t.Errorf("%d starts\n%s", starts, diff)
	}
}

func TestBackoffGrowsAndStartsAnewAfterAHealthyRun(t *testing.T) {
	var b backoff
	var got []time.Duration
	for _, ran := range []time.Duration{0, 0, 0, 0, 0, 0, 0, time.Minute, 0} {
		got = append(got, b.after(ran)/time.Millisecond)
	}
	want := []time.Duration{500, 1000, 2000, 4000, 8000, 15000, 15000, 500, 1000}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCheckRefusesWhatCannotRunTheFilter(t *testing.T) {
	const line = "envoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/%s/Clean/RELEASE/BoringSSL"
	tests := map[string]struct {
		says string
		want string // part of the error; empty: none
	}{
		"the oldest that can":       {fmt.Sprintf(line, "1.39.0"), ""},
		"a development build":       {fmt.Sprintf(line, "1.41.0-dev"), ""},
		"another major version":     {fmt.Sprintf(line, "2.0.1"), ""},
		"one that is too old":       {fmt.Sprintf(line, "1.38.4"), "found Envoy 1.38.4 at"},
		"one that is no Envoy":      {"GNU bash, version 5.2", "does not look like Envoy"},
		"numbers that are not sane": {fmt.Sprintf(line, "99999999999999999999.1.1"), "does not look like Envoy"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Check(t.Context(), script(t, "echo; echo '"+test.says+"'"))
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want %q in it", err, test.want)
			case err != nil && strings.Contains(err.Error(), "\n"):
				t.Errorf("more than one line: %v", err)
			}
		})
	}
}

func TestFindPrefersWhatIsNamed(t *testing.T) {
	flag, env, path := script(t, ""), script(t, ""), script(t, "echo 'version: 0/1.40.0/'")
	t.Setenv("PATH", filepath.Dir(path))
	t.Setenv(Environment, env)
	find := func(arg, want string) {
		t.Helper()
		if got, err := Find(arg); err != nil || got != want {
			t.Errorf("Find(%q) = %q, %v; want %q", arg, got, err, want)
		}
	}
	find(flag, flag)
	find("envoy", path)
	find("", env)
	t.Setenv(Environment, "")
	find("", path)
}

func TestFindLooksIntoTheSourceTreeOnly(t *testing.T) {
	t.Setenv("PATH", "")
	t.Setenv(Environment, "")
	root := t.TempDir()
	want := filepath.Join(root, ".tools/envoy/lib/python3.11/site-packages/envoy/_bin/envoy")
	sub := filepath.Join(root, "a/b")
	for _, d := range []string{filepath.Dir(want), sub} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(want, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(sub)
	if got, err := Find(""); !errors.Is(err, ErrNotFound) {
		t.Errorf("outside of Picket's source: %q, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module picket\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Find(""); err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestFindTakesAnOldEnvoyOnPathOnlyForWantOfABetter(t *testing.T) {
	t.Setenv(Environment, "")
	old := script(t, "echo 'version: 0/1.30.0/'")
	t.Setenv("PATH", filepath.Dir(old))
	root := t.TempDir()
	t.Chdir(root)
	if got, err := Find(""); err != nil || got != old {
		t.Errorf("got %q, %v; want %q", got, err, old)
	}
	better := filepath.Join(root, ".tools/envoy/lib/python3.12/site-packages/envoy/_bin/envoy")
	if err := os.MkdirAll(filepath.Dir(better), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{better: "", filepath.Join(root, "go.mod"): "module picket\n"} {
		if err := os.WriteFile(name, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Find(""); err != nil || got != better {
		t.Errorf("got %q, %v; want %q", got, err, better)
	}
}

func TestFindSaysWhoNamedAnEnvoyThatIsNotThere(t *testing.T) {
	t.Setenv(Environment, "/nowhere/envoy")
	for arg, want := range map[string]string{
		"":          "ENVOY_PATH /nowhere/envoy: no program that can be run there: give the path of Envoy",
		"/none/too": "--envoy /none/too: no program that can be run there: give the path of Envoy",
	} {
		if _, err := Find(arg); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
