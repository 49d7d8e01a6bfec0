package decide

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// Kill switches the operators' kill switch: while it is on, nothing is enforced, whoever decided it, and nothing is decided
// automatically. It reports whether nothing is enforced then, for the policy file may have it on too. The error is a
// *Mistake without a reason.
func (d *Decider) Kill(ctx context.Context, on bool, who, why string) (killed bool, err error) {
	if err := checkReason(why); err != nil {
		return false, err
	}
	if err := d.await(ctx); err != nil {
		return false, err
	}
	d.mu.Lock()
	before, document := d.kill, d.document
	d.mu.Unlock()
	k := policy.Kill{On: on, Who: who, Why: strings.TrimSpace(why), At: d.o.Clock()}
	b, err := json.Marshal(k)
	if err != nil {
		return false, fmt.Errorf("encode kill switch: %w", err)
	}
	if _, err := d.o.Register.Put(ctx, policy.KeyKill, b, controlplane.AnyRevision); err != nil {
		return false, fmt.Errorf("put kill switch: %w", err)
	}
	d.mu.Lock()
	d.kill = k
	d.mu.Unlock()
	d.o.Log.Warn("kill switch", "on", on, "who", who)
	d.record(ctx, who, "kill switch", onOff(before.On), onOff(on), k.Why)
	if document != nil {
		if f, err := document.File(); err == nil {
			return on || f.KillSwitch, nil
		}
	}
	return on, nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// applyKill takes what the register says. d.mu is held.
func (d *Decider) applyKill(e controlplane.Entry) {
	k, err := policy.ReadKill(e)
	if err != nil {
		d.o.Log.Error("register entry not taken", "key", e.Key, "revision", e.Revision, "error", err)
		return
	}
	d.kill = k
}
