package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"picket/envoy/bootstrap"
	picketv1 "picket/proto/picket/v1"
)

// load sends requests at a steady pace.
type load struct {
	done chan struct{}
	work sync.WaitGroup

	// Read after stop.
	sent   int
	errors []string
}

// startLoad calls send every so often, with 0, 1, 2, ... until stop or the test's end.
func startLoad(t *testing.T, every time.Duration, send func(i int) error) *load {
	l := &load{done: make(chan struct{})}
	l.work.Go(func() {
		pace := time.NewTicker(every)
		defer pace.Stop()
		for {
			select {
			case <-l.done:
				return
			case <-t.Context().Done():
				return
			case <-pace.C:
			}
			if err := send(l.sent); err != nil {
				l.errors = append(l.errors, err.Error())
			}
			l.sent++
		}
	})
	return l
}

// stop waits for the last request. It is called once.
func (l *load) stop(t *testing.T) (sent int) {
	t.Helper()
	close(l.done)
	l.work.Wait()
	if len(l.errors) > 0 {
		t.Errorf("%d of %d requests failed, first: %s", len(l.errors), l.sent, l.errors[0])
	}
	return l.sent
}

// freeze stops a process, and lets it go on at the test's end at the latest.
func freeze(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { thaw(pid) })
}

func thaw(pid int) { _ = syscall.Kill(pid, syscall.SIGCONT) }

// long is how long the control plane stays frozen at least: 30 s where PICKET_LONG asks for it.
func long() time.Duration {
	if os.Getenv("PICKET_LONG") != "" {
		return 30 * time.Second
	}
	return 0
}

func TestFrozenControlPlaneLosesNoCount(t *testing.T) {
	o := both()
	o.process = true
	r := newRig(t, o)
	sent := r.warm()
	id := r.decide("deny", attacker)
	r.waitEnforced(id)

	freeze(t, r.plane.pid)
	began := time.Now()
	l := startLoad(t, 4*time.Millisecond, func(i int) error { return r.callAs(i, id) })
	r.thawedOnceDropped(t, began)
	sent += l.stop(t)
	t.Logf("%d requests while the control plane was frozen for %v and after", l.sent, time.Since(began))
	r.waitWorkers(instances)
	sent += r.deniedByAll(attacker, "/after", id)
	r.wantTotal(sent)
	t.Logf("%v reports came twice and were counted once", r.metric("picket_reports_duplicate_total"))

	r.in(t).frozenEnvoyIsSilent()
	r.wantTotal(sent)
}

// A report whose acknowledgement was lost comes again with the next stream, and must not count again.
func TestLostAcknowledgementsCountOnce(t *testing.T) {
	const losses = 6
	o := both()
	var wire *record
	o.config = func(c *bootstrap.Config) { wire, c.Control = recordedProxy(t, c.Control) }
	r := newRig(t, o)
	sent := r.warm()
	wire.lose(losses)
	l := startLoad(t, 4*time.Millisecond, func(i int) error { return r.callAs(i, "") })
	r.eventually("acknowledgements are lost", wire.lost)
	sent += l.stop(t)
	r.wantTotal(sent)
	if n := r.metric("picket_reports_duplicate_total"); n < losses {
		t.Errorf("%v reports came twice, want %d at least", n, losses)
	}
}

// callAs sends the i-th request: as one of many callers, or as the one whom a decision denies, if there is one.
func (r *rig) callAs(i int, denied string) error {
	from, want := fmt.Sprintf("198.51.100.%d", i%200), 200
	if i%10 == 0 && denied != "" {
		from, want = attacker, 403
	}
	a, err := r.try("GET", r.envoy.URL("picket_0")+fmt.Sprintf("/item/%d", i), from, "")
	if err != nil {
		return err
	}
	if a.status != want || want == 403 && a.decision != denied {
		return fmt.Errorf("%s: got %d by %q, want %d", from, a.status, a.decision, want)
	}
	return nil
}

// thawedOnceDropped lets the control plane go on once Envoy has given its connection up, and long has passed.
func (r *rig) thawedOnceDropped(t *testing.T, began time.Time) {
	t.Helper()
	blind := r.in(t)
	blind.plane = nil // it would not answer
	blind.eventually("Envoy gives the frozen control plane up", func() bool {
		return r.envoy.Stat("cluster.picket_control.http2.keepalive_timeout") > 0 && time.Since(began) > long()
	})
	thaw(r.plane.pid)
}

// wantTotal waits until the control plane has counted so many requests, and wants each of its sums to be just that.
func (r *rig) wantTotal(sent int) {
	r.t.Helper()
	r.eventually(fmt.Sprintf("%d requests are counted", sent), func() bool {
		return r.metric("picket_requests_total") >= float64(sent) && r.status().Requests >= uint64(sent)
	})
	s := r.status()
	if s.Requests != uint64(sent) || s.Lost != 0 {
		r.t.Errorf("workers' totals %d, lost %d, want %d and none", s.Requests, s.Lost, sent)
	}
	if n := r.metric("picket_requests_total"); n != float64(sent) {
		r.t.Errorf("%v requests in reports, want %d", n, sent)
	}
	a, err := r.plane.admin.ListEndpoints(r.t.Context(), &picketv1.ListEndpointsRequest{})
	if err != nil {
		r.t.Fatal(err)
	}
	var byEndpoint uint64
	for _, e := range a.Endpoints {
		byEndpoint += e.Requests
	}
	if byEndpoint != uint64(sent) {
		r.t.Errorf("%d requests by endpoint, want %d", byEndpoint, sent)
	}
}

// frozenEnvoyIsSilent stops Envoy for a while.
func (r *rig) frozenEnvoyIsSilent() {
	r.t.Helper()
	freeze(r.t, r.envoy.Pid())
	r.eventually("all workers are silent", func() bool { return len(r.instances("silent")) == instances })
	if n := r.nodes(); len(n) != 1 || n[0].State != "silent" {
		r.t.Errorf("nodes %v, want one that is silent", n)
	}
	r.waitWarning("is silent since")
	if out := r.picket("get", "nodes", "-o", "wide"); strings.Count(out, "silent") < instances {
		r.t.Errorf("picket get nodes shows\n%s\nwant %d silent workers", out, instances)
	}
	thaw(r.envoy.Pid())
	r.waitWorkers(instances)
}

// picket runs a command of the built program against the rig's control plane.
func (r *rig) picket(args ...string) string {
	r.t.Helper()
	c := exec.CommandContext(r.t.Context(), built(r.t, "picket"), append(args, "--server", r.plane.http)...)
	c.Env = append(os.Environ(), "PICKET_TOKEN="+r.plane.token)
	out, err := c.CombinedOutput()
	if err != nil {
		r.t.Fatalf("picket %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
