package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/controlplane"
)

// The loop is measured from the answer to an attack's deciding request, the one that makes the scenario fire, to the
// first answer that denies the attacker, by the client's clock. Each attacker has an address of its own and tries
// passwords through one worker; then it goes on at every worker, over a connection of its own to each, about every
// millisecond. Between attacks a random time passes, so that they fall anywhere within the filter's tick.
const (
	loopWorkers = 2
	logins      = 11 // failed ones; more than 10 within a minute is an attack
	loopTick    = 100 * time.Millisecond
	pollEvery   = time.Millisecond
	deniedIn    = 10 * time.Second
	loopLimit   = 150 // ms, 99th percentile on every worker by stream
)

// attack is one's times.
type attack struct {
	decided  time.Time // decision taken, in the register
	denied   []time.Time
	began    time.Time // answer to the deciding request
	enforced []time.Time
}

// loopRig is all that runs while the loop is measured one way.
type loopRig struct {
	plane *plane
	proxy *proxy
	lanes []*conn // one connection to each worker
	taken *takenLog
}

func (b *bench) loop(ctx context.Context) (Table, error) {
	t := Table{Name: "The loop: from an attack's deciding request to the first denial"}
	upstream, err := b.startChild(serveUpstream)
	if err != nil {
		return t, err
	}
	for _, way := range []struct {
		name         string
		deltas, ecds bool
	}{{"by stream", true, false}, {"by ECDS", false, true}} {
		attacks, err := b.attacks(ctx, way.deltas, way.ecds, upstream.address)
		if err != nil {
			return t, errors.Join(fmt.Errorf("%s: %w", way.name, err), upstream.stop())
		}
		last := t.attackRows(way.name, attacks)
		if way.deltas {
			t.atMost("on every worker by stream, 99th percentile", last, loopLimit, 0, "ms")
		}
	}
	t.note("tick %v, debounce of policies 100 ms, %d workers; a poll each %v on each worker", loopTick, loopWorkers, pollEvery)
	t.note("until decided: wait for the tick (0 to %v, 50 ms on average), the stream up, detection, and the register's put", loopTick)
	t.note("until enforced: stream or ECDS down, until the last worker's receipt; until seen: the attacker's next request")
	return t, upstream.stop()
}

// attacks measures one way down.
func (b *bench) attacks(ctx context.Context, deltas, ecds bool, upstream string) (all []attack, err error) {
	r := &loopRig{taken: &takenLog{}}
	if r.plane, err = b.startPlane(ctx, deltas, ecds, slog.New(r.taken)); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.plane.stop()) }()
	text, err := b.config(upstream, r.plane.GRPCAddr(), loopWorkers).Bootstrap()
	if err != nil {
		return nil, err
	}
	if r.proxy, err = b.startProxy(ctx, "loop", text, loopWorkers); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.proxy.stop()) }()
	if r.lanes, err = r.proxy.lanes(ctx, "picket_0", loopWorkers); err != nil {
		return nil, err
	}
	if err := r.plane.enforced(ctx, loopWorkers+1); err != nil {
		return nil, err
	}
	count := b.pick(300, 40)
	for i := range count {
		rest(ctx, rand.N(loopTick))
		a, err := r.attack(ctx, i)
		if err != nil {
			return nil, fmt.Errorf("attack %d: %w", i, err)
		}
		all = append(all, a)
		if i%100 == 99 {
			b.say("%d of %d attacks", i+1, count)
		}
	}
	return all, nil
}

// lanes opens connections until there is one to each worker: the kernel chooses the worker.
func (p *proxy) lanes(ctx context.Context, listener string, workers int) ([]*conn, error) {
	addresses, err := p.addresses(ctx)
	if err != nil {
		return nil, err
	}
	found := make([]*conn, workers)
	missing := workers
	before := make([]int, workers)
	for tries := 0; missing > 0; tries++ {
		if tries == 200 {
			return nil, errors.New("some worker gets no connection")
		}
		c, err := dial(addresses[listener])
		if err != nil {
			return nil, err
		}
		worker, counts, err := p.accepted(ctx, before)
		if err != nil {
			return nil, err
		}
		before = counts
		if found[worker] == nil {
			found[worker] = c
			missing--
		}
	}
	return found, nil
}

// accepted waits until a worker has one connection more than before, and tells which.
func (p *proxy) accepted(ctx context.Context, before []int) (worker int, counts []int, err error) {
	err = until(ctx, 5*time.Second, time.Millisecond, func() (bool, error) {
		if counts, err = p.connections(ctx, len(before)); err != nil {
			return false, err
		}
		for i := range counts {
			if counts[i] > before[i] {
				worker = i
				return true, nil
			}
		}
		return false, nil
	})
	return worker, counts, err
}

// attack carries out one and gives its times.
func (r *loopRig) attack(ctx context.Context, i int) (attack, error) {
	address := fmt.Sprintf("100.64.%d.%d", i/200, i%200+1)
	lane := r.lanes[i%len(r.lanes)]
	for j := range logins {
		if status, err := lane.do(tryLogin(address, j)); err != nil || status != 401 {
			return attack{}, errors.Join(fmt.Errorf("login answered %d", status), err)
		}
	}
	a := attack{began: time.Now(), denied: make([]time.Time, len(r.lanes))}
	var g errgroup.Group
	for k, c := range r.lanes {
		g.Go(func() (err error) {
			a.denied[k], err = untilDenied(ctx, c, address)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return a, err
	}
	return a, r.proof(ctx, &a)
}

// untilDenied goes on until it gets 403, and gives when that was.
func untilDenied(ctx context.Context, c *conn, address string) (at time.Time, err error) {
	request := emptyLogin(address)
	err = until(ctx, deniedIn, pollEvery, func() (bool, error) {
		status, err := c.do(request)
		at = time.Now()
		return status == 403, err
	})
	return at, err
}

// proof adds what the control plane knows of the last decision.
func (r *loopRig) proof(ctx context.Context, a *attack) error {
	id, at := r.taken.last()
	if err := r.plane.Fleet().WaitEnforced(ctx, id); err != nil {
		return fmt.Errorf("wait for receipts: %w", err)
	}
	a.decided = at
	receipts, _ := r.plane.Fleet().Receipts(id)
	for _, w := range receipts.Workers {
		if w.Receipt.Serving && !w.Enforced.IsZero() {
			a.enforced = append(a.enforced, w.Enforced)
		}
	}
	if len(a.enforced) == 0 {
		return errors.New("no worker gave a receipt")
	}
	return nil
}

// tryLogin is a login that fails.
func tryLogin(address string, n int) []byte {
	body := fmt.Sprintf(`{"username":"user-%s-%d","password":"123456"}`, strings.ReplaceAll(address, ".", "-"), n)
	return fmt.Appendf(nil, "POST /v1/login HTTP/1.1\r\nhost: api.example.com\r\nx-forwarded-for: %s\r\n%s: 1\r\n"+
		"content-type: application/json\r\ncontent-length: %d\r\n\r\n%s", address, failLogin, len(body), body)
}

// emptyLogin is one without a body: Envoy closes a connection where it answers before a body has come.
func emptyLogin(address string) []byte {
	return fmt.Appendf(nil, "POST /v1/login HTTP/1.1\r\nhost: api.example.com\r\nx-forwarded-for: %s\r\n%s: 1\r\ncontent-length: 0\r\n\r\n",
		address, failLogin)
}

// takenLog listens to the control plane's log for decisions.
type takenLog struct {
	slog.Handler // nil: only what is below is called

	mu sync.Mutex
	id controlplane.DecisionID
	at time.Time
}

var _ slog.Handler = (*takenLog)(nil)

// Enabled implements slog.Handler.
func (*takenLog) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

// WithAttrs implements slog.Handler.
func (l *takenLog) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler.
func (l *takenLog) WithGroup(string) slog.Handler { return l }

// Handle implements slog.Handler.
func (l *takenLog) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "decision taken" {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = r.Time
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "decision" {
			l.id, _ = controlplane.ParseDecisionID(a.Value.String())
		}
		return true
	})
	return nil
}

func (l *takenLog) last() (controlplane.DecisionID, time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.id, l.at
}
