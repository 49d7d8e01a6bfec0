package fleet

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"picket/controlplane"
)

// State of a worker or node.
type State string

// The states. A node is as bad as the worst of its workers that have a stream.
const (
	StateCurrent  State = "current"  // enforces what its group should
	StateBehind   State = "behind"   // enforces something older
	StateSilent   State = "silent"   // was not heard for Options.Silent
	StateStarting State = "starting" // has no policy yet
	StateRefused  State = "refused"  // of a node: turned away
)

// WorkerView is one instance now.
type WorkerView struct {
	Node          controlplane.Node
	Instance      uint64
	Worker        uint32
	State         State
	FilterVersion string
	Streams       int // open
	LastSeen      time.Time
	Receipt       Receipt
	Enforced      time.Time // of Receipt, or in Receipts of the decision
	Totals        Totals
	Lost          uint64 // requests that were reported and did not arrive
	LostReports   uint64 // reports that did not arrive
}

// NodeView is one node now.
type NodeView struct {
	ID, Group string
	State     State
	Expected  uint32 // workers, as its filters know; 0: unknown
	Heard     int    // workers that are not silent
	Workers   []WorkerView
	XDS       XDS
	Refused   string // why its filter was turned away; "" if it was not
	Version   string // of the filter that was turned away
}

// Status sums the fleet up.
type Status struct {
	Nodes, Workers, Current int
	Totals                  Totals // of all instances, gone ones too
	Lost, LostReports       uint64
}

func (f *Fleet) worker(in *Instance, now time.Time) WorkerView {
	h := in.hello
	return WorkerView{
		Node: h.Node, Instance: h.Instance, Worker: h.Worker, State: f.state(in, now), FilterVersion: h.FilterVersion,
		Streams: in.streams, LastSeen: in.seen, Receipt: in.receipt, Enforced: in.receipt.Enforced,
		Totals: in.mark.totals, Lost: in.lost(), LostReports: in.mark.lostReports,
	}
}

func (f *Fleet) state(in *Instance, now time.Time) State {
	switch {
	case now.Sub(in.seen) > f.silent:
		return StateSilent
	case in.receipt.Source == "" && in.receipt.Epoch == 0:
		return StateStarting
	case !f.current(in):
		return StateBehind
	default:
		return StateCurrent
	}
}

func (f *Fleet) current(in *Instance) bool {
	if f.target == nil {
		return true
	}
	epoch, revision := f.target(in.hello.Node.Group)
	return in.receipt.Epoch == epoch && in.receipt.Revision >= revision
}

// members gives the instances of a group ("" for all), by node and worker. f.mu is held.
func (f *Fleet) members(group string) []*Instance {
	var all []*Instance
	for _, n := range f.nodes {
		if group == "" || n.group == group {
			all = slices.AppendSeq(all, maps.Values(n.instances))
		}
	}
	slices.SortFunc(all, func(a, b *Instance) int {
		return cmp.Or(cmp.Compare(a.hello.Node.ID, b.hello.Node.ID), cmp.Compare(a.hello.Worker, b.hello.Worker), cmp.Compare(a.hello.Instance, b.hello.Instance))
	})
	return all
}

// Nodes gives all nodes by id, with their workers in order.
func (f *Fleet) Nodes() []NodeView {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.views(f.clock())
}

func (f *Fleet) views(now time.Time) []NodeView {
	views := make([]NodeView, 0, len(f.nodes))
	at := make(map[string]int, len(f.nodes))
	for _, id := range slices.Sorted(maps.Keys(f.nodes)) {
		n := f.nodes[id]
		at[id] = len(views)
		views = append(views, NodeView{ID: id, Group: n.group, XDS: n.xds, Refused: n.refused, Version: n.version})
	}
	for _, in := range f.members("") {
		v := &views[at[in.hello.Node.ID]]
		v.add(f.worker(in, now), in.hello.Workers)
	}
	for i := range views {
		views[i].State = views[i].state()
	}
	return views
}

func (v *NodeView) add(w WorkerView, expected uint32) {
	v.Workers = append(v.Workers, w)
	v.Expected = max(v.Expected, expected)
	if w.State != StateSilent {
		v.Heard++
	}
}

func (v *NodeView) state() State {
	if v.Refused != "" {
		return StateRefused
	}
	if v.Heard == 0 {
		return StateSilent
	}
	worst := StateCurrent
	for _, w := range v.Workers {
		switch {
		case w.State == StateSilent && w.Streams > 0:
			return StateSilent
		case w.State == StateBehind || w.State == StateStarting:
			worst = StateBehind
		}
	}
	return worst
}

// Status sums up.
func (f *Fleet) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, sum := f.clock(), f.counted
	s := Status{Nodes: len(f.nodes)}
	for _, in := range f.members("") {
		sum.add(in.counted())
		if state := f.state(in, now); state != StateSilent {
			s.Workers++
			if state == StateCurrent {
				s.Current++
			}
		}
	}
	s.Totals, s.Lost, s.LostReports = sum.Totals, sum.Lost, sum.LostReports
	return s
}

// Warnings are what an operator should look at, one plain sentence each, at most 100.
func (f *Fleet) Warnings() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for _, v := range f.views(f.clock()) {
		out = append(out, f.warnings(v)...)
		if len(out) > 100 {
			return append(out[:99], "There are more warnings; see the list of nodes.")
		}
	}
	return out
}

func (f *Fleet) warnings(v NodeView) (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if v.Refused != "" {
		say("Node %s is refused: %s", v.ID, v.Refused)
	}
	if v.XDS.State == XDSRejected {
		say("Node %s rejects its policy: %s", v.ID, v.XDS.Error)
	}
	if int(v.Expected) > v.Heard && len(v.Workers) > 0 {
		say("Node %s has %d workers, and %d are heard.", v.ID, v.Expected, v.Heard)
	}
	for _, w := range v.Workers {
		out = append(out, f.workerWarnings(w)...)
	}
	return out
}

func (f *Fleet) workerWarnings(w WorkerView) (out []string) {
	name := fmt.Sprintf("Worker %d of node %s", w.Worker, w.Node.ID)
	if w.State == StateSilent && w.Streams > 0 {
		out = append(out, fmt.Sprintf("%s is silent since %s.", name, w.LastSeen.UTC().Format(time.TimeOnly)))
	}
	if w.Receipt.PolicyError != "" {
		out = append(out, fmt.Sprintf("%s cannot read its policy and keeps the last one: %s", name, w.Receipt.PolicyError))
	}
	if epoch := f.epoch(w.Node.Group); epoch != 0 && w.Receipt.Epoch != 0 && w.Receipt.Epoch != epoch && w.State != StateSilent {
		out = append(out, name+" enforces decisions of another store.")
	}
	return out
}
