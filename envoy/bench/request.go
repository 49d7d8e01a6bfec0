package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// One request's cost is measured like this. Each variant is a listener of an Envoy with one worker; variants that could
// disturb each other (a VM that ticks, a stream that lives) have an Envoy of their own, which rests while others are
// measured, so that what Picket does beside the requests is charged to Picket. A slice is a fixed number of requests of
// one variant by a closed loop over keep-alive connections. In each round every variant has one slice, in random order.
// A slice's figure is the CPU time of the whole Envoy process, by the scheduler's own count, divided by its requests; a
// variant's added cost is its figure minus the bare router's of the same round. Slices are as short as one or two ticks
// of the filter and rounds are many, because what disturbs a shared machine lasts longer than that, and then falls on
// all variants of a round alike; the scheduler's count is exact to the microsecond. Envoy has a CPU of its own where
// there are several.
const (
	loadConns     = 8
	decisionCount = 100_000
	rbacAddresses = 10_000
	// warmRequests is more than V8 needs to replace its first machine code of what is called often by its best.
	warmRequests = 20_000
)

// variant is one thing that is measured.
type variant struct {
	name   string
	proxy  *proxy
	server *child // whose CPU is counted apart; nil: none
	load   *load

	envoy, servers []float64 // µs a request, by round
}

// requestRig is all that runs while requests are measured.
type requestRig struct {
	b         *bench
	proxies   map[string]*proxy
	upstream  *child
	authz     *child
	plane     *plane
	variants  []*variant
	idle      map[*proxy]time.Duration // CPU spent while others were measured
	idleOther map[*proxy]time.Duration // how long others were measured
	cleanups  []func() error
}

func (b *bench) request(ctx context.Context) (t Table, err error) {
	r := &requestRig{b: b, proxies: map[string]*proxy{}, idle: map[*proxy]time.Duration{}, idleOther: map[*proxy]time.Duration{}}
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.open(ctx); err != nil {
		return Table{}, err
	}
	b.say("serving %d requests of each variant, so that machine code is what it will be", warmRequests)
	for _, v := range r.variants {
		if err := v.load.drive(warmRequests); err != nil {
			return Table{}, fmt.Errorf("warm up %s: %w", v.name, err)
		}
	}
	rounds, n := b.pick(160, 12), 1000
	for i := range rounds {
		if err := r.round(ctx, n); err != nil {
			return Table{}, err
		}
		if i%40 == 39 {
			b.say("%d of %d rounds", i+1, rounds)
		}
	}
	return r.table(n), r.check()
}

// open starts everything.
func (r *requestRig) open(ctx context.Context) (err error) {
	b := r.b
	if r.upstream, err = r.child(serveUpstream); err != nil {
		return err
	}
	if r.authz, err = r.child(serveAuthz); err != nil {
		return err
	}
	if r.plane, err = b.startPlane(ctx, true, true, nil); err != nil {
		return err
	}
	r.cleanups = append(r.cleanups, r.plane.stop)
	b.say("taking %d decisions", decisionCount)
	if err := r.plane.deny(ctx, decisionCount); err != nil {
		return err
	}
	b.say("starting Envoys")
	if err := r.openProxies(ctx); err != nil {
		return err
	}
	if err := r.addVariants(ctx); err != nil {
		return err
	}
	return r.pin()
}

func (r *requestRig) child(what string) (*child, error) {
	c, err := r.b.startChild(what)
	if err == nil {
		r.cleanups = append(r.cleanups, c.stop)
	}
	return c, err
}

// Names of the Envoys, and of listeners among them.
const (
	peers  = "peers"
	nop    = "empty"
	picket = "picket"
	source = "source"
	others = "strangers" // whose callers would push those of the others out of memory
	bare   = "bare"
	rbac   = "rbac"
	authz  = "authz"
	bodies = "authz-body"
)

func (r *requestRig) openProxies(ctx context.Context) error {
	if err := r.proxy(ctx, peers, false, func(d *document) error {
		return errors.Join(d.addAuthzCluster(r.authz.address), d.listen(map[string]list{
			bare: nil, rbac: {rbacFilter(rbacAddresses)}, authz: {authzFilter(0)}, bodies: {authzFilter(8192)},
		}))
	}); err != nil {
		return err
	}
	if err := r.proxy(ctx, nop, false, func(d *document) error {
		return d.listen(map[string]list{nop: {emptyFilter(r.b.empty)}})
	}); err != nil {
		return err
	}
	for _, name := range []string{picket, source, others} {
		err := r.proxy(ctx, name, name == source, func(d *document) error {
			filters, _ := d.filters()
			return d.listen(map[string]list{name: filters, bare: nil})
		})
		if err != nil {
			return err
		}
	}
	return r.plane.enforced(ctx, 6)
}

// proxy starts an Envoy with one worker; property: it asks Envoy for the client's address.
func (r *requestRig) proxy(ctx context.Context, name string, property bool, change func(*document) error) error {
	c := r.b.config(r.upstream.address, r.plane.GRPCAddr(), 1)
	c.NodeID, c.ForwardedAddress = name, !property
	d, err := parse(c)
	if err == nil {
		err = change(d)
	}
	if err != nil {
		return err
	}
	text, err := d.encode()
	if err != nil {
		return err
	}
	p, err := r.b.startProxy(ctx, name, text, 1)
	if err != nil {
		return err
	}
	r.proxies[name] = p
	r.cleanups = append(r.cleanups, p.stop)
	return nil
}

func (r *requestRig) addVariants(ctx context.Context) error {
	get := requests(servedNetwork, func(c caller, object int) []byte { return c.get(object) })
	denied := requests(deniedNetwork, func(c caller, object int) []byte { return c.get(object) })
	post := requests(servedNetwork, func(c caller, _ int) []byte { return c.post() })
	for _, v := range []struct {
		name, proxy, listener string
		server                *child
		requests              [][]byte
		status                int
	}{
		{"get bare", peers, bare, nil, get, 200},
		{"get rbac", peers, rbac, nil, get, 200},
		{"get authz", peers, authz, r.authz, get, 200},
		{"get empty", nop, nop, nil, get, 200},
		{"get picket", picket, picket, nil, get, 200},
		{"get strangers", others, others, nil, strangers(), 200},
		{"get source", source, source, nil, get, 200},
		{"get beside", picket, bare, nil, get, 200},
		{"get blocked", picket, picket, nil, denied, 403},
		{"post bare", peers, bare, nil, post, 200},
		{"post authz", peers, bodies, r.authz, post, 200},
		{"post empty", nop, nop, nil, post, 200},
		{"post picket", picket, picket, nil, post, 200},
	} {
		addresses, err := r.proxies[v.proxy].addresses(ctx)
		if err != nil {
			return err
		}
		conns, err := dials(addresses[v.listener], loadConns)
		if err != nil {
			return err
		}
		r.variants = append(r.variants, &variant{
			name: v.name, proxy: r.proxies[v.proxy], server: v.server,
			load: &load{conns: conns, requests: v.requests, status: v.status},
		})
	}
	return nil
}

// pin gives Envoy the first CPU and everything else the others.
func (r *requestRig) pin() error {
	all := r.b.cpus
	if !all.separable() {
		return nil
	}
	r.cleanups = append(r.cleanups, func() error { return pin(os.Getpid(), all) })
	var errs []error
	for _, p := range r.proxies {
		errs = append(errs, pin(p.proc.Pid(), all[:1]))
	}
	for _, pid := range []int{os.Getpid(), r.upstream.pid(), r.authz.pid()} {
		errs = append(errs, pin(pid, all[1:]))
	}
	return errors.Join(errs...)
}

func (r *requestRig) close() error {
	var errs []error
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		errs = append(errs, r.cleanups[i]())
	}
	return errors.Join(errs...)
}

// round measures one slice of each variant.
func (r *requestRig) round(ctx context.Context, n int) error {
	for _, i := range rand.Perm(len(r.variants)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.slice(r.variants[i], n); err != nil {
			return fmt.Errorf("%s: %w", r.variants[i].name, err)
		}
	}
	return nil
}

// slice warms a variant up (connections, caches) and measures n requests.
func (r *requestRig) slice(v *variant, n int) error {
	if err := v.load.drive(n / 10); err != nil {
		return err
	}
	before, err := r.spent()
	if err != nil {
		return err
	}
	server, err := v.server.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := v.load.drive(n); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := r.spent()
	if err != nil {
		return err
	}
	serverAfter, err := v.server.cpu()
	if err != nil {
		return err
	}
	v.envoy = append(v.envoy, perRequest(after[v.proxy]-before[v.proxy], n))
	v.servers = append(v.servers, perRequest(serverAfter-server, n))
	for p := range after {
		if p != v.proxy {
			r.idle[p] += after[p] - before[p]
			r.idleOther[p] += took
		}
	}
	return nil
}

// spent is the CPU time of all Envoys.
func (r *requestRig) spent() (map[*proxy]time.Duration, error) {
	all := map[*proxy]time.Duration{}
	for _, p := range r.proxies {
		var err error
		if all[p], err = cpuTime(p.proc.Pid()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// cpu is 0 for no child.
func (c *child) cpu() (time.Duration, error) {
	if c == nil {
		return 0, nil
	}
	return cpuTime(c.pid())
}

// perRequest is in microseconds.
func perRequest(d time.Duration, n int) float64 { return float64(d.Nanoseconds()) / 1000 / float64(n) }

// check sees that what was measured is what the table says.
func (r *requestRig) check() error {
	for _, n := range r.plane.Fleet().Nodes() {
		for _, w := range n.Workers {
			t := w.Totals
			if w.Receipt.Serving && (w.Receipt.Decisions < decisionCount || t.Unkeyed > 0 || t.FailedOpen > 0 || t.HostErrors > 0) {
				return fmt.Errorf("what was measured is not what was meant: %+v %+v", w.Receipt, t)
			}
		}
	}
	return nil
}
