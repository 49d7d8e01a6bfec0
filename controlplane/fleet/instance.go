package fleet

import (
	"fmt"
	"sync"
	"time"

	"picket/controlplane"
)

// Hello is how an instance introduces itself.
type Hello struct {
	Node          controlplane.Node
	Instance      uint64 // random; a reloaded VM is another instance
	Worker        uint32 // 1, 2, 3, ... in the order of start; the main thread has one too
	Workers       uint32 // how many this Envoy has; 0: unknown
	FilterVersion string
	Started       time.Time
}

// Receipt is what an instance proves to enforce.
type Receipt struct {
	Epoch, Revision uint64
	PolicyRevision  uint64 // of the last whole policy over xDS
	Enforced        time.Time
	Decisions       uint32
	PolicyError     string // why the last policy was not taken; "" when it was
	Serving         bool   // has served a request
	Source          string // "configure", "shared", "stream" or ""
}

// Totals run from an instance's start.
type Totals struct {
	Requests, Reported                   uint64
	Blocked, Throttled, Tagged, Observed uint64
	FailedOpen, FailedClosed             uint64
	Unkeyed, Overflowed                  uint64
	Dropped                              uint64 // endpoints, words, strikes, findings and deltas that did not fit
	RejectedPolicies                     uint64
	Resent                               uint64
	HostErrors                           uint64
	Recovered                            uint64 // panics within one request
	DeniedFindings                       uint64 // requests answered for what was found inside; Blocked counts them too
	Bodies                               uint64 // inspected
	BodiesUnread                         uint64 // of these, a part was not looked at
	BodiesOverdue                        uint64 // of these, released because their time was over
}

// Instance is one worker's VM. It outlives its streams. All methods are safe for concurrent use.
type Instance struct {
	f     *Fleet
	once  sync.Mutex // held while a sequenced report is counted, before f.mu
	hello Hello

	// guarded by f.mu
	streams int
	buried  bool
	moved   bool // was of another group at its last stream
	seen    time.Time
	receipt Receipt
	steps   []step
	mark    mark
}

// mark is what must survive a stream, and for a while the instance, so that each report counts once.
type mark struct {
	sequence    uint64 // highest counted
	lostReports uint64 // sequences that never came
	base        uint64 // Totals.Reported before the first report seen here
	received    uint64 // requests in rollups
	reported    uint64 // Totals.Reported of the last sequenced report
	totals      Totals
}

func (m mark) lost() uint64 {
	if m.base+m.received >= m.reported {
		return 0
	}
	return m.reported - m.base - m.received
}

func (in *Instance) lost() uint64 { return in.mark.lost() }

func (in *Instance) counted() counted {
	return counted{Totals: in.mark.totals, Lost: in.mark.lost(), LostReports: in.mark.lostReports}
}

// Open says that an instance opened a stream; each Open needs a Close. ErrFull when there is no room for it.
// An instance that is seen again after it was dropped goes on where it stood.
func (f *Fleet) Open(h Hello) (*Instance, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock()
	n, err := f.node(h.Node, now)
	if err != nil {
		return nil, fmt.Errorf("open stream of node %q: %w", h.Node.ID, err)
	}
	in := n.instances[h.Instance]
	if in == nil {
		if len(n.instances) >= f.limits.Instances {
			return nil, fmt.Errorf("open stream of node %q: %w", h.Node.ID, ErrFull)
		}
		in = f.welcome(n, h)
	}
	in.moved = in.hello.Instance != 0 && in.hello.Node.Group != h.Node.Group
	in.hello, in.seen = h, now
	in.streams++
	n.refused = ""
	return in, nil
}

func (f *Fleet) welcome(n *node, h Hello) *Instance {
	in := &Instance{f: f}
	if m, ok := f.gone.take(instanceKey{n.id, h.Instance}); ok {
		in.mark = m
		f.counted.subtract(in.counted())
	}
	n.instances[h.Instance] = in
	return in
}

// Moved reports whether the instance was of another group when it last opened a stream: then a revision that it stands
// at says nothing about what it enforces.
func (in *Instance) Moved() bool {
	in.f.mu.Lock()
	defer in.f.mu.Unlock()
	return in.moved
}

// Close says that a stream of the instance ended.
func (in *Instance) Close() {
	in.f.mu.Lock()
	defer in.f.mu.Unlock()
	in.streams--
}

// Heard takes what any message brings; a nil receipt or nil totals say nothing new.
func (in *Instance) Heard(r *Receipt, t *Totals) {
	f := in.f
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock()
	in.seen = now
	if t != nil {
		in.mark.totals = t.later(in.mark.totals)
	}
	if r != nil {
		f.receive(in, *r, now)
	}
}

// later keeps the newer of two totals: a report sent again brings old ones.
func (t Totals) later(o Totals) Totals {
	if t.Requests < o.Requests || t.Reported < o.Reported {
		return o
	}
	return t
}

// Once calls count for a sequenced report that was not counted yet, and reports whether it did. count gives the number
// of requests that counted; it runs before Once returns, and never at the same time as another of this instance.
// reported is Totals.reported of that report, and carried the number of requests in its rollups, whether they counted or
// not: of the first report seen here, those that did not are lost, but not those of reports before it.
func (in *Instance) Once(sequence, reported, carried uint64, count func() (requests uint64)) bool {
	in.once.Lock()
	defer in.once.Unlock()
	if sequence <= in.last() {
		in.f.metrics.duplicates.Inc()
		return false
	}
	requests := count()
	in.f.mu.Lock()
	defer in.f.mu.Unlock()
	in.advance(sequence, reported, carried, requests)
	return true
}

func (in *Instance) last() uint64 {
	in.f.mu.Lock()
	defer in.f.mu.Unlock()
	return in.mark.sequence
}

func (in *Instance) advance(sequence, reported, carried, requests uint64) {
	m := &in.mark
	if m.sequence == 0 {
		m.base = reported - min(reported, max(carried, requests))
		if sequence == 1 {
			m.base = 0
		}
	} else {
		m.lostReports += sequence - m.sequence - 1
	}
	m.sequence = sequence
	m.received += requests
	m.reported = max(m.reported, reported)
}
