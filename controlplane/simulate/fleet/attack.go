package fleet

import (
	"context"
	"net/netip"
	"strconv"
	"sync"
	"time"

	picketv1 "picket/proto/picket/v1"
)

// guesses is how many logins fail in each attack, all at once: more than the scenario failed-logins takes.
const guesses = 15

// attack is one address that guesses passwords through one node, with what became of it. Times are this machine's.
type attack struct {
	number   int
	address  netip.Addr
	group    string
	began    time.Time // its last request
	reported time.Time // the node's report with that
	decided  time.Time
	id       uint64
	enforced time.Time     // by the last node
	nodes    int           // that enforce it
	proven   time.Duration // from the decision to the last receipt, as the control plane knows it; 0: some are missing
}

// attack lets attacks happen, evenly spread, and gives them; they go on after it returns.
func (r *run) attack(ctx context.Context) []*attack {
	all := make([]*attack, r.o.Attacks)
	for i := range all {
		all[i] = &attack{number: i, address: netip.AddrFrom4([4]byte{45, byte(i >> 16), byte(i >> 8), byte(i)})}
		n := r.nodes[int(mix(uint64(i))%uint64(len(r.nodes)))]
		all[i].group = r.group(n.number)
		wait := time.Duration(float64(r.o.For) * (float64(i) + 0.5) / float64(len(all)))
		time.AfterFunc(wait, func() {
			if ctx.Err() == nil {
				n.guess(all[i])
			}
		})
	}
	return all
}

// tracker knows when each decision came into force on how many nodes.
type tracker struct {
	mu   sync.Mutex
	on   bool
	seen map[uint64]*seen
}

type seen struct {
	nodes int
	last  time.Time
}

// start begins to follow decisions.
func (t *tracker) start() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.on = true
}

// enforced says that one more node enforces a decision.
func (r *run) enforced(id uint64, now time.Time) {
	t := &r.tracker
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.on {
		return
	}
	s := t.seen[id]
	if s == nil {
		s = &seen{}
		t.seen[id] = s
	}
	s.nodes++
	if now.After(s.last) {
		s.last = now
	}
}

// outcome asks the replicas about the attacks, and reports whether all is known.
func (r *run) outcome(ctx context.Context, attacks []*attack) (bool, error) {
	by := map[string]*attack{}
	for _, a := range attacks {
		by[a.address.String()] = a
		a.proven = 0
	}
	proven := map[*attack]int{}
	for _, rep := range r.plane.replicas {
		err := rep.each(ctx, func(d *picketv1.DecisionView) {
			a := by[d.Value]
			if a == nil || d.Source == "operator" {
				return
			}
			if id, err := strconv.ParseUint(d.Id, 16, 64); err == nil {
				a.id, a.decided = id, d.Decided.AsTime()
			}
			if d.EnforcedAfter != nil {
				a.proven = max(a.proven, d.EnforcedAfter.AsDuration())
				proven[a]++
			}
		})
		if err != nil {
			return false, err
		}
	}
	return r.known(attacks, proven), nil
}

// known fills in what the nodes know. A receipt counts once every replica has those of its own nodes.
func (r *run) known(attacks []*attack, proven map[*attack]int) bool {
	r.tracker.mu.Lock()
	defer r.tracker.mu.Unlock()
	all := true
	for _, a := range attacks {
		if s := r.tracker.seen[a.id]; s != nil && a.id != 0 {
			a.enforced, a.nodes = s.last, s.nodes
		}
		if proven[a] < len(r.plane.replicas) {
			a.proven = 0
		}
		all = all && a.proven > 0 && a.nodes >= r.members(a.group)
	}
	return all
}

// members is how many nodes a group has.
func (r *run) members(group string) (n int) {
	for i := range r.o.Nodes {
		if r.group(i) == group {
			n++
		}
	}
	return n
}
