package fleet

import (
	"time"

	"picket/controlplane"
)

// Identify names a node: by the SAN of its verified certificate where it has one, whatever it says of itself; else by
// what it says. groupOf gives the group that the policy declares for a SAN; a node with a certificate that no group
// declares belongs to the group "", which nobody can join by claiming its name.
func Identify(san string, verified bool, id, cluster string, groupOf func(san string) (string, bool)) controlplane.Node {
	if !verified {
		return controlplane.Node{ID: id, Group: cluster}
	}
	n := controlplane.Node{ID: san}
	if groupOf == nil {
		return n
	}
	if group, ok := groupOf(san); ok {
		n.Group = group
	}
	return n
}

// XDS is what the xDS server knows about a node.
type XDS struct {
	Streams int    // open now
	Version string // last sent
	State   string // "", XDSSent, XDSAcknowledged or XDSRejected
	Error   string // the text of a rejection
}

// The states of XDS.
const (
	XDSSent         = "sent"
	XDSAcknowledged = "acknowledged"
	XDSRejected     = "rejected"
)

type node struct {
	id        string
	group     string
	seen      time.Time // last opened, refused or told about by xDS
	instances map[uint64]*Instance
	xds       XDS
	refused   string
	version   string // of the filter that was refused
}

// node finds or makes a node. f.mu is held.
func (f *Fleet) node(v controlplane.Node, now time.Time) (*node, error) {
	n := f.nodes[v.ID]
	if n == nil {
		if len(f.nodes) >= f.limits.Nodes {
			f.metrics.full.Inc()
			return nil, ErrFull
		}
		n = &node{id: v.ID, instances: map[uint64]*Instance{}}
		f.nodes[v.ID] = n
	}
	n.group, n.seen = v.Group, now
	return n, nil
}

// Refuse notes that a node's filter was turned away, and why, until one of its filters is let in.
func (f *Fleet) Refuse(v controlplane.Node, filterVersion, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.node(v, f.clock())
	if err != nil {
		return
	}
	n.refused, n.version = why, filterVersion
}

// SetXDS replaces what is known of a node's policy over xDS. ErrFull when there is no room for another node.
func (f *Fleet) SetXDS(v controlplane.Node, x XDS) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.node(v, f.clock())
	if err != nil {
		return err
	}
	n.xds = x
	return nil
}

type instanceKey struct {
	node     string
	instance uint64
}

// graveyard keeps the marks of instances that are gone, the newest.
type graveyard struct {
	limit int
	marks map[instanceKey]mark
	order []instanceKey // may hold keys that were taken
}

func newGraveyard(limit int) *graveyard {
	return &graveyard{limit: limit, marks: map[instanceKey]mark{}}
}

func (g *graveyard) put(k instanceKey, m mark) (evicted int) {
	g.marks[k] = m
	g.order = append(g.order, k)
	for len(g.order) > g.limit {
		if _, ok := g.marks[g.order[0]]; ok {
			delete(g.marks, g.order[0])
			evicted++
		}
		g.order = g.order[1:]
	}
	return evicted
}

func (g *graveyard) take(k instanceKey) (mark, bool) {
	m, ok := g.marks[k]
	delete(g.marks, k)
	return m, ok
}

// counted is what is summed over instances.
type counted struct {
	Totals
	Lost        uint64
	LostReports uint64
}

func (c *counted) add(o counted)      { c.each(o, func(a *uint64, b uint64) { *a += b }) }
func (c *counted) subtract(o counted) { c.each(o, func(a *uint64, b uint64) { *a -= b }) }

func (c *counted) each(o counted, do func(*uint64, uint64)) {
	do(&c.Requests, o.Requests)
	do(&c.Reported, o.Reported)
	do(&c.Blocked, o.Blocked)
	do(&c.Throttled, o.Throttled)
	do(&c.Tagged, o.Tagged)
	do(&c.Observed, o.Observed)
	do(&c.FailedOpen, o.FailedOpen)
	do(&c.FailedClosed, o.FailedClosed)
	do(&c.Unkeyed, o.Unkeyed)
	do(&c.Overflowed, o.Overflowed)
	do(&c.Dropped, o.Dropped)
	do(&c.RejectedPolicies, o.RejectedPolicies)
	do(&c.Resent, o.Resent)
	do(&c.HostErrors, o.HostErrors)
	do(&c.Recovered, o.Recovered)
	do(&c.DeniedFindings, o.DeniedFindings)
	do(&c.Bodies, o.Bodies)
	do(&c.BodiesUnread, o.BodiesUnread)
	do(&c.BodiesOverdue, o.BodiesOverdue)
	do(&c.Lost, o.Lost)
	do(&c.LostReports, o.LostReports)
}
