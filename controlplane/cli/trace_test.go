package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"picket/envoy/bootstrap"
)

func TestEarlierEnvoyIsKnownByItsConfiguration(t *testing.T) {
	home, dir := filepath.Join(t.TempDir(), "up"), t.TempDir()
	if _, ok := earlierEnvoy(home); ok {
		t.Error("one without a trace")
	}
	// A program that has Envoy's configuration among its arguments, and ends when its input does.
	cmd := exec.Command("sh", "-c", "read x", filepath.Join(dir, bootstrap.BootstrapFile))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := rememberEnvoy(home, cmd.Process.Pid, dir); err != nil {
		t.Fatal(err)
	}
	if pid, ok := earlierEnvoy(home); !ok || pid != cmd.Process.Pid {
		t.Errorf("got %d, %v", pid, ok)
	}
	_ = in.Close()
	_ = cmd.Wait()
	if _, ok := earlierEnvoy(home); ok {
		t.Error("one that ended")
	}
	if err := rememberEnvoy(home, os.Getpid(), dir); err != nil {
		t.Fatal(err)
	}
	if _, ok := earlierEnvoy(home); ok {
		t.Error("another program with the same pid")
	}
	forgetEnvoy(home)
	if _, err := os.Stat(home); err == nil {
		t.Error("the trace is left")
	}
	if _, ok := earlierEnvoy(fmt.Sprintf("%s/none", home)); ok {
		t.Error("one from nowhere")
	}
}
