package natsstore_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"picket/controlplane"
	"picket/controlplane/natsstore"
)

// crashDir names the directory to a process that is to be killed.
const crashDir = "PICKET_TEST_CRASH_DIR"

const crashPuts = 20

// TestPutOutlivesKill runs itself in another process, which puts and is killed without closing anything.
func TestPutOutlivesKill(t *testing.T) {
	if dir := os.Getenv(crashDir); dir != "" {
		putAndDie(t, dir)
	}
	dir := filepath.Join(t.TempDir(), "state")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPutOutlivesKill$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.CombinedOutput()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		t.Fatalf("the process was not killed: %v\n%s", err, out)
	}

	s, got := open(t, dir), 0
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err = s.Watch(ctx, func(controlplane.Entry) error { got++; return nil }, func(uint64) { cancel() })
	if err != nil {
		t.Fatal(err)
	}
	if got != crashPuts {
		t.Errorf("%d keys, want %d", got, crashPuts)
	}
}

func putAndDie(t *testing.T, dir string) {
	s, err := natsstore.Open(t.Context(), natsstore.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for i := range crashPuts {
		if _, err := s.Put(t.Context(), fmt.Sprintf("k/%d", i), []byte("v"), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {}
}
