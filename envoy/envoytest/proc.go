package envoytest

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// ticksPerSecond is USER_HZ, the unit of /proc/PID/stat: 100 on every Linux that Go runs on.
const ticksPerSecond = 100

// RSS is Envoy's resident memory in bytes.
func (e *Envoy) RSS() uint64 {
	e.t.Helper()
	n, err := readRSS(e.Pid())
	if err != nil {
		e.t.Fatalf("read Envoy's memory: %v", err)
	}
	return n
}

// CPU is the time that Envoy has spent on CPUs, in user and system mode, to 10 ms.
func (e *Envoy) CPU() time.Duration {
	e.t.Helper()
	d, err := readCPU(e.Pid())
	if err != nil {
		e.t.Fatalf("read Envoy's CPU time: %v", err)
	}
	return d
}

// readRSS reads the second field of /proc/PID/statm, in pages (proc(5)).
func readRSS(pid int) (uint64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	f := bytes.Fields(b)
	if len(f) < 2 {
		return 0, fmt.Errorf("statm has %d fields", len(f))
	}
	pages, err := strconv.ParseUint(string(f[1]), 10, 64)
	return pages * uint64(os.Getpagesize()), err
}

// readCPU reads utime and stime, the fields 14 and 15 of /proc/PID/stat (proc(5)). The second field is the program's
// name in parentheses and may hold anything, so we count from its end.
func readCPU(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	f := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(f) < 13 {
		return 0, fmt.Errorf("stat has %d fields after the name", len(f))
	}
	user, err := strconv.ParseUint(string(f[11]), 10, 63)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseUint(string(f[12]), 10, 63)
	return time.Duration(user+system) * time.Second / ticksPerSecond, err
}
