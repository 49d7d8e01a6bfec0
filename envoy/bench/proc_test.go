package main

import (
	"os"
	"testing"
)

func TestStatusIsReadInBytes(t *testing.T) {
	const status = "Name:\tenvoy\nVmHWM:\t  204800 kB\nVmRSS:\t   1024 kB\n"
	if rss, peak := statusBytes(status, "VmRSS:"), statusBytes(status, "VmHWM:"); rss != 1<<20 || peak != 200<<20 {
		t.Errorf("resident %v, peak %v", rss, peak)
	}
	if n := statusBytes(status, "VmSwap:"); n != 0 {
		t.Errorf("a line that is not there gives %v", n)
	}
}

func TestOwnProcessHasSpentTimeAndMemory(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip(err)
	}
	exact, err := cpuTime(os.Getpid())
	if err != nil || exact <= 0 {
		t.Errorf("%v, %v", exact, err)
	}
	if _, err := statTime(os.Getpid()); err != nil {
		t.Error(err)
	}
	if resident, peak, err := memoryOf(os.Getpid()); err != nil || resident <= 0 || peak < resident {
		t.Errorf("resident %v, peak %v, %v", resident, peak, err)
	}
}
