package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// cpuTime is what all threads of a process have spent on CPUs: exact to the nanosecond while they rest, where the kernel
// has schedstat (its first field, Documentation/scheduler/sched-stats.rst), else to 10 ms. A thread that has ended is
// not counted any more; Envoy keeps its threads.
func cpuTime(pid int) (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		return statTime(pid)
	}
	var sum time.Duration
	for _, name := range threads {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it ended meanwhile
		}
		first, _, _ := bytes.Cut(b, []byte(" "))
		n, err := strconv.ParseInt(string(first), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read %s: %w", name, err)
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// statTime reads utime and stime of /proc/PID/stat (proc(5)), in ticks of 10 ms. They are counted from the end, because
// the program's name may hold anything.
func statTime(pid int) (time.Duration, error) {
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
	return statusBytes(string(b), "VmRSS:"), statusBytes(string(b), "VmHWM:"), nil
}

// statusBytes reads a line such as "VmRSS:   1234 kB"; 0 where there is none.
func statusBytes(status, key string) float64 {
	for line := range strings.Lines(status) {
		rest, ok := strings.CutPrefix(line, key)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
		if err == nil {
			return n * 1024
		}
	}
	return 0
}

// forgetPeak makes VmHWM begin again at the present memory (proc(5), clear_refs).
func forgetPeak(pid int) error {
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0o600); err != nil {
		return fmt.Errorf("reset peak: %w", err)
	}
	return nil
}
