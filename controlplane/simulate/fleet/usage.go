package fleet

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// usage is processor time since the processes began.
type usage struct{ plane, nats, fleet time.Duration }

// usage reads it for all processes. With NATS embedded its part is in the plane's; the profile tells them apart.
func (p *plane) usage() (u usage, err error) {
	if u.fleet, err = cpuTime(os.Getpid()); err != nil {
		return u, err
	}
	for _, r := range p.replicas {
		t, err := cpuTime(r.cmd.Process.Pid)
		if err != nil {
			return u, err
		}
		u.plane += t
	}
	if p.cluster == nil {
		return u, nil
	}
	for _, cmd := range p.cluster.running {
		t, err := cpuTime(cmd.Process.Pid)
		if err != nil {
			return u, err
		}
		u.nats += t
	}
	return u, nil
}

// cpuTime reads utime and stime of /proc/PID/stat (proc(5)), in ticks of 10 ms. They are counted from the end, because the
// program's name may hold anything.
func cpuTime(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("read CPU time: %w", err)
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 13 {
		return 0, fmt.Errorf("read CPU time: /proc/%d/stat has %d fields after the name", pid, len(f))
	}
	user, err := strconv.ParseInt(f[11], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read CPU time: %w", err)
	}
	system, err := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, err
}

// memoryOf gives a process's resident memory and its peak in bytes.
func memoryOf(pid int) (resident, peak float64, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, fmt.Errorf("read memory: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		key, rest, _ := strings.Cut(line, ":")
		n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
		switch {
		case err != nil:
		case key == "VmRSS":
			resident = n * 1024
		case key == "VmHWM":
			peak = n * 1024
		}
	}
	return resident, peak, nil
}
