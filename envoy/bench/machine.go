package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"picket/envoy/process"
)

// Machine is where the figures were measured, and of what.
type Machine struct {
	Model       string // of the CPU
	CPUs        int    // that this process may use
	Kernel      string
	Go          string
	Envoy       string
	Picket      string // the source's revision, where known
	ModuleBytes int64  // of Picket's compiled filter
	EmptyBytes  int64  // of the filter that does nothing
	Pinned      bool   // Envoy had a CPU of its own while requests were measured
}

func (b *bench) machine(ctx context.Context) (Machine, error) {
	v, err := process.Check(ctx, b.envoy)
	if err != nil {
		return Machine{}, err
	}
	m := Machine{
		Model: cpuModel(), CPUs: len(b.cpus), Kernel: kernel(), Go: runtime.Version(), Envoy: v.Text, Picket: revision(ctx),
		Pinned: b.cpus.separable(),
	}
	if m.ModuleBytes, err = sizeOf(b.module); err != nil {
		return Machine{}, err
	}
	m.EmptyBytes, err = sizeOf(b.empty)
	return m, err
}

func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("look at module: %w", err)
	}
	return info.Size(), nil
}

func cpuModel() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func kernel() string {
	b, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return strings.TrimSpace(string(b))
}

// revision asks git, and else what the compiler noted.
func revision(ctx context.Context) string {
	if out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty").Output(); err == nil {
		return strings.TrimSpace(string(out))
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Version
}

// cpus are the numbers of CPUs.
type cpus []int

// allowedCPUs are those that this process may use.
func allowedCPUs() (cpus, error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil, fmt.Errorf("read allowed CPUs: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if list, ok := strings.CutPrefix(line, "Cpus_allowed_list:"); ok {
			return parseCPUs(strings.TrimSpace(list))
		}
	}
	return nil, fmt.Errorf("read allowed CPUs: there is no list in /proc/self/status")
}

// parseCPUs reads a list as the kernel writes it: 0-3,8.
func parseCPUs(list string) (cpus, error) {
	var all cpus
	for item := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(item, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 16)
		if err != nil {
			return nil, fmt.Errorf("read CPU list %q: %w", list, err)
		}
		to, err := strconv.ParseUint(last, 10, 16)
		if err != nil {
			return nil, fmt.Errorf("read CPU list %q: %w", list, err)
		}
		for n := from; n <= to; n++ {
			all = append(all, int(n))
		}
	}
	return all, nil
}

// String writes the list as taskset reads it.
func (c cpus) String() string {
	words := make([]string, len(c))
	for i, n := range c {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ",")
}

// separable says whether Envoy can have a CPU of its own.
func (c cpus) separable() bool {
	_, err := exec.LookPath("taskset")
	return err == nil && len(c) > 1
}

// pin keeps all threads of a process, and those that it starts later, on these CPUs. Without taskset it does nothing.
func pin(pid int, on cpus) error {
	if !on.known() {
		return nil
	}
	out, err := exec.Command("taskset", "-a", "-c", "-p", on.String(), strconv.Itoa(pid)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pin process %d: %w: %s", pid, err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (c cpus) known() bool {
	_, err := exec.LookPath("taskset")
	return err == nil && len(c) > 0
}
