package api

import (
	"fmt"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/fleet"
)

// clockTime is how a story tells times.
const clockTime = "2006-01-02 15:04:05 MST"

// story tells in plain sentences what was seen, who decided what and why, where it holds, what the workers prove, what it
// did, and how to undo it. place is the endpoint's name, empty for anywhere.
func story(d controlplane.Decision, place string, r fleet.Receipts, s fleet.Strikes, now time.Time) []string {
	var out []string
	out = append(out, decided(d, place))
	for _, e := range d.Evidence {
		out = append(out, sentence(e))
	}
	out = append(out, acts(d), proven(d, r, now))
	if len(r.Laggards) > 0 && d.State(now) == "active" {
		out = append(out, "Not yet there: "+strings.Join(r.Laggards, ", ")+".")
	}
	return append(out, struck(s), ends(d, now))
}

// decided says who decided what about whom, where and why.
func decided(d controlplane.Decision, place string) string {
	by := d.Who
	if !d.Operator {
		by = "Scenario " + d.Scenario
	}
	text := fmt.Sprintf("%s decided at %s to %s %s %s%s", by, d.Decided.UTC().Format(clockTime), d.Action, d.Value.Facet, d.Value, rate(d))
	if place == "" {
		text += " anywhere"
	} else {
		text += " at " + place
	}
	if d.Group != "" {
		text += " on the nodes of group " + d.Group
	}
	if d.Reason == "" {
		return text + "."
	}
	return sentence(text + ": " + d.Reason)
}

func rate(d controlplane.Decision) string {
	if d.Action == controlplane.ActionThrottle && d.PerMinute > 0 {
		return fmt.Sprintf(" to %d requests a minute", d.PerMinute)
	}
	return ""
}

// acts says in which modes it holds.
func acts(d controlplane.Decision) string {
	switch {
	case d.Operator:
		return "An operator's decision acts in every mode."
	case d.Mode == controlplane.ModeObserve:
		return "It only counts what it would do."
	default:
		return "It acts where the policy's mode is enforce, and counts what it would do elsewhere."
	}
}

// proven says what the workers' receipts prove.
func proven(d controlplane.Decision, r fleet.Receipts, now time.Time) string {
	switch {
	case d.State(now) != "active":
		return "It is no longer enforced."
	case r.N == 0:
		return "No worker is connected, so nothing proves that it is enforced."
	case r.All && r.K == r.N:
		return fmt.Sprintf("Enforced on %d of %d workers since %s, %s after the decision.",
			r.K, r.N, d.Decided.Add(r.After).UTC().Format(clockTime), span(r.After))
	default:
		return fmt.Sprintf("Enforced on %d of %d workers.", r.K, r.N)
	}
}

// struck says what it did.
func struck(s fleet.Strikes) string {
	if s.Enforced == 0 && s.Observed == 0 {
		return "It has struck no request yet."
	}
	var parts []string
	if s.Enforced > 0 {
		parts = append(parts, fmt.Sprintf("struck %s", requests(s.Enforced)))
	}
	if s.Observed > 0 {
		parts = append(parts, fmt.Sprintf("would have struck %s, had its mode been enforce", requests(s.Observed)))
	}
	return fmt.Sprintf("It %s; the last at %s.", strings.Join(parts, " and "), s.Last.UTC().Format(clockTime))
}

func requests(n uint64) string {
	if n == 1 {
		return "1 request"
	}
	return fmt.Sprintf("%d requests", n)
}

// ends says until when, and how to end it sooner.
func ends(d controlplane.Decision, now time.Time) string {
	switch d.State(now) {
	case "undone":
		return sentence(fmt.Sprintf("%s undid it at %s: %s", d.UndoneBy, d.Undone.UTC().Format(clockTime), orNone(d.UndoneWhy)))
	case "expired":
		return fmt.Sprintf("It expired at %s.", d.Expires.UTC().Format(clockTime))
	default:
		return fmt.Sprintf("It ends at %s, in %s. To end it now: picket undo %s",
			d.Expires.UTC().Format(clockTime), controlplane.Lasting(d.Expires.Sub(now).Round(time.Second)), d.ID)
	}
}

func orNone(s string) string {
	if strings.TrimSpace(s) == "" {
		return "no reason given"
	}
	return s
}

// span prints a short time to a tenth of a millisecond.
func span(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// sentence ends with a full stop.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}
