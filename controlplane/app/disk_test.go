package app

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// diskState names the directory on which a process of its own mounts a small disk.
const diskState = "PICKET_TEST_SMALL_DISK"

// TestADiskThatOthersFillLosesNothing runs itself in a process that may mount a small disk for itself.
func TestADiskThatOthersFillLosesNothing(t *testing.T) {
	if dir := os.Getenv(diskState); dir != "" {
		fillDisk(t, dir)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestADiskThatOthersFillLosesNothing$", "-test.v")
	cmd.Env = append(os.Environ(), diskState+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGKILL, Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Skipf("this system lets nobody mount a disk: %v", err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

func fillDisk(t *testing.T, dir string) {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=128m"); err != nil {
		t.Skipf("this system lets nobody mount a disk: %v", err)
	}
	o := options(t)
	o.State, o.JournalBytes = filepath.Join(dir, "state"), minJournal
	a, stop := started(t, o)
	w := &worker{group: "edge"}
	record(t, a, w.report(30))
	before, err := a.decider.Decide(t.Context(), wish("192.0.2.7"))
	if err != nil {
		t.Fatal(err)
	}

	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	began := time.Now()
	last := w.report(25)
	if err := a.fold.Record(t.Context(), last); err == nil {
		t.Error("a report was kept on a full disk")
	} else {
		t.Logf("the operator sees: report is not kept, so it is not acknowledged: %v", err)
	}
	awaitWarning(t, a, "The journal has kept no report for")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	during, refused := a.decider.Decide(ctx, wish("192.0.2.8"))
	t.Logf("a decision on the full disk: %v", refused)

	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for a.fold.Record(t.Context(), last) != nil && time.Since(began) < patience {
	}
	exact(t, awaitDecisions(t, a.register, 2)["edge"], 55) // of the operator and of the attack
	t.Logf("without detection until %.1f s after it was full", time.Since(began).Seconds())
	after, err := a.decider.Decide(t.Context(), wish("192.0.2.9"))
	if err != nil {
		t.Fatal(err)
	}
	stop()

	a, _ = started(t, o)
	lost := 0
	for _, d := range []struct {
		id   bool
		name string
		get  func() error
	}{
		{true, "before", func() error { _, err := a.decider.Get(before.ID); return err }},
		{refused == nil, "during", func() error { _, err := a.decider.Get(during.ID); return err }},
		{true, "after", func() error { _, err := a.decider.Get(after.ID); return err }},
	} {
		if err := d.get(); d.id && err != nil {
			t.Errorf("the decision of %s: %v", d.name, err)
			lost++
		}
	}
	t.Logf("%d acknowledged decisions lost", lost)
}

// fill takes what a disk has.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for block := make([]byte, 1<<20); ; {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			if len(block) == 1 {
				return
			}
			block = block[:len(block)/2]
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
