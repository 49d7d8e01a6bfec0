package simulate

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// ListenerOptions of a play against a real listener. Zero fields have the defaults named.
type ListenerOptions struct {
	// URL is where callers come in: http://HOST:PORT or https://HOST:PORT. Who stands there must trust one proxy to name the
	// client in X-Forwarded-For, for one machine plays all actors.
	URL  *url.URL
	Seed uint64 // of what is drawn; 0: 1. It must be the service's
	// Speed is what the gaps between requests are divided by; 0: 1, real time.
	Speed float64
	// Lanes is how many requests there are at one time. Those of one caller go over one connection, in order; 0: 16.
	Lanes int
	// TLS is for an https URL; nil: Go's own. Callers' TLS fingerprints are played there, as far as they can be told apart by
	// ALPN: the same caller always has the same JA4, and another mostly another.
	TLS *tls.Config
	// Pace returns when the request that comes so long after the start may be sent; settle waits until those before it are
	// answered. nil: the wall's clock says when, at Speed. An error ends the play.
	Pace func(ctx context.Context, at time.Duration, settle func()) error
}

// Heard is what a play against a listener brought, as far as its answers tell. A Detected of an actor is its first answer by
// a decision, with the decision's id for a scenario until Resolve is called; Fired holds the same of all actors.
type Heard struct {
	*Result
	// First is the attackers' first answer by a decision; nil: they had none.
	First *Fired `json:"first,omitempty"`
	// Late is how far behind its time a request was sent at the most.
	Late time.Duration `json:"late_ns"`
	// Failed counts requests without an answer, FirstFailed says why of the first.
	Failed      int   `json:"failed"`
	FirstFailed error `json:"-"`

	by map[*ActorResult]map[string]*struck // by the decision's id
}

// struck is what one decision did to one actor.
type struck struct{ denied, throttled int }

// listening plays one timeline against one listener.
type listening struct {
	o       ListenerOptions
	t       *Timeline
	scene   *Scene
	began   time.Time
	lanes   []*lane
	flying  sync.WaitGroup
	pace    func(ctx context.Context, at time.Duration, settle func()) error
	mu      sync.Mutex
	of      map[*Actor]*ActorResult
	heard   *Heard
	attacks ActorResult // the attackers so far, summed
}

// lane sends its requests one after the other, over one connection for each TLS fingerprint.
type lane struct {
	clients  map[string]*http.Client // by fingerprint
	requests chan int
}

// lanes is how many there are where nobody says.
const lanes = 16

// PlayListener plays one timeline against a real listener, in real time or at ListenerOptions.Speed. The service behind it
// should be a Service with the same timelines. The error is ctx's or Pace's; a listener that does not answer makes none.
func PlayListener(ctx context.Context, t *Timeline, o ListenerOptions) (*Heard, error) {
	if t.recorded {
		return nil, fmt.Errorf("play %s: its answers are recorded, so that no service can give them", t.Name)
	}
	o.Seed, o.Speed, o.Lanes = cmp.Or(o.Seed, 1), cmp.Or(o.Speed, 1), cmp.Or(o.Lanes, lanes)
	p := &listening{
		o: o, t: t, scene: tell(t, o.Seed), of: map[*Actor]*ActorResult{},
		heard: &Heard{Result: &Result{Timeline: t, Name: t.Name, began: -1}, by: map[*ActorResult]map[string]*struck{}},
	}
	if p.pace = o.Pace; p.pace == nil {
		p.pace = p.wait
	}
	stop := p.openLanes(ctx)
	defer stop()
	p.began = time.Now()
	for i := range p.scene.requests {
		if err := p.pace(ctx, p.scene.requests[i].At, p.flying.Wait); err != nil {
			return nil, fmt.Errorf("play %s: %w", t.Name, err)
		}
		p.flying.Add(1)
		p.lanes[p.lane(i)].requests <- i
	}
	p.flying.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("play %s: %w", t.Name, err)
	}
	p.heard.Requests = len(p.scene.requests)
	p.heard.Took = p.scene.lasts()
	p.stakes()
	return p.heard, nil
}

// stakes tells what the attackers would have got, by asking the service as it is with nobody in front.
func (p *listening) stakes() {
	for i := range p.scene.requests {
		r := &p.scene.requests[i]
		if a := p.scene.service.answer(r); r.actor.Attacker {
			p.actor(r.actor).want(&a)
		}
	}
}

// openLanes starts the connections' senders; what it gives ends them.
func (p *listening) openLanes(ctx context.Context) (stop func()) {
	var wg sync.WaitGroup
	for range p.o.Lanes {
		l := &lane{clients: map[string]*http.Client{}, requests: make(chan int, 256)}
		p.lanes = append(p.lanes, l)
		wg.Go(func() {
			for i := range l.requests {
				p.send(ctx, l, i)
				p.flying.Done()
			}
			for _, c := range l.clients {
				c.CloseIdleConnections()
			}
		})
	}
	return func() {
		for _, l := range p.lanes {
			close(l.requests)
		}
		wg.Wait()
	}
}

// client gives the lane's client with a fingerprint, which only TLS shows.
func (l *lane) client(o *ListenerOptions, fingerprint string) *http.Client {
	if o.URL.Scheme != "https" {
		fingerprint = ""
	}
	c := l.clients[fingerprint]
	if c == nil {
		c = &http.Client{
			Timeout:       30 * time.Second,
			Transport:     &http.Transport{MaxConnsPerHost: 1, MaxIdleConnsPerHost: 1, DisableCompression: true, TLSClientConfig: fingerprinted(o.TLS, fingerprint)},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		l.clients[fingerprint] = c
	}
	return c
}

// fingerprinted gives a client's TLS a JA4 of its own: that names the first and last character of the first protocol that the
// client offers in ALPN. No server takes this one, and all take the second.
func fingerprinted(c *tls.Config, fingerprint string) *tls.Config {
	if c == nil {
		c = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	c = c.Clone()
	if fingerprint != "" {
		const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		h := fnv.New32a()
		_, _ = h.Write([]byte(fingerprint))
		n := h.Sum32() % uint32(len(letters)*len(letters))
		c.NextProtos = []string{string(letters[n/uint32(len(letters))]) + string(letters[n%uint32(len(letters))]), "http/1.1"}
	}
	return c
}

// lane chooses a request's connection: that of its caller, or the next one where the timeline is scattered.
func (p *listening) lane(i int) int {
	if p.t.Scatter {
		return i % len(p.lanes)
	}
	return int(p.scene.requests[i].lane() % uint32(len(p.lanes)))
}

// wait is real time, faster by Speed.
func (p *listening) wait(ctx context.Context, at time.Duration, _ func()) error {
	ahead := time.Until(p.due(at))
	if ahead <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(ahead)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (p *listening) due(at time.Duration) time.Time {
	return p.began.Add(time.Duration(float64(at) / p.o.Speed))
}

// send sends a request and notes what came back.
func (p *listening) send(ctx context.Context, l *lane, i int) {
	r := &p.scene.requests[i]
	p.sent(r)
	got, err := l.exchange(ctx, &p.o, p.t, i, r)
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		if p.heard.Failed++; p.heard.FirstFailed == nil {
			p.heard.FirstFailed = err
		}
		return
	}
	p.answered(r, got)
}

func (p *listening) sent(r *Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.actor(r.actor).sent(r)
	if r.actor.Attacker {
		p.attacks.Requests++
		if p.heard.began < 0 {
			p.heard.began = r.At
		}
	}
	if p.o.Pace == nil {
		p.heard.Late = max(p.heard.Late, time.Since(p.due(r.At)))
	}
}

// actor gives what became of an actor until now. p.mu is held.
func (p *listening) actor(a *Actor) *ActorResult {
	res := p.of[a]
	if res == nil {
		res = newActorResult(a)
		p.of[a] = res
		p.heard.Actors = append(p.heard.Actors, res)
	}
	return res
}

// answered counts what a request was answered with. p.mu is held.
func (p *listening) answered(r *Request, got *exchange) {
	res := p.actor(r.actor)
	leaked := res.Leaked
	res.count(got.effect(), &answer{leaked: got.leaked})
	if r.actor.Attacker {
		p.attacks.Leaked += res.Leaked - leaked
	}
	if got.decision != "" {
		p.heard.strike(res, got, r.At, &p.attacks)
	}
}

// exchange is what came back.
type exchange struct {
	status   int
	decision string // x-picket-decision; empty: the service answered
	leaked   string // what the service gave that is somebody else's
}

// effect tells what became of the request. A denial for what was found inside looks like any other until Resolve.
func (e *exchange) effect() effect {
	switch {
	case e.decision == "":
		return passed
	case e.status == http.StatusTooManyRequests:
		return throttled
	default:
		return denied
	}
}

// exchange sends a request over the lane's connection. All of the answer is read, so that the connection can be used again.
func (l *lane) exchange(ctx context.Context, o *ListenerOptions, t *Timeline, i int, r *Request) (*exchange, error) {
	q, err := r.http(ctx, o.URL)
	if err != nil {
		return nil, err
	}
	q.Header.Set(requestHeader, reference{t.Name, o.Seed, i, o.Speed}.String())
	res, err := l.client(o, r.Caller.Fingerprint).Do(q)
	if err != nil {
		return nil, fmt.Errorf("ask the listener: %w", err)
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("read an answer: %w", err)
	}
	return &exchange{res.StatusCode, res.Header.Get("X-Picket-Decision"), res.Header.Get(leakedHeader)}, nil
}

// http is the request as a real one.
func (r *Request) http(ctx context.Context, to *url.URL) (*http.Request, error) {
	var body io.Reader = http.NoBody
	switch {
	case r.hasBody():
		body = strings.NewReader(r.body())
	case r.Upload > 0:
		body = io.LimitReader(filler{}, int64(r.Upload))
	}
	q, err := http.NewRequestWithContext(ctx, r.Method, strings.TrimSuffix(to.String(), "/")+r.Path, body)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	q.ContentLength = int64(r.size())
	if r.hasBody() {
		q.Header.Set("Content-Type", contentType)
	} else if r.Upload > 0 {
		q.Header.Set("Content-Type", "application/octet-stream")
	}
	q.Header.Set("User-Agent", "") // none, as in a play in virtual time
	for _, h := range r.Headers {
		q.Header.Set(h[0], h[1])
	}
	r.Caller.show(q)
	return q, nil
}

// show puts into a request who sends it, where Picket's default policy looks for it.
func (c *Caller) show(q *http.Request) {
	q.Header.Set("X-Forwarded-For", c.Address.String())
	if c.Key != "" {
		q.Header.Set(keyHeader, c.Key)
	}
	if c.Token != "" {
		q.Header.Set("Authorization", "Bearer "+c.Token)
	} else if c.Basic != "" {
		q.Header.Set("Authorization", "Basic "+c.Basic)
	}
	if c.Session != "" {
		q.Header.Set("Cookie", sessionCookie+"="+c.Session)
	}
}

// Where callers show their credentials.
const (
	keyHeader     = "X-Api-Key"
	sessionCookie = "session"
)

// strike notes that a decision answered an actor.
func (h *Heard) strike(res *ActorResult, got *exchange, at time.Duration, attackers *ActorResult) {
	if h.by[res] == nil {
		h.by[res] = map[string]*struck{}
	}
	s := h.by[res][got.decision]
	if s == nil {
		s = &struck{}
		h.by[res][got.decision] = s
	}
	if got.effect() == throttled {
		s.throttled++
	} else {
		s.denied++
	}
	res.detected(got.decision, at)
	if _, known := h.Of(got.decision); !known {
		h.Fired = append(h.Fired, Fired{Scenario: got.decision, Times: 1, After: at - max(h.began, 0), Requests: attackers.Requests, Leaked: attackers.Leaked})
	}
	if h.First == nil && res.Attacker {
		first := h.Fired[len(h.Fired)-1]
		h.First = &first
	}
}

// Resolve replaces decisions' ids by the scenarios that took them. An id that is none of a decision is a finding's: the request
// was denied for what stood inside.
func (h *Heard) Resolve(scenarios map[string]string) {
	for res, by := range h.by {
		for id, s := range by {
			if scenarios[id] == "" {
				res.Denied, res.Found = res.Denied-s.denied, res.Found+s.denied
			}
		}
		res.Detected = renamed(res.Detected, func(d *Detected) *string { return &d.Scenario }, scenarios)
	}
	h.Fired = renamed(h.Fired, func(f *Fired) *string { return &f.Scenario }, scenarios)
	if h.First != nil {
		h.First.Scenario = cmp.Or(scenarios[h.First.Scenario], inside)
	}
}

// Fire adds scenarios that fired, with how often, as the control plane counts them. Of those that no answer told of it is not
// known when: they have the play's whole length and all of the attackers' requests.
func (h *Heard) Fire(times map[string]int) {
	for i := range h.Fired {
		if n := times[h.Fired[i].Scenario]; n > 0 {
			h.Fired[i].Times = n
		}
	}
	attackers := h.Attackers()
	for name, n := range times {
		if _, known := h.Of(name); !known {
			h.Fired = append(h.Fired, Fired{Scenario: name, Times: n, After: h.Took - max(h.began, 0), Requests: attackers.Requests, Leaked: attackers.Leaked})
		}
	}
	slices.SortStableFunc(h.Fired, func(a, b Fired) int {
		return cmp.Or(cmp.Compare(a.After, b.After), strings.Compare(a.Scenario, b.Scenario))
	})
}

// renamed gives what bears the same name once, the first.
func renamed[T any](all []T, name func(*T) *string, scenarios map[string]string) (out []T) {
	seen := map[string]bool{}
	for i := range all {
		n := name(&all[i])
		*n = cmp.Or(scenarios[*n], inside)
		if !seen[*n] {
			seen[*n] = true
			out = append(out, all[i])
		}
	}
	return out
}

// inside stands for a scenario where the filter denied a request for what it found inside.
const inside = "found inside"
