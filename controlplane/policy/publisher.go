package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// MaxThrottles is how many throttle classes there may be.
const MaxThrottles = 1024

// Options configures a Publisher.
type Options struct {
	Register   controlplane.Register
	Key        *identify.Key
	Clock      controlplane.Clock
	Log        *slog.Logger
	Registerer prometheus.Registerer // nil: metrics go nowhere
	// MaxGroups bounds the groups that are kept apart, beside those that the file names; 0: 256.
	MaxGroups int
	// MaxDeltas bounds the deltas that each group remembers; 0: 4096.
	MaxDeltas int
}

// Publisher keeps what each group enforces. What it gives for a group is a function of the register's content, never of
// the wall clock or of the order in which this replica learned it: the same revision has the same bytes everywhere.
// It is safe for concurrent use.
type Publisher struct {
	o       Options
	epoch   uint64
	metrics *metrics
	ready   chan struct{}
	file    atomic.Pointer[File]

	mu       sync.Mutex
	synced   bool
	revision uint64 // of the register's last change seen
	held     map[controlplane.DecisionID]held
	scopes   map[string]*scope // by Decision.Group; "" holds in every group
	groups   map[string]*Group
	settings settings
	base     *File             // the policy document's
	hash     string            // of that
	trials   map[string]*Trial // by the document's hash
	killed   bool              // by an operator, see KeyKill
}

// held is what the publisher remembers of a decision.
type held struct {
	scope *scope
	row   row
	more  []row // that the same decision has, by the same id
	live  bool  // it has a row: it was not undone
}

// rows calls f for each row.
func (h *held) rows(f func(*row)) {
	f(&h.row)
	for i := range h.more {
		f(&h.more[i])
	}
}

// undo takes the rows back.
func (h *held) undo() (all []*picketv1.Undo) {
	h.rows(func(r *row) {
		h.scope.remove(*r)
		all = append(all, r.undo())
	})
	return all
}

// New makes a Publisher. It knows nothing until Run has synced.
func New(o Options) *Publisher {
	if o.MaxGroups == 0 {
		o.MaxGroups = 256
	}
	if o.MaxDeltas == 0 {
		o.MaxDeltas = 4096
	}
	p := &Publisher{
		o: o, epoch: o.Register.Epoch(), metrics: newMetrics(o.Registerer), ready: make(chan struct{}),
		held: map[controlplane.DecisionID]held{}, scopes: map[string]*scope{}, groups: map[string]*Group{}, trials: map[string]*Trial{},
	}
	f := Default()
	p.base = f
	p.file.Store(f)
	p.settings.compile(f, o.Key)
	return p
}

// Run watches the register until ctx ends (nil) or the watch fails. A policy document that cannot be read is an error
// before the first sync, so that a replica never serves a default in its place; afterwards the last good one stays.
func (p *Publisher) Run(ctx context.Context) error {
	if err := p.o.Register.Watch(ctx, p.apply, p.sync); err != nil {
		return fmt.Errorf("watch register for policies: %w", err)
	}
	return nil
}

// Ready is closed once everything that the register held at the start is known.
func (p *Publisher) Ready() <-chan struct{} { return p.ready }

// Epoch is the register's.
func (p *Publisher) Epoch() uint64 { return p.epoch }

// File is the policy file in force, Default before there is one, with the operators' kill switch over it. It is never nil
// and never changes.
func (p *Publisher) File() *File { return p.file.Load() }

// Revision is that of the register's last change seen here.
func (p *Publisher) Revision() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.revision
}

// Group gives the group of that name, made when it is asked for first. Where there are too many, those that the file
// does not name share the group "", which has only what holds everywhere.
func (p *Publisher) Group(name string) *Group {
	p.mu.Lock()
	defer p.mu.Unlock()
	if g := p.groups[name]; g != nil {
		return g
	}
	if _, declared := p.File().Groups[name]; name != "" && !declared && len(p.groups) >= p.o.MaxGroups {
		p.metrics.crowded.Inc()
		p.o.Log.Warn("too many groups: this one shares the policy of none", "group", name, "limit", p.o.MaxGroups)
		name = ""
		if g := p.groups[name]; g != nil {
			return g
		}
	}
	g := newGroup(p, name)
	p.groups[name] = g
	p.metrics.groups.Set(float64(len(p.groups)))
	return g
}

func (p *Publisher) sync(revision uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.revision = max(p.revision, revision)
	p.metrics.revision.Set(float64(p.revision))
	if p.synced {
		return
	}
	p.synced = true
	for _, g := range p.groups {
		g.wake()
	}
	close(p.ready)
}

// apply takes the register's next change. Changes told twice are left out.
func (p *Publisher) apply(e controlplane.Entry) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Revision <= p.revision {
		return nil
	}
	p.revision = e.Revision
	p.metrics.revision.Set(float64(e.Revision))
	switch {
	case e.Key == controlplane.KeyPolicy:
		return p.document(e)
	case e.Key == KeyKill:
		p.kill(e)
	case strings.HasPrefix(e.Key, KeyTrial):
		p.trial(e)
	case strings.HasPrefix(e.Key, controlplane.KeyDecision):
		p.decision(e)
	case strings.HasPrefix(e.Key, controlplane.KeyThrottle):
		p.throttle(e)
	case strings.HasPrefix(e.Key, controlplane.KeySlug):
		p.slug(e)
	}
	return nil
}

func (p *Publisher) document(e controlplane.Entry) error {
	if e.Deleted {
		p.o.Log.Warn("policy document deleted: the last one stays in force", "revision", e.Revision)
		return nil
	}
	f, hash, err := readDocument(e.Value)
	if err != nil {
		p.metrics.rejected.Inc()
		if !p.synced {
			return err
		}
		p.o.Log.Error("policy document not taken: the last one stays in force", "revision", e.Revision, "error", err)
		return nil
	}
	p.hash = hash
	p.enact(f, e.Revision)
	return nil
}

func readDocument(b []byte) (f *File, hash string, err error) {
	var d Document
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, "", fmt.Errorf("decode policy document: %w", err)
	}
	if f, err = d.File(); err != nil {
		return nil, "", fmt.Errorf("read policy document: %w", err)
	}
	return f, d.Hash(), nil
}

func (p *Publisher) throttle(e controlplane.Entry) {
	rate, err := strconv.ParseUint(strings.TrimPrefix(e.Key, controlplane.KeyThrottle), 10, 32)
	if err != nil || e.Deleted || !p.settings.addThrottle(uint32(rate)) {
		return
	}
	p.settings.revision = e.Revision
	p.touch(nil, change{settings: true})
}

func (p *Publisher) decision(e controlplane.Entry) {
	id, err := controlplane.ParseDecisionID(strings.TrimPrefix(e.Key, controlplane.KeyDecision))
	if err != nil {
		p.reject(e, err)
		return
	}
	if e.Deleted {
		p.forget(id, e.Revision)
		return
	}
	var d controlplane.Decision
	if err := json.Unmarshal(e.Value, &d); err != nil {
		p.reject(e, err)
		return
	}
	d.ID = id
	p.hold(d, e)
}

// hold takes a decision as it is now.
func (p *Publisher) hold(d controlplane.Decision, e controlplane.Entry) {
	s, old := p.scope(d.Group), p.held[d.ID]
	s.note(d, e.Revision)
	r, err := p.settings.row(d)
	if err != nil {
		p.reject(e, err)
	}
	now := held{scope: s, row: r, more: more(d, r), live: err == nil && d.Undone.IsZero()}
	var c change
	if old.live {
		c.undo = old.undo()
	}
	if now.live {
		c.undo = nil // whom it is about never changes, so that what is put replaces what was
		now.rows(func(r *row) {
			s.add(*r)
			c.put = append(c.put, r.message())
		})
		p.published(d)
	}
	p.held[d.ID] = now
	p.metrics.decisions.Add(count(now.live) - count(old.live))
	p.touch(s, c)
}

func (p *Publisher) published(d controlplane.Decision) {
	if p.synced {
		p.metrics.delay.Observe(max(0, p.o.Clock().Sub(d.Decided).Seconds()))
	}
}

// forget takes the deletion of a decision. One that has ended makes no delta, for the filter has ended it by itself;
// whoever deletes one that has not, undoes it.
func (p *Publisher) forget(id controlplane.DecisionID, revision uint64) {
	old, known := p.held[id]
	delete(p.held, id)
	if !known || !old.live {
		return
	}
	p.metrics.decisions.Dec()
	undo := old.undo()
	if old.row.Expires > max(seconds(p.o.Clock().Unix()), old.scope.newest) {
		old.scope.revision = revision
		p.touch(old.scope, change{undo: undo})
		return
	}
	p.each(old.scope, func(g *Group) { g.compiled = nil })
}

func (p *Publisher) reject(e controlplane.Entry, err error) {
	p.metrics.rejected.Inc()
	p.o.Log.Error("register entry not taken", "key", e.Key, "revision", e.Revision, "error", err)
}

func (p *Publisher) scope(name string) *scope {
	s := p.scopes[name]
	if s == nil {
		s = newScope(name)
		p.scopes[name] = s
	}
	return s
}

// touch gives a change to the groups that it concerns, nil meaning all.
func (p *Publisher) touch(s *scope, c change) {
	p.each(s, func(g *Group) { g.touch(c) })
}

// each calls f for the groups in which a scope's decisions hold, nil meaning all.
func (p *Publisher) each(s *scope, f func(*Group)) {
	if s != nil && s.name != "" {
		if g := p.groups[s.name]; g != nil {
			f(g)
		}
		return
	}
	for _, g := range p.groups {
		f(g)
	}
}

func count(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
