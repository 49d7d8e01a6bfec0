package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// track watches the register: the fleet follows each decision in force, the inventory learns words, trials what is to be
// tried, and applied files become the policy. It returns when ctx ends.
func (a *App) track(ctx context.Context) error {
	known := sync.OnceFunc(func() { close(a.tracked) })
	err := a.register.Watch(ctx, func(e controlplane.Entry) error {
		switch {
		case e.Key == controlplane.KeyPolicy, strings.HasPrefix(e.Key, policy.KeyTrial):
			a.trials.follow(e)
		case e.Deleted:
		case strings.HasPrefix(e.Key, controlplane.KeyDecision):
			a.trackDecision(e)
		case e.Key == controlplane.KeyApplied:
			a.followApplied(e)
		case strings.HasPrefix(e.Key, controlplane.KeyWord):
			a.learnWord(e)
		case strings.HasPrefix(e.Key, controlplane.KeySlug):
			a.learnSlug(e)
		}
		a.followed.Store(e.Revision)
		return nil
	}, func(uint64) { known() })
	if err != nil {
		return fmt.Errorf("follow decisions: %w", err)
	}
	return nil
}

// trackDecision leaves out what is no longer in force: nobody gives receipts for it.
func (a *App) trackDecision(e controlplane.Entry) {
	var d controlplane.Decision
	if err := json.Unmarshal(e.Value, &d); err != nil {
		a.log.Warn("decision in the register cannot be read", "key", e.Key, "error", err)
		return
	}
	if d.State(a.clock()) == "active" {
		a.fleet.Track(d.ID, e.Revision, d.Group, d.Decided)
	}
}
