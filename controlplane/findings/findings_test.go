package findings_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/controlplane/findings"
)

var start = time.Unix(1_800_000_000, 0).UTC()

func after(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// finding is one request's, seen so many seconds after the start.
func finding(id uint64, seconds int) controlplane.Finding {
	return controlplane.Finding{
		ID: controlplane.DecisionID(id), Node: controlplane.Node{ID: "n1", Group: "edge"}, Instance: 7, Worker: 2, Endpoint: 11,
		Class: "sqli", Place: "query", Field: 5, Confidence: 0.7, Evidence: "union select", Rule: "model", Count: 1,
		First: after(seconds), Last: after(seconds),
	}
}

func add(m *findings.Memory, all ...controlplane.Finding) *findings.Memory {
	m.Add(all)
	return m
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Prefix{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func ids(all []controlplane.Finding) (out []uint64) {
	for _, f := range all {
		out = append(out, uint64(f.ID))
	}
	return out
}

func TestAFindingToldAgainIsOne(t *testing.T) {
	again := finding(1, 9)
	again.Confidence, again.Evidence, again.Rule, again.Decoding = 0.9, "or 0 = 0", "tautology", "percent"
	again.Count, again.Enforced, again.Observed, again.Late, again.Answers = 5, 2, 1, true, 4
	weaker := finding(1, 3)
	weaker.Confidence, weaker.Evidence = 0.6, "w"
	m := add(findings.New(findings.Options{}), finding(1, 2), again)
	m.Add([]controlplane.Finding{weaker})
	want := again
	want.Count, want.First = 7, after(2)
	got, ok := m.Get(1)
	equal(t, true, ok)
	equal(t, want, got)
	equal(t, 1, m.Len())
}

func TestOneNodeDoesNotChangeWhatAnotherTold(t *testing.T) {
	other := finding(1, 9)
	other.Node.ID, other.Confidence = "n2", 1
	m := add(findings.New(findings.Options{}), finding(1, 2), other, other)
	got, _ := m.Get(1)
	equal(t, finding(1, 2), got)
	all := m.List(findings.Filter{})
	equal(t, 2, len(all))
	equal(t, []any{"n2", uint64(2)}, []any{all[0].Node.ID, all[0].Count})
	if all[0].ID == 0 || all[0].ID == 1 {
		t.Errorf("id %s", all[0].ID)
	}
}

func TestAFindingWithoutAnIDGetsOneThatTheLikeOfItShares(t *testing.T) {
	other := finding(0, 1)
	other.Field++
	m := add(findings.New(findings.Options{}), finding(0, 1), finding(0, 2), other)
	all := m.List(findings.Filter{})
	equal(t, []uint64{2, 1}, []uint64{all[0].Count, all[1].Count})
	for _, f := range all {
		if got, ok := m.Get(f.ID); !ok || f.ID == 0 || got.Field != f.Field {
			t.Errorf("%s: %v", f.ID, got)
		}
	}
}

func TestTheOldestAreForgottenFirst(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := findings.New(findings.Options{Limits: findings.Limits{Findings: 2}, Registerer: registry})
	add(m, finding(1, 1), finding(2, 2), finding(1, 3), finding(3, 4))
	equal(t, []uint64{3, 1}, ids(m.List(findings.Filter{})))
	_, ok := m.Get(2)
	equal(t, []any{false, 1.0, 2.0}, []any{ok, gather(t, registry)["picket_findings_forgotten_total"], gather(t, registry)["picket_findings_kept"]})
}

func TestTheListHasWhatIsAskedForTheNewestFirst(t *testing.T) {
	enforced, xss, there := finding(2, 9), finding(3, 5), finding(4, 7)
	enforced.Enforced, xss.Class, there.Endpoint = 1, "xss", 12
	m := add(findings.New(findings.Options{}), finding(1, 1), enforced, xss, there)
	for name, c := range map[string]struct {
		ask  findings.Filter
		want []uint64
	}{
		"all of them":       {findings.Filter{}, []uint64{2, 4, 3, 1}},
		"those of a while":  {findings.Filter{Since: after(7)}, []uint64{2, 4}},
		"those of a class":  {findings.Filter{Class: "xss"}, []uint64{3}},
		"at an endpoint":    {findings.Filter{Endpoint: 12}, []uint64{4}},
		"what was answered": {findings.Filter{Enforced: true}, []uint64{2}},
		"what came last":    {findings.Filter{Limit: 2}, []uint64{4, 3}},
		"nothing that fits": {findings.Filter{Class: "xss", Enforced: true}, nil},
	} {
		t.Run(name, func(t *testing.T) { equal(t, c.want, ids(m.List(c.ask))) })
	}
}

func TestEveryRequestIsCountedOnceByWhatBecameOfIt(t *testing.T) {
	registry := prometheus.NewRegistry()
	mixed, xss := finding(1, 1), finding(2, 1)
	mixed.Count, mixed.Enforced, mixed.Observed = 10, 4, 3
	xss.Class = "xss"
	add(findings.New(findings.Options{Registerer: registry}), mixed, xss, xss)
	equal(t, map[string]float64{
		"picket_findings_total sqli enforced": 4, "picket_findings_total sqli observed": 3, "picket_findings_total sqli seen": 3,
		"picket_findings_total xss seen": 2, "picket_findings_kept": 2, "picket_findings_forgotten_total": 0,
	}, gather(t, registry))
}

// gather gives counters and gauges by name and label values.
func gather(t *testing.T, r *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += fmt.Sprint(" ", l.GetValue())
			}
			out[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return out
}
