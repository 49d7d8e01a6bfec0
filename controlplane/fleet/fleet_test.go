package fleet

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"picket/controlplane"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Unix(1_800_000_000, 0).UTC()

const epoch = 7

// world is a fleet whose clock and target a test moves.
type world struct {
	*Fleet
	t        *testing.T
	now      time.Time
	revision uint64
}

func newWorld(t *testing.T, l Limits) *world {
	w := &world{t: t, now: start, revision: 1}
	w.Fleet = New(Options{
		Clock:  func() time.Time { return w.now },
		Target: func(string) (uint64, uint64) { return epoch, w.revision },
		Limits: l,
	})
	return w
}

func (w *world) open(node string, worker uint32) *Instance {
	w.t.Helper()
	in, err := w.Open(Hello{Node: controlplane.Node{ID: node, Group: "edge"}, Instance: uint64(worker) + 100, Worker: worker})
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

func (w *world) at(in *Instance, revision uint64, serving bool) {
	in.Heard(&Receipt{Epoch: epoch, Revision: revision, Enforced: w.now, Serving: serving, Source: "stream"}, nil)
}

func (w *world) states() map[string]State {
	out := map[string]State{}
	for _, n := range w.Nodes() {
		out[n.ID] = n.State
		for _, v := range n.Workers {
			out[cmpName(v)] = v.State
		}
	}
	return out
}

func cmpName(v WorkerView) string { return v.Node.ID + "/" + string(rune('0'+v.Worker)) }

func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAWorkerIsStartingCurrentBehindOrSilent(t *testing.T) {
	w := newWorld(t, Limits{})
	a, b := w.open("a", 1), w.open("b", 1)
	equal(t, map[string]State{"a": StateBehind, "a/1": StateStarting, "b": StateBehind, "b/1": StateStarting}, w.states())
	w.at(a, 1, false)
	w.at(b, 1, false)
	w.revision = 2
	w.at(b, 2, false)
	equal(t, map[string]State{"a": StateBehind, "a/1": StateBehind, "b": StateCurrent, "b/1": StateCurrent}, w.states())
	w.now = w.now.Add(3001 * time.Millisecond)
	w.at(b, 2, false)
	equal(t, map[string]State{"a": StateSilent, "a/1": StateSilent, "b": StateCurrent, "b/1": StateCurrent}, w.states())
	equal(t, []string{"Worker 1 of node a is silent since 08:00:00."}, w.Warnings())
}

func TestBeforeTheFirstRequestAllWorkersCountAndThenThoseThatServe(t *testing.T) {
	w := newWorld(t, Limits{})
	ins := []*Instance{w.open("a", 1), w.open("a", 2), w.open("a", 3)}
	w.at(ins[0], 5, false)
	k, n, _, all, laggards := w.Enforcement(5, "edge", start)
	equal(t, []any{1, 3, false, []string{"a/2", "a/3"}}, []any{k, n, all, laggards})
	w.at(ins[0], 5, true)
	w.at(ins[1], 4, true)
	k, n, _, all, laggards = w.Enforcement(5, "edge", start)
	equal(t, []any{1, 2, false, []string{"a/2"}}, []any{k, n, all, laggards})
	w.at(ins[1], 5, true)
	k, n, _, all, _ = w.Enforcement(5, "edge", start)
	equal(t, []any{2, 2, true}, []any{k, n, all})
}

func TestADecisionIsEnforcedOnceTheLastWorkerSaysSo(t *testing.T) {
	w := newWorld(t, Limits{})
	a, b := w.open("a", 1), w.open("b", 1)
	w.at(a, 1, true)
	w.at(b, 1, true)
	w.Track(42, 2, "", start)
	w.now = start.Add(10 * time.Millisecond)
	w.at(a, 2, true)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.WaitEnforced(ctx, 42); !errors.Is(err, context.Canceled) {
		t.Errorf("wait before the last receipt: %v, want canceled", err)
	}
	w.now = start.Add(25 * time.Millisecond)
	w.at(b, 3, true)
	if err := w.WaitEnforced(context.Background(), 42); err != nil {
		t.Errorf("wait after the last receipt: %v", err)
	}
	late := w.open("c", 1)
	w.now = start.Add(time.Second)
	w.at(late, 1, true)
	r, ok := w.Receipts(42)
	var enforced []time.Time
	for _, v := range r.Workers {
		enforced = append(enforced, v.Enforced)
	}
	equal(t, []time.Time{start.Add(10 * time.Millisecond), start.Add(25 * time.Millisecond), {}}, enforced)
	r.Workers = nil
	equal(t, Receipts{K: 2, N: 3, All: true, After: 25 * time.Millisecond, Laggards: []string{"c/1"}}, r)
	if !ok {
		t.Error("the decision is not tracked")
	}
}

func TestADecisionWaitsNoLongerForAWorkerThatFellSilent(t *testing.T) {
	w := newWorld(t, Limits{})
	a, b := w.open("a", 1), w.open("b", 1)
	w.at(a, 1, true)
	w.at(b, 1, true)
	w.Track(42, 2, "edge", start)
	w.at(a, 2, true)
	w.now = start.Add(3500 * time.Millisecond)
	w.at(a, 2, true)
	w.sweep(w.now)
	if r, _ := w.Receipts(42); !r.All {
		t.Errorf("%+v, want enforced by all", r)
	}
}

func TestAReceiptOfAnotherEpochDoesNotCount(t *testing.T) {
	w := newWorld(t, Limits{})
	a := w.open("a", 1)
	a.Heard(&Receipt{Epoch: 6, Revision: 900, Enforced: start, Source: "shared"}, nil)
	k, n, _, all, _ := w.Enforcement(2, "edge", start)
	equal(t, []any{0, 1, false}, []any{k, n, all})
	equal(t, []string{"Worker 1 of node a enforces decisions of another store."}, w.Warnings())
}

func TestAnImplausibleEnforcedTimeIsTheArrivals(t *testing.T) {
	for name, c := range map[string]struct{ told, want time.Duration }{
		"five seconds off is taken": {-5 * time.Second, -5 * time.Second},
		"more is not":               {-6 * time.Second, 0},
		"nor one of the future":     {6 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, Limits{})
			a := w.open("a", 1)
			a.Heard(&Receipt{Epoch: epoch, Revision: 1, Enforced: start.Add(c.told)}, nil)
			equal(t, start.Add(c.want), w.Nodes()[0].Workers[0].Enforced)
		})
	}
}

func TestEachReportCountsOnceAndWhatIsMissingIsLost(t *testing.T) {
	w := newWorld(t, Limits{})
	a := w.open("a", 1)
	calls := 0
	send := func(sequence, reported, requests uint64) bool {
		return a.Once(sequence, reported, requests, func() uint64 { calls++; return requests })
	}
	got := []bool{send(1, 10, 10), send(2, 20, 10), send(2, 20, 10), send(1, 10, 10), send(5, 60, 10)}
	equal(t, []bool{true, true, false, false, true}, got)
	s := w.Status()
	equal(t, []any{3, uint64(30), uint64(2)}, []any{calls, s.Lost, s.LostReports})
}

func TestAControlPlaneThatStartsAgainCountsFromTheFirstReportItSees(t *testing.T) {
	w := newWorld(t, Limits{})
	a := w.open("a", 1)
	a.Once(17, 1000, 13, func() uint64 { return 10 })
	a.Once(18, 1020, 15, func() uint64 { return 15 })
	// 3 of the first report did not count, and 5 of those after it never came.
	if s := w.Status(); s.Lost != 8 || s.LostReports != 0 {
		t.Errorf("lost %d requests and %d reports, want 8 and 0", s.Lost, s.LostReports)
	}
}

func TestAnInstanceThatIsGoneKeepsItsCountsAndGoesOnWhenItReturns(t *testing.T) {
	w := newWorld(t, Limits{})
	a := w.open("a", 1)
	a.Heard(nil, &Totals{Requests: 12, Reported: 12, Blocked: 2, DeniedFindings: 1, Bodies: 5, BodiesUnread: 2, BodiesOverdue: 1})
	a.Once(1, 12, 10, func() uint64 { return 10 })
	a.Close()
	w.now = w.now.Add(61 * time.Second)
	w.sweep(w.now)
	want := Status{Totals: Totals{Requests: 12, Reported: 12, Blocked: 2, DeniedFindings: 1, Bodies: 5, BodiesUnread: 2, BodiesOverdue: 1}, Lost: 2}
	equal(t, want, w.Status())
	a = w.open("a", 1)
	if a.Once(1, 12, 10, func() uint64 { return 10 }) {
		t.Error("a report counted twice")
	}
	a.Heard(nil, &Totals{Requests: 13, Reported: 12, Blocked: 3, DeniedFindings: 1, Bodies: 5, BodiesUnread: 2, BodiesOverdue: 1})
	want.Nodes, want.Workers, want.Totals = 1, 1, Totals{Requests: 13, Reported: 12, Blocked: 3, DeniedFindings: 1, Bodies: 5, BodiesUnread: 2, BodiesOverdue: 1}
	equal(t, want, w.Status())
}

func TestBounds(t *testing.T) {
	w := newWorld(t, Limits{Nodes: 1, Instances: 1, Decisions: 2, Strikes: 1})
	w.open("a", 1)
	for _, h := range []Hello{{Node: controlplane.Node{ID: "b"}, Instance: 1}, {Node: controlplane.Node{ID: "a"}, Instance: 1}} {
		if _, err := w.Open(h); !errors.Is(err, ErrFull) {
			t.Errorf("open %+v: %v, want ErrFull", h, err)
		}
	}
	for id := range controlplane.DecisionID(3) {
		w.Track(id+1, uint64(id)+1, "", start)
		w.Strike(id+1, Strikes{Enforced: 1})
	}
	if err := w.WaitEnforced(context.Background(), 1); !errors.Is(err, ErrUnknown) {
		t.Errorf("wait for the oldest: %v, want ErrUnknown", err)
	}
	equal(t, []any{2, 2, 1}, []any{len(w.tracks), len(w.pending), len(w.strikes)})
}

func TestStrikesAddUp(t *testing.T) {
	w := newWorld(t, Limits{})
	w.Strike(1, Strikes{Enforced: 2, Last: start.Add(time.Second)})
	w.Strike(1, Strikes{Observed: 3, Last: start})
	equal(t, Strikes{Enforced: 2, Observed: 3, Last: start.Add(time.Second)}, w.Strikes(1))
}

func TestANodeWithACertificateIsWhatThatSays(t *testing.T) {
	groupOf := func(san string) (string, bool) { return "edge", san == "spiffe://corp/edge/1" }
	for name, c := range map[string]struct {
		san      string
		verified bool
		want     controlplane.Node
	}{
		"without one it is what it says":                 {"", false, controlplane.Node{ID: "claimed", Group: "claimed-group"}},
		"with one it is its SAN, in the SAN's group":     {"spiffe://corp/edge/1", true, controlplane.Node{ID: "spiffe://corp/edge/1", Group: "edge"}},
		"with one of no group it cannot claim another's": {"spiffe://corp/x", true, controlplane.Node{ID: "spiffe://corp/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			equal(t, c.want, Identify(c.san, c.verified, "claimed", "claimed-group", groupOf))
		})
	}
}

func TestARefusedNodeIsShownUntilItIsLetIn(t *testing.T) {
	w := newWorld(t, Limits{})
	node := controlplane.Node{ID: "a", Group: "edge"}
	w.Refuse(node, "0.0.1", "Too old.")
	equal(t, []NodeView{{ID: "a", Group: "edge", State: StateRefused, Refused: "Too old.", Version: "0.0.1"}}, w.Nodes())
	equal(t, []string{"Node a is refused: Too old."}, w.Warnings())
	w.open("a", 1)
	equal(t, StateBehind, w.Nodes()[0].State)
}

func TestFewerWorkersThanKnownAreWarnedAbout(t *testing.T) {
	w := newWorld(t, Limits{})
	in, err := w.Open(Hello{Node: controlplane.Node{ID: "a"}, Instance: 1, Worker: 1, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	w.at(in, 1, false)
	equal(t, []string{"Node a has 3 workers, and 1 are heard."}, w.Warnings())
}
