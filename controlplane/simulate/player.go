package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"picket/controlplane"
	"picket/controlplane/app"
	"picket/filter/report"
)

// Options of a play. Zero fields have the defaults named.
type Options struct {
	Policy string // the policy file's text; empty: the one of the simulated service
	Mode   string // replaces the policy's; empty: it does not
	Seed   uint64 // of what is drawn; 0: 1
	// Speed is how many times faster than real time it plays at the most; 0: as fast as this machine can.
	Speed float64
	Log   *slog.Logger // of the control plane; nil: discarded
}

// player plays one timeline through one control plane.
type player struct {
	o       Options
	t       *Timeline
	clock   clock
	start   time.Time
	began   time.Time // by the wall's clock
	plane   *app.Offline
	workers []*worker
	scene   *Scene
	result  *Result
	who     map[controlplane.Value]map[*ActorResult]bool // who used a facet's value
	of      map[*Actor]*ActorResult
	turn    int
	target  uint64 // the revision that the workers enforce
	known   map[controlplane.DecisionID]bool
}

// Play plays one timeline and tells what became of its actors. The error is ctx's, or a *app.Mistake for a policy.
func Play(ctx context.Context, t *Timeline, o Options) (*Result, error) {
	o.Seed = cmp.Or(o.Seed, 1)
	if o.Policy == "" {
		o.Policy = ServicePolicy()
	}
	p := &player{
		o: o, t: t, start: t.Begin, result: &Result{Timeline: t, Name: t.Name, began: -1}, scene: newScene(o.Seed),
		who: map[controlplane.Value]map[*ActorResult]bool{}, of: map[*Actor]*ActorResult{}, known: map[controlplane.DecisionID]bool{},
	}
	if p.start.IsZero() {
		p.start = begin()
	}
	p.clock.set(p.start)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var err error
	p.plane, err = app.NewOffline(ctx, app.OfflineOptions{Policy: o.Policy, Mode: o.Mode, Clock: p.clock.now, Log: o.Log, Detected: p.detected})
	if err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() {
		defer stop() // nobody waits for a control plane that has ended
		ended <- p.plane.Run(ctx)
	}()
	err = p.play(ctx)
	for _, e := range p.plane.Decider().Exposures() {
		p.result.Told = append(p.result.Told, e.Scenario+": "+e.Text)
		if !slices.Contains(p.result.Incidents, e.Scenario) {
			p.result.Incidents = append(p.result.Incidents, e.Scenario)
		}
	}
	stop()
	if err = errors.Join(err, <-ended); err != nil {
		return nil, fmt.Errorf("play %s: %w", t.Name, err)
	}
	return p.result, nil
}

func (p *player) play(ctx context.Context) error {
	select {
	case <-p.plane.Ready():
	case <-ctx.Done():
		return ctx.Err()
	}
	for i := range cmp.Or(p.t.Workers, 4) {
		w := newWorker(ctx, i, uint64(p.start.UnixNano()))
		if err := w.open(ctx, p.plane.Signals(), uint64(p.start.UnixNano())); err != nil {
			return err
		}
		p.workers = append(p.workers, w)
	}
	return p.tell(ctx, p.source())
}

// source gives the requests in order, and then io.EOF.
func (p *player) source() func() (*Request, error) {
	if p.t.source != nil {
		return p.t.source
	}
	p.t.Play(p.scene)
	rest := p.scene.requests
	slices.SortStableFunc(rest, func(a, b Request) int { return cmp.Compare(a.At, b.At) })
	return func() (*Request, error) {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		r := &rest[0]
		rest = rest[1:]
		return r, nil
	}
}

// tell plays the requests, a report interval at a time.
func (p *player) tell(ctx context.Context, next func() (*Request, error)) error {
	interval := cmp.Or(p.t.Interval, time.Second)
	p.began = time.Now()
	r, err := next()
	for err == nil {
		end := r.At.Truncate(interval) + interval
		for err == nil && r.At < end {
			p.request(r)
			p.result.Requests++
			r, err = next()
		}
		if err := p.tick(ctx, end); err != nil {
			return err
		}
		p.result.Took = end
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// actor gives what became of an actor until now.
func (p *player) actor(a *Actor) *ActorResult {
	res := p.of[a]
	if res == nil {
		res = &ActorResult{Actor: a.Name, Attacker: a.Attacker, Victim: a.Victim, leaked: map[string]bool{}}
		p.of[a] = res
		p.result.Actors = append(p.result.Actors, res)
	}
	return res
}

func (p *player) request(r *Request) {
	at := p.start.Add(r.At)
	p.clock.set(at)
	w := p.workers[p.worker(r)]
	res := p.actor(r.actor)
	res.sent(r)
	if r.actor.Attacker && p.result.began < 0 {
		p.result.began = r.At
	}
	var a answer
	e, sample := w.serve(r, uint64(at.UnixNano()), func() answer {
		a = p.answer(r)
		return a
	})
	res.count(e, &a)
	if r.actor.Attacker && (e == denied || e == throttled || e == found) {
		missed := p.answer(r)
		res.want(&missed)
	}
	p.know(&sample, r.Caller.Address, res)
}

// answer is the service's, or the recorded one.
func (p *player) answer(r *Request) answer {
	if p.t.recorded {
		return r.recorded
	}
	return p.scene.service.answer(r)
}

// worker chooses who serves a request: each caller has a worker, or each request another.
func (p *player) worker(r *Request) int {
	p.turn++
	if p.t.Scatter {
		return p.turn % len(p.workers)
	}
	h := fnv.New32a()
	b := r.Caller.Address.As16()
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(r.actor.Name))
	return int(h.Sum32() % uint32(len(p.workers)))
}

// know remembers who used which facets, so that a detection can be told of whom it is.
func (p *player) know(s *report.Sample, address netip.Addr, res *ActorResult) {
	c := &s.Caller
	for _, v := range [...]controlplane.Value{
		{Facet: controlplane.FacetKey, Hash: c.Key}, {Facet: controlplane.FacetSubject, Hash: c.Subject},
		{Facet: controlplane.FacetSession, Hash: c.Session}, {Facet: controlplane.FacetFingerprint, Hash: c.Fingerprint},
		{Facet: controlplane.FacetAccount, Hash: c.Account}, {Facet: controlplane.FacetIP, Hash: c.IPHash},
	} {
		if v.Hash != 0 {
			p.used(v, res)
		}
	}
	if c.IPLen > 0 {
		p.used(controlplane.Value{Facet: controlplane.FacetIP, Network: netip.PrefixFrom(address, address.BitLen())}, res)
	}
}

func (p *player) used(v controlplane.Value, res *ActorResult) {
	if p.who[v] == nil {
		p.who[v] = map[*ActorResult]bool{}
	}
	p.who[v][res] = true
}

// tick has every worker report that has something to say, one after the other, so that each play is the same; then all
// that was decided takes effect.
func (p *player) tick(ctx context.Context, end time.Duration) error {
	at := p.start.Add(end)
	p.clock.set(at)
	for _, w := range p.workers {
		if w.reporter.Pending() {
			if err := w.report(ctx, uint64(at.UnixNano())); err != nil {
				return err
			}
		}
	}
	target, err := p.plane.Target(ctx, group)
	if err != nil {
		return err
	}
	if target != p.target {
		p.target = target
		p.decided()
	}
	for _, w := range p.workers {
		if w.at.Revision < target {
			if err := w.await(ctx, func() bool { return w.at.Revision >= target }); err != nil {
				return err
			}
		}
	}
	return p.pace(ctx, end)
}

// pace waits where the play is ahead of Options.Speed.
func (p *player) pace(ctx context.Context, end time.Duration) error {
	if p.o.Speed <= 0 {
		return ctx.Err()
	}
	ahead := time.Duration(float64(end)/p.o.Speed) - time.Since(p.began)
	if ahead <= 0 {
		return ctx.Err()
	}
	wait := time.NewTimer(ahead)
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return nil
	}
}

// detected notes a detection for all whom it is about. A worker waits for its report meanwhile, so that nothing else runs.
func (p *player) detected(d controlplane.Detection) {
	p.result.fired(d, p.clock.now().Sub(p.start))
	for who := range p.who[d.Value] {
		who.detected(d.Scenario, p.clock.now().Sub(p.start))
	}
}

// decided notes the decisions that are new, for they are forgotten some time after their end.
func (p *player) decided() {
	for _, d := range p.plane.Decider().List(false) {
		if p.known[d.ID] {
			continue
		}
		p.known[d.ID] = true
		var whom []string
		for who := range p.who[d.Value] {
			whom = append(whom, who.Actor)
		}
		slices.Sort(whom)
		p.result.Decisions = append(p.result.Decisions, Decided{
			Scenario: d.Scenario, Facet: string(d.Value.Facet), Value: d.Value.String(), Endpoint: d.EndpointName, Action: string(d.Action),
			Mode: string(d.Mode), At: d.Decided.UTC(), Expires: d.Expires.UTC(), Reason: d.Reason, Whom: whom[:min(len(whom), maxWhom)], Actors: len(whom),
		})
	}
}

// maxWhom is how many actors a decision names.
const maxWhom = 5
