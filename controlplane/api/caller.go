package api

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/decide"
	"picket/controlplane/findings"
	picketv1 "picket/proto/picket/v1"
)

const (
	// lookedThrough is how many findings are looked through for one caller, the last ones.
	lookedThrough = 20_000
	// maxOfCaller bounds the findings that are told of one caller.
	maxOfCaller = 100
	// inStory is how many of a kind a caller's story tells, before it says how many more there are.
	inStory = 5
)

// ExplainCaller tells everything about one caller.
func (s *Server) ExplainCaller(_ context.Context, q *picketv1.ExplainCallerRequest) (*picketv1.ExplainCallerResponse, error) {
	c, err := s.o.Decider.About(controlplane.Facet(q.Facet), q.Value)
	if err != nil {
		return nil, s.wireError(err)
	}
	a := &picketv1.ExplainCallerResponse{History: historyView(c.History)}
	for _, v := range c.Decisions {
		a.Decisions = append(a.Decisions, s.marked(v))
	}
	for _, r := range c.Refusals {
		a.Refusals = append(a.Refusals, s.refusalView(r))
	}
	for _, f := range s.findingsOf(c.Values) {
		a.Findings = append(a.Findings, s.findingView(&f))
	}
	a.Story = s.callerStory(c, a)
	return a, nil
}

// findingsOf gives the last findings in requests of a caller, the newest first.
func (s *Server) findingsOf(names []controlplane.Value) []controlplane.Finding {
	all := s.o.Findings.List(findings.Filter{Limit: lookedThrough})
	sent := slices.DeleteFunc(all, func(f controlplane.Finding) bool { return !sentBy(f.Caller, names) })
	return sent[:min(len(sent), maxOfCaller)]
}

func sentBy(c controlplane.Caller, names []controlplane.Value) bool {
	return slices.ContainsFunc(names, func(n controlplane.Value) bool {
		v, ok := c.Facet(n.Facet)
		return ok && (v == n || n.Network.IsValid() && v.Network.IsValid() && within(v.Network, n.Network))
	})
}

// within says whether an address, or a network, lies in a network that was asked about.
func within(inner, outer netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

func historyView(h decide.History) *picketv1.HistoryView {
	if !h.Known() {
		return nil
	}
	return &picketv1.HistoryView{
		First: timestamp(h.First), Last: timestamp(h.Last), Days: uint32(h.Days), Requests: h.Requests, Success: h.Success, Clean: h.Long,
	}
}

func (s *Server) refusalView(r decide.Refusal) *picketv1.RefusalView {
	return &picketv1.RefusalView{
		Scenario: r.Scenario, Endpoint: s.placeName(r.Endpoint), Group: r.Group, Rail: r.Rail, Reason: r.Reason,
		Confidence: r.Confidence, First: timestamp(r.First), Last: timestamp(r.Last), Count: r.Count,
	}
}

// callerStory tells who it is, what is known of it, what holds, what was held back, and what was found.
func (s *Server) callerStory(c decide.Caller, a *picketv1.ExplainCallerResponse) []string {
	v := c.Values[0]
	out := []string{fmt.Sprintf("This is %s %s.", v.Facet, v), historyLine(c)}
	if c.Allowed != "" {
		out = append(out, "No automatic decision may hit it, for the allowlist has it: "+sentence(c.Allowed))
	}
	out = append(out, s.inForce(c)...)
	out = append(out, heldBack(a.Refusals)...)
	return append(out, found(a.Findings)...)
}

func historyLine(c decide.Caller) string {
	h := c.History
	switch {
	case !h.Known():
		return "No request of it is remembered."
	case h.Long:
		return history(h) + " That is long and clean: decisions ask for more evidence."
	case c.Learning:
		return history(h) + " The history is still being learned, so that nobody has a long one yet."
	default:
		return history(h)
	}
}

func history(h decide.History) string {
	text := fmt.Sprintf("It was seen from %s to %s, on %s; of %s, %.1f %% were successful.",
		when(h.First), when(h.Last), days(h.Days), requests(h.Requests), 100*h.Success)
	if h.Enforced {
		text += " Decisions were enforced against it within the last 30 days."
	}
	return text
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// inForce tells the decisions that hold one by one, and the others in short.
func (s *Server) inForce(c decide.Caller) []string {
	var out []string
	now, ended := s.o.Clock(), 0
	for _, v := range c.Decisions {
		if v.State(now) != "active" {
			ended++
			continue
		}
		out = append(out, fmt.Sprintf("In force: %s It ends in %s; its story: picket explain %s; to end it now: picket undo %s",
			sentence(short(decided(v.Decision, s.endpointName(v.Decision)))), controlplane.Lasting(v.Expires.Sub(now).Round(time.Second)), v.ID, v.ID))
	}
	if len(out) == 0 {
		out = append(out, "No decision about it is in force.")
	}
	if ended > 0 {
		text := fmt.Sprintf("%d decisions about it have ended; the last is %s.", ended, lastEnded(c, now))
		if ended == 1 {
			text = fmt.Sprintf("1 decision about it has ended: %s.", lastEnded(c, now))
		}
		out = append(out, text)
	}
	if c.More {
		out = append(out, "There are more decisions about it than are told here.")
	}
	return out
}

// short cuts a sentence's reasons.
func short(text string) string {
	if i := strings.Index(text, ": "); i > 0 {
		return text[:i]
	}
	return text
}

func lastEnded(c decide.Caller, now time.Time) string {
	for _, v := range c.Decisions {
		if v.State(now) != "active" {
			return v.ID.String()
		}
	}
	return ""
}

// heldBack tells the last detections that made no decision, and which rail held them back.
func heldBack(all []*picketv1.RefusalView) []string {
	if len(all) == 0 {
		return []string{"No detection about it was held back, as far as is remembered."}
	}
	var out []string
	for _, r := range all[:min(len(all), inStory)] {
		at := "anywhere"
		if r.Endpoint != "" {
			at = "at " + r.Endpoint
		}
		out = append(out, sentence(fmt.Sprintf("Held back by rail %s, %d times, the last at %s: %s %s: %s",
			r.Rail, r.Count, when(r.Last.AsTime()), r.Scenario, at, r.Reason)))
	}
	if more := len(all) - inStory; more > 0 {
		out = append(out, fmt.Sprintf("%d more kinds of detections were held back.", more))
	}
	return out
}

func found(all []*picketv1.FindingView) []string {
	if len(all) == 0 {
		return []string{fmt.Sprintf("Nothing was found inside its requests, among the last %d findings.", lookedThrough)}
	}
	var out []string
	for _, f := range all[:min(len(all), inStory)] {
		out = append(out, fmt.Sprintf("Found in %s of it: %s, the last at %s; its story: picket explain %s", requests(f.Count), f.Title, when(f.Last.AsTime()), f.Id))
	}
	if more := len(all) - inStory; more > 0 {
		out = append(out, fmt.Sprintf("%d more findings: picket get findings.", more))
	}
	return out
}
