package api

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/fleet"
)

func TestStoryTellsWhatHappened(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ip := controlplane.Value{Facet: controlplane.FacetIP, Network: netip.MustParsePrefix("203.0.113.7/32")}
	automatic := controlplane.Decision{
		ID: 0xabc, Value: ip, Endpoint: 7, Action: controlplane.ActionDeny, Mode: controlplane.ModeEnforce, Scenario: "failed-logins",
		Who: "failed-logins", Evidence: []string{"12 of 12 logins failed within 60 s", "Confidence 0.95 is at least 0.90."},
		Decided: at, Expires: at.Add(15 * time.Minute),
	}
	operator := controlplane.Decision{
		ID: 0xdef, Value: ip, Action: controlplane.ActionThrottle, PerMinute: 60, Operator: true, Who: "alice", Reason: "too eager",
		Group: "edge", Decided: at, Expires: at.Add(time.Hour), Undone: at.Add(time.Minute), UndoneBy: "bob",
	}
	cases := []struct {
		name     string
		decision controlplane.Decision
		place    string
		receipts fleet.Receipts
		strikes  fleet.Strikes
		want     []string
	}{
		{
			"an automatic decision in force", automatic, "POST /v1/login",
			fleet.Receipts{K: 2, N: 2, All: true, After: 4200 * time.Microsecond}, fleet.Strikes{Enforced: 1, Last: at.Add(time.Second)},
			[]string{
				"Scenario failed-logins decided at 2026-03-01 12:00:00 UTC to deny ip 203.0.113.7 at POST /v1/login.",
				"12 of 12 logins failed within 60 s.",
				"Confidence 0.95 is at least 0.90.",
				"It acts where the policy's mode is enforce, and counts what it would do elsewhere.",
				"Enforced on 2 of 2 workers since 2026-03-01 12:00:00 UTC, 4.2 ms after the decision.",
				"It struck 1 request; the last at 2026-03-01 12:00:01 UTC.",
				"It ends at 2026-03-01 12:15:00 UTC, in 13m. To end it now: picket undo 0000000000000abc",
			},
		},
		{
			"a worker lags", automatic, "POST /v1/login",
			fleet.Receipts{K: 1, N: 2, Laggards: []string{"edge-1/2"}}, fleet.Strikes{Observed: 3, Last: at},
			[]string{
				"Scenario failed-logins decided at 2026-03-01 12:00:00 UTC to deny ip 203.0.113.7 at POST /v1/login.",
				"12 of 12 logins failed within 60 s.",
				"Confidence 0.95 is at least 0.90.",
				"It acts where the policy's mode is enforce, and counts what it would do elsewhere.",
				"Enforced on 1 of 2 workers.",
				"Not yet there: edge-1/2.",
				"It would have struck 3 requests, had its mode been enforce; the last at 2026-03-01 12:00:00 UTC.",
				"It ends at 2026-03-01 12:15:00 UTC, in 13m. To end it now: picket undo 0000000000000abc",
			},
		},
		{
			"an operator's that was undone", operator, "", fleet.Receipts{}, fleet.Strikes{},
			[]string{
				"alice decided at 2026-03-01 12:00:00 UTC to throttle ip 203.0.113.7 to 60 requests a minute anywhere on the nodes of group edge: too eager.",
				"An operator's decision acts in every mode.",
				"It is no longer enforced.",
				"It has struck no request yet.",
				"bob undid it at 2026-03-01 12:01:00 UTC: no reason given.",
			},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := story(c.decision, c.place, c.receipts, c.strikes, at.Add(2*time.Minute))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
