package e2e

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/app"
	"picket/controlplane/decide"
)

// many is how many decisions are in force at once.
const many = 100_000

func TestAHundredThousandDecisionsHoldOnEveryWorker(t *testing.T) {
	o := options{ecds: true}
	o.control = func(c *app.Options) { c.Debounce = 20 * time.Millisecond } // times 100 for so many
	r := newRig(t, o)
	r.warm()
	t.Logf("resident at no decision: %s", r.resident())
	began := time.Now()
	ids := r.decideMany()
	t.Logf("%d decisions taken in %v", many, time.Since(began))
	r.eventually("all instances have all decisions", func() bool { return r.instancesWith(many) == instances })
	t.Logf("enforced by all %v after the first was taken; resident: %s", time.Since(began), r.resident())
	for _, i := range []int{0, 1, many / 3, many - 1} {
		r.deniedByAll(address(i).String(), "/warm", ids[i])
	}
	r.servedByAll(honest, "/warm")
}

// decideMany takes decisions by an operator's hand, and gives their ids.
func (r *rig) decideMany() []string {
	r.t.Helper()
	ids := make([]string, many)
	for i := range ids {
		d, err := r.plane.app.Decider().Decide(r.t.Context(), decide.Command{
			Action: controlplane.ActionDeny, Facet: controlplane.FacetIP, Value: address(i).String(), For: time.Hour, Reason: "many", Who: "test",
		})
		if err != nil {
			r.t.Fatal(err)
		}
		ids[i] = d.ID.String()
	}
	return ids
}

// address is the n-th of many.
func address(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

// instancesWith counts the instances that enforce so many decisions.
func (r *rig) instancesWith(decisions uint32) (n int) {
	for _, node := range r.plane.app.Fleet().Nodes() {
		for _, w := range node.Workers {
			if w.Receipt.Decisions == decisions {
				n++
			}
		}
	}
	return n
}

// resident is Envoy's resident memory, as Linux tells it.
func (r *rig) resident() string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.envoy.Pid()))
	if err != nil {
		return err.Error()
	}
	for line := range strings.Lines(string(b)) {
		if size, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(size)
		}
	}
	return "unknown"
}
