package natsstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"picket/controlplane"
	"picket/controlplane/natsstore"
	"picket/controlplane/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, dir string) *natsstore.Store {
	t.Helper()
	s, err := natsstore.Open(t.Context(), natsstore.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestRegister(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (controlplane.Register, func() controlplane.Register) {
		dir := filepath.Join(t.TempDir(), "state")
		s := open(t, dir)
		return s, func() controlplane.Register {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return open(t, dir)
		}
	})
}

func TestDirectoryIsForOneProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	_, err := natsstore.Open(t.Context(), natsstore.Options{Dir: dir})
	var inUse *natsstore.InUseError
	if !errors.As(err, &inUse) {
		t.Fatalf("%v, want an InUseError", err)
	}
	want := fmt.Sprintf("state directory %s is in use by another picket (pid %d); stop it or give another --state", dir, os.Getpid())
	if err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestDirectoryIsForOneUser(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "state")
	open(t, dir)
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "nats"): 0o700, filepath.Join(dir, "lock"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

func TestOpenSaysWhatIsWrongWithTheDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := natsstore.Open(t.Context(), natsstore.Options{Dir: file}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("%v, want an error that names %s", err, file)
	}
}

func TestOpenSaysWhyTheServerDoesNotStart(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "nats"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "nats", "jetstream"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := natsstore.Open(t.Context(), natsstore.Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "start embedded NATS: ") || strings.HasSuffix(err.Error(), ": ") {
		t.Errorf("%v, want the server's reason", err)
	}
}

func TestReservedKeyIsRefused(t *testing.T) {
	s := open(t, t.TempDir())
	if _, err := s.Put(t.Context(), "natsstore.epoch", nil, controlplane.AnyRevision); err == nil {
		t.Error("put was taken")
	}
	if _, err := s.Delete(t.Context(), "natsstore.epoch", controlplane.AnyRevision); err == nil {
		t.Error("delete was taken")
	}
}

func TestCloseEndsWatchesWithAnError(t *testing.T) {
	s := open(t, t.TempDir())
	synced, done := make(chan struct{}), make(chan error, 1)
	go func() {
		done <- s.Watch(t.Context(), func(controlplane.Entry) error { return nil }, func(uint64) { close(synced) })
	}()
	<-synced
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err == nil {
		t.Error("watch ended without an error")
	}
	if _, err := s.Put(t.Context(), "a", nil, 0); err == nil {
		t.Error("put was taken after close")
	}
}

func TestServerLogsGoToDebug(t *testing.T) {
	for _, tc := range []struct {
		name  string
		level slog.Level
		want  bool
	}{{"at debug the start is told", slog.LevelDebug, true}, {"at info nothing is", slog.LevelInfo, false}} {
		t.Run(tc.name, func(t *testing.T) {
			var out bytes.Buffer
			log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: tc.level}))
			s, err := natsstore.Open(t.Context(), natsstore.Options{Dir: t.TempDir(), Log: log})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(out.String(), "embedded nats"); got != tc.want {
				t.Errorf("told %v, want %v:\n%s", got, tc.want, out.String())
			}
		})
	}
}

func BenchmarkPut(b *testing.B) {
	s, err := natsstore.Open(b.Context(), natsstore.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	for i := 0; b.Loop(); i++ {
		if _, err := s.Put(b.Context(), fmt.Sprintf("decision/%016x", i), make([]byte, 500), 0); err != nil {
			b.Fatal(err)
		}
	}
}
