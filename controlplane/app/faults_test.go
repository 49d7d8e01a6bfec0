package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/storetest"
)

// replicaState names the state to a process that is one more replica, recordState to one that records and is killed.
const (
	replicaState = "PICKET_TEST_REPLICA_STATE"
	recordState  = "PICKET_TEST_RECORD_STATE"
)

// TestFaults lets a part of the control plane die, freeze or be cut off while attacks go on, and counts: decisions that were
// acknowledged and are gone (none), attacks that were not decided about (none), how long detection took meanwhile, how long an
// operator's decision took to a node, and what the operator saw.
func TestFaults(t *testing.T) {
	if state := os.Getenv(replicaState); state != "" {
		beReplica(t, state)
	}
	if os.Getenv("PICKET_LONG") == "" {
		t.Skip("takes a minute or two: make faults")
	}
	n := storetest.StartNATS(t, 3)
	o := options(t)
	o.State, o.JournalBytes = n.URL(), 64<<20
	told := &toldLog{}
	o.Log = slog.New(slog.NewTextHandler(told, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, _ := started(t, o)
	var proxies []*storetest.Proxy
	var cutOff []string
	for i := range 3 {
		proxies = append(proxies, storetest.StartProxy(t, n.Addr(i)))
		cutOff = append(cutOff, "nats://"+proxies[i].Addr())
	}
	all := func(do func(*storetest.Proxy)) {
		for _, p := range proxies {
			do(p)
		}
	}
	first, second := startReplica(t, strings.Join(cutOff, ",")), startReplica(t, o.State)
	awaitShare(t, a, 6)
	way := storetest.StartProxy(t, a.GRPCAddr())
	f := &faults{
		t: t, a: a, told: told, decisions: map[string]seen{}, changed: make(chan struct{}),
		node: startNode(t, "probe", way.Addr(), a.GRPCAddr()),
	}
	f.watch()

	f.row("nothing", func() {})
	f.row("node cut off from its replica", way.Cut)
	way.Heal()
	f.row("replica cut off from NATS", func() { all((*storetest.Proxy).Cut) })
	f.row("the same is connected again", func() { all((*storetest.Proxy).Heal) })
	f.row("replica killed (kill -9)", func() { _ = first.Kill() })
	f.row("replica frozen (SIGSTOP)", func() { _ = second.Signal(syscall.SIGSTOP) })
	f.row("the same goes on (SIGCONT)", func() { _ = second.Signal(syscall.SIGCONT) })
	third := startReplica(t, o.State)
	awaitShare(t, a, 6)
	f.row("replica stopped (SIGTERM)", func() { _ = third.Signal(syscall.SIGTERM) })
	for i := range 3 {
		f.row(fmt.Sprintf("nats-server %d killed (kill -9)", i), func() { n.Kill(i) })
		f.row("the same starts again", func() { n.Start(t, i) })
	}
	f.row("nats-server 0 frozen (SIGSTOP)", func() { n.Signal(0, syscall.SIGSTOP) })
	f.row("the same goes on (SIGCONT)", func() { n.Signal(0, syscall.SIGCONT) })
	f.row("nats-servers 0 and 1 cut off", func() { n.CutRoute(0, 1) })
	f.row("the same are connected again", func() { n.HealRoute(0, 1) })
}

// seen is a decision with when it came here.
type seen struct {
	controlplane.Decision
	at time.Time
}

// faults keeps the decisions that were seen, by group: each attack of this test has one of its own.
type faults struct {
	t    *testing.T
	a    *App
	told *toldLog
	node *node
	rows int

	mu        sync.Mutex
	decisions map[string]seen
	twice     []string
	changed   chan struct{}
}

// watch follows the register until the test ends.
func (f *faults) watch() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = f.a.register.Watch(ctx, func(e controlplane.Entry) error { f.see(e); return nil }, func(uint64) {})
	}()
	f.t.Cleanup(func() { stop(); <-done })
}

func (f *faults) see(e controlplane.Entry) {
	var d controlplane.Decision
	if !strings.HasPrefix(e.Key, controlplane.KeyDecision) || e.Deleted || json.Unmarshal(e.Value, &d) != nil || d.Operator {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if old, ok := f.decisions[d.Group]; ok && old.ID != d.ID {
		f.twice = append(f.twice, d.Group)
	}
	f.decisions[d.Group] = seen{d, time.Now()}
	close(f.changed)
	f.changed = make(chan struct{})
}

// row lets attacks begin, something happen, and the attacks go on, and prints what came of them.
func (f *faults) row(name string, happen func()) {
	const attacks = 32
	f.rows++
	before := f.stored()
	var workers []*worker
	for i := range attacks {
		w := &worker{group: fmt.Sprintf("fault-%d-%d", f.rows, i)}
		workers = append(workers, w)
		f.record(w.report(30))
	}
	f.told.take()
	happen()
	began := time.Now()
	pushed := make(chan time.Duration, 1)
	go func() { pushed <- f.push(began) }()
	var all sync.WaitGroup
	for _, w := range workers {
		all.Go(func() { f.record(w.report(25)) })
	}
	all.Wait()
	kept := time.Since(began)
	took := f.await(workers, began)
	lost := 0
	after := f.stored()
	for key := range before {
		if !after[key] {
			lost++
		}
	}
	if lost > 0 || len(took) < attacks || len(f.twice) > 0 {
		f.t.Fatalf("%s: %d decisions lost, %d of %d attacks decided about, twice about %v; the operator saw: %s",
			name, lost, len(took), attacks, f.twice, f.told.take())
	}
	slices.Sort(took)
	f.t.Logf("%-34s lost %d of %d decisions; %d of %d attacks decided about after %5.1f s (p50) %5.1f s (max); reports kept after %4.1f s; pushed after %4.1f s; the operator saw: %s",
		name, lost, len(before), len(took), attacks, took[len(took)/2].Seconds(), took[len(took)-1].Seconds(), kept.Seconds(), (<-pushed).Seconds(), f.told.take())
}

// push gives how long it took until an operator's decision was in force on a node.
func (f *faults) push(began time.Time) time.Duration {
	c := wish(fmt.Sprintf("198.51.100.%d", f.rows))
	f.node.report(1) // a node that waits for nothing does not notice that it is cut off
	for end := began.Add(2 * patience); time.Now().Before(end); {
		ctx, stop := context.WithTimeout(f.t.Context(), 2*time.Second)
		d, err := f.a.decider.Decide(ctx, c)
		stop()
		if err == nil {
			return f.node.told(f.t, d.ID).Sub(began)
		}
	}
	f.t.Error("an operator's decision was never taken")
	return -1
}

// toldLog keeps what the operator is told.
type toldLog struct {
	mu    sync.Mutex
	lines []string
}

// Write implements io.Writer.
func (l *toldLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, text, _ := strings.Cut(strings.TrimSpace(string(b)), "msg=")
	if len(text) > 110 {
		text = text[:110] + "..."
	}
	if !slices.Contains(l.lines, text) {
		l.lines = append(l.lines, text)
	}
	return len(b), nil
}

// take gives the first lines since it was asked last, and how many more there were.
func (l *toldLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	switch {
	case len(lines) == 0:
		return "nothing"
	case len(lines) > 2:
		return strings.Join(lines[:2], "; ") + fmt.Sprintf("; and %d more lines", len(lines)-2)
	default:
		return strings.Join(lines, "; ")
	}
}

// record is what a filter does: it sends again what was not acknowledged.
func (f *faults) record(b controlplane.Batch) {
	for end := time.Now().Add(2 * patience); ; {
		err := f.a.fold.Record(f.t.Context(), b)
		if err == nil {
			return
		}
		if time.Now().After(end) {
			f.t.Errorf("record: %v", err)
			return
		}
	}
}

// stored gives the decisions' keys as the register has them now.
func (f *faults) stored() map[string]bool {
	ctx, stop := context.WithTimeout(f.t.Context(), 2*patience)
	defer stop()
	all, _, err := snapshot(ctx, f.a.register)
	if err != nil {
		f.t.Fatal(err)
	}
	out := map[string]bool{}
	for _, e := range all {
		if strings.HasPrefix(e.Key, controlplane.KeyDecision) {
			out[e.Key] = true
		}
	}
	return out
}

// await gives how long it took until each attack was decided about, with every request counted once.
func (f *faults) await(workers []*worker, began time.Time) (took []time.Duration) {
	missing := map[string]bool{}
	for _, w := range workers {
		missing[w.group] = true
	}
	late := time.After(2 * patience)
	for {
		f.mu.Lock()
		changed := f.changed
		for _, group := range slices.Collect(maps.Keys(missing)) {
			if d, ok := f.decisions[group]; ok {
				delete(missing, group)
				took = append(took, max(0, d.at.Sub(began)))
				exact(f.t, []controlplane.Decision{d.Decision}, 55)
			}
		}
		f.mu.Unlock()
		if len(missing) == 0 {
			return took
		}
		select {
		case <-changed:
		case <-late:
			return took
		}
	}
}

// awaitShare waits until a replica owns so many partitions at most.
func awaitShare(t *testing.T, a *App, most float64) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		families, err := a.metrics.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range families {
			if m.GetName() == "picket_partitions_owned" && m.GetMetric()[0].GetGauge().GetValue() <= most {
				return
			}
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("the others take no partitions")
		}
	}
}

// beReplica is a process of its own that ends when it is killed or told to, or its standard input ends.
func beReplica(t *testing.T, state string) {
	o := options(t)
	o.State, o.JournalBytes = state, 64<<20
	_, stop := started(t, o)
	told, ended := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(told, syscall.SIGTERM)
	fmt.Println("ready")
	go func() {
		defer close(ended)
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	}()
	select {
	case <-told:
	case <-ended:
	}
	stop()
	os.Exit(0)
}

// startReplica starts one and waits until it is ready. It ends with the test.
func startReplica(t *testing.T, state string) *os.Process {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestFaults$")
	cmd.Env = append(os.Environ(), replicaState+"="+state)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		_ = in.Close()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "ready\n" {
		t.Fatalf("replica said %q, %v", line, err)
	}
	return cmd.Process
}

// TestKilledAloneLosesNoDecision runs itself in another process, which records an attack in a state of its own and is killed
// as soon as it is acknowledged.
func TestKilledAloneLosesNoDecision(t *testing.T) {
	if state := os.Getenv(recordState); state != "" {
		recordAndDie(t, state)
	}
	const rounds = 3
	half, whole := 0, 0
	var ready time.Duration
	for range rounds {
		o := options(t)
		o.State = t.TempDir()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledAloneLosesNoDecision$")
		cmd.Env = append(os.Environ(), recordState+"="+o.State)
		out, err := cmd.CombinedOutput()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
			t.Fatalf("the process was not killed: %v\n%s", err, out)
		}
		began := time.Now()
		a, stop := started(t, o)
		ready = max(ready, time.Since(began))
		if got := awaitDecisions(t, a.register, 1); len(got["whole"]) == 1 {
			whole++
		}
		w := &worker{group: "half"}
		w.report(30)
		record(t, a, w.report(25))
		record(t, a, w.report(40)) // fires also where the first report is lost
		got := awaitDecisions(t, a.register, 2)["half"]
		if strings.Contains(strings.Join(got[0].Evidence, " "), "55 distinct") {
			half++
		}
		stop()
	}
	t.Logf("killed %d times: %d decisions lost, the last report lost %d times, start to ready %v at most", rounds, rounds-whole, rounds-half, ready.Round(time.Millisecond))
	if whole != rounds || half != rounds {
		t.Errorf("%d acknowledged decisions and %d acknowledged reports lost", rounds-whole, rounds-half)
	}
}

func recordAndDie(t *testing.T, state string) {
	o := options(t)
	o.State = state
	a, _ := started(t, o)
	record(t, a, (&worker{group: "whole"}).report(60))
	awaitDecisions(t, a.register, 1)
	record(t, a, (&worker{group: "half"}).report(30))
	<-time.After(a.flushed) // as the acknowledgement waits
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
