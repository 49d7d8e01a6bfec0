package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"maps"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"picket/controlplane/app"
	"picket/controlplane/simulate"
	"picket/envoy/bootstrap"
	picketv1 "picket/proto/picket/v1"
)

// ending is what becomes of an attack under the default profile.
type ending int

const (
	stopped ending = iota // its requests are denied or throttled
	shown                 // an incident: the service is at fault, and there is nobody to decide about
)

// attacks are timelines that must be detected through a real Envoy, and how each ends.
func attacks() map[string]ending {
	return map[string]ending{
		"stuffing-spread":      stopped,
		"guessing-one-account": stopped,
		"otp-guessing":         stopped,
		"bola-sequential":      stopped,
		"bola-random":          stopped,
		"id-guessing":          stopped,
		"scanning-fast":        stopped,
		"token-unsigned":       stopped,
		"injection-repeated":   stopped,
		"key-leak":             stopped,
		"unprotected-endpoint": shown,
	}
}

// lookAlikes are honest timelines that no request of may be denied.
func lookAlikes() []string {
	return []string{"password-rollout", "mistyped-password", "single-page-application", "own-records-at-once", "tokens-expired"}
}

// TestScenariosThroughEnvoy plays timelines against a real Envoy in front of the simulated service. The control plane's clock
// is handed in and moved on by hand, a step at a time, so that hours take seconds and nothing depends on how fast they pass.
func TestScenariosThroughEnvoy(t *testing.T) {
	s := newStage(t)
	for _, name := range slices.Sorted(maps.Keys(attacks())) {
		t.Run(name, func(t *testing.T) {
			sub := s.in(t)
			sub.wantEnding(sub.play(name), attacks()[name])
		})
	}
	for _, name := range lookAlikes() {
		t.Run(name, func(t *testing.T) {
			h := s.in(t).play(name)
			for _, f := range h.Wrong() {
				t.Errorf("%s fired, and nobody attacked", f.Scenario)
			}
		})
	}
}

// stage is a rig in front of the simulated service, with a clock that is moved by hand.
type stage struct {
	*rig
	clock *handClock
	roots *x509.CertPool // of the listener, which speaks TLS, so that there are fingerprints
}

// handClock stands still until it is set. It is safe for concurrent use.
type handClock struct{ nanos atomic.Int64 }

func (c *handClock) now() time.Time { return time.Unix(0, c.nanos.Load()) }

func (c *handClock) set(t time.Time) { c.nanos.Store(t.UnixNano()) }

func newStage(t *testing.T) *stage {
	t.Helper()
	service := httptest.NewServer(simulate.NewService(simulate.ServiceOptions{}))
	t.Cleanup(service.Close)
	s := &stage{clock: &handClock{}, roots: x509.NewCertPool()}
	s.clock.set(opening())
	ca, own := newAuthority(t, "callers"), newPair(t)
	ca.sign(t, own, certificate(t, "listener", 2))
	s.roots.AddCert(ca.cert)
	o := both()
	o.policy = simulate.ServicePolicy() + "report_interval: 25ms\n"
	o.config = func(c *bootstrap.Config) {
		c.Upstream, c.TLS = mustURL(t, service.URL), &bootstrap.DownstreamTLS{Cert: own.cert(), Key: own.key()}
		if _, err := c.Write(c.Dir); err != nil {
			t.Fatal(err)
		}
	}
	o.control = func(o *app.Options) { o.Clock = s.clock.now }
	s.rig = newRig(t, o)
	return s
}

// opening is when a play begins: ahead of the nodes' own clocks, so that what they report is taken to be of the moment at
// which it comes.
func opening() time.Time { return time.Now().Add(time.Hour) }

func (s *stage) in(t *testing.T) *stage { return &stage{s.rig.in(t), s.clock, s.roots} }

// steps is about how many moves of the clock a timeline takes; none is shorter than shortest.
const (
	steps    = 30
	shortest = time.Second
)

// play plays a timeline with a control plane that knows of nothing yet. It wants that every request was answered and that no
// honest caller was stopped.
func (s *stage) play(name string) *simulate.Heard {
	s.t.Helper()
	tl, ok := simulate.Find(name)
	if !ok {
		s.t.Fatalf("there is no timeline %s", name)
	}
	begin := opening()
	s.clock.set(begin)
	s.restartControlPlane()
	s.waitWorkers(instances)
	p := &pacer{stage: s, begin: begin, step: s.step(tl)}
	h, err := simulate.PlayListener(s.t.Context(), tl, simulate.ListenerOptions{
		URL: mustURL(s.t, "https://"+s.envoy.Addr("picket_0")), Pace: p.pace, Lanes: 8, TLS: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: s.roots},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.counted(h.Requests)
	s.name(h)
	s.wantHarmless(h)
	return h
}

// step is how far the clock moves at a time.
func (s *stage) step(tl *simulate.Timeline) time.Duration {
	return max(simulate.Length(tl, 1)/steps, shortest).Round(shortest)
}

// pacer moves the clock on once all that was sent before is answered, counted, and what was decided is enforced.
type pacer struct {
	*stage
	begin time.Time
	step  time.Duration
	end   time.Duration
	sent  int
}

func (p *pacer) pace(ctx context.Context, at time.Duration, settle func()) error {
	if at >= p.end {
		settle()
		p.counted(p.sent)
		p.enforced()
		p.end = at.Truncate(p.step) + p.step
		p.clock.set(p.begin.Add(p.end))
	}
	p.sent++
	return ctx.Err()
}

// counted waits until the control plane has looked at so many requests.
func (s *stage) counted(requests int) {
	s.t.Helper()
	s.waitCounted(requests)
}

// enforced waits until each instance stands at the revision that is published. The clock stands still meanwhile, so that one
// that was moved past their last heartbeat does not matter.
func (s *stage) enforced() {
	s.t.Helper()
	newest := s.decisions(1)
	s.eventually("what was decided is enforced", func() bool {
		if len(newest) > 0 && s.plane.app.Publisher().Revision() < newest[0].Revision {
			return false
		}
		want := s.plane.app.Publisher().Group("edge").Revision()
		for _, w := range s.instances("current", "behind", "silent") {
			if w.Revision < want {
				return false
			}
		}
		return true
	})
}

// name asks the control plane what the answers did not tell.
func (s *stage) name(h *simulate.Heard) {
	s.t.Helper()
	names, times := map[string]string{}, map[string]int{}
	for _, d := range s.decisions(10_000) {
		names[d.Id] = d.Source
	}
	all, err := s.plane.admin.ListScenarios(s.t.Context(), &picketv1.ListScenariosRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, sc := range all.Scenarios {
		if sc.Detections > 0 {
			times[sc.Name] = int(sc.Detections)
		}
	}
	h.Resolve(names)
	h.Fire(times)
	a := h.Attackers()
	for _, f := range h.Fired {
		s.t.Logf("fired %s %d times", f.Scenario, f.Times)
	}
	s.t.Logf("%d requests, the attackers' %d: %d denied, %d throttled, %d found inside, %d leaked", h.Requests, a.Requests, a.Denied, a.Throttled, a.Found, a.Leaked)
	if h.First != nil {
		s.t.Logf("first stopped by %s after %d requests, %v, %d leaked", h.First.Scenario, h.First.Requests, h.First.After, h.First.Leaked)
	}
}

// wantHarmless wants that every request was answered, and no honest caller's by Picket.
func (s *stage) wantHarmless(h *simulate.Heard) {
	s.t.Helper()
	if h.Failed > 0 {
		s.t.Errorf("%d requests without an answer: %v", h.Failed, h.FirstFailed)
	}
	for _, a := range h.HonestHit() {
		s.t.Errorf("%s was hit: %d of %d requests denied, %d throttled, by %v", a.Actor, a.Denied+a.Found, a.Requests, a.Throttled, a.Detected)
	}
}

// wantEnding wants that an attack was detected, and ended as it must.
func (s *stage) wantEnding(h *simulate.Heard, want ending) {
	s.t.Helper()
	for _, name := range h.Missing() {
		s.t.Errorf("%s did not fire", name)
	}
	first := h.Timeline.Fires[0]
	switch a := h.Attackers(); {
	case want == stopped && 4*a.Stopped() < a.Requests:
		s.t.Errorf("%d of the attackers' %d requests were stopped", a.Stopped(), a.Requests)
	case want == shown && !warned(s.status(), first):
		s.t.Errorf("no warning of %s among %q", first, s.status().Warnings)
	}
}

// decisions gives those that were taken, the newest first.
func (s *stage) decisions(limit uint32) []*picketv1.DecisionView {
	s.t.Helper()
	l, err := s.plane.admin.ListDecisions(s.t.Context(), &picketv1.ListDecisionsRequest{All: true, Limit: limit})
	if err != nil {
		s.t.Fatal(err)
	}
	return l.Decisions
}
