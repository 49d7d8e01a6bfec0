package ingest

import (
	"net/netip"
	"slices"
	"time"

	"picket/controlplane"
	"picket/controlplane/fleet"
	picketv1 "picket/proto/picket/v1"
)

const (
	// maxSkew is how far a report's event time may be from its arrival.
	maxSkew = 5 * time.Second
	// maxSpan is the longest time that one report sums.
	maxSpan = 5 * time.Minute
	// maxRequests, maxBytes are what one rollup cannot exceed.
	maxRequests = 100_000_000
	maxBytes    = 1 << 50
	maxLatency  = 16
)

// reason is why a rollup or a finding is dropped; metrics are labelled with it.
type reason string

const (
	valid         reason = ""
	badAddress    reason = "address"
	badCaller     reason = "caller"
	badOutcome    reason = "outcome"
	badCount      reason = "count"
	badLatency    reason = "latency"
	badSketch     reason = "sketch"
	badKey        reason = "key"
	tooMany       reason = "limit"
	emptyEndpoint reason = "endpoint"
	badClass      reason = "class"
	badConfidence reason = "confidence"
)

// frame is what all rollups and findings of one report have in common.
type frame struct {
	node       controlplane.Node
	start, end time.Time
	prefixed   bool
}

// times gives a report's event time: the node's word for it where that is near its arrival.
func times(r *picketv1.Report, arrival time.Time) (start, end time.Time) {
	start, end = fromNano(r.StartUnixNano), fromNano(r.EndUnixNano)
	end = clamp(end, arrival.Add(-maxSkew), arrival.Add(maxSkew))
	return clamp(start, end.Add(-maxSpan), end), end
}

func clamp(t, low, high time.Time) time.Time {
	switch {
	case t.Before(low):
		return low
	case t.After(high):
		return high
	default:
		return t
	}
}

func fromNano(n uint64) time.Time { return time.Unix(0, int64(min(n, 1<<63-1))) }

// rollup checks one rollup and turns it into the control plane's words.
func (f frame) rollup(p *picketv1.Rollup) (controlplane.Rollup, reason) {
	caller, why := f.caller(p)
	if why == valid {
		why = check(p)
	}
	if why != valid {
		return controlplane.Rollup{}, why
	}
	return controlplane.Rollup{
		Node: f.node, Start: f.start, End: f.end,
		Caller: caller, Endpoint: controlplane.EndpointID(p.Endpoint), Outcome: controlplane.Outcome(p.Outcome),
		Requests: p.Requests, RequestBytes: p.RequestBytes, ResponseBytes: p.ResponseBytes, Latency: p.Latency,
		Objects: sketch(p.Objects), Accounts: sketch(p.Accounts), Queries: sketch(p.Queries),
		Neighbours: p.Neighbours, Foreign: p.Foreign, NewFields: p.NewFields, Overflow: p.Overflow,
	}, valid
}

func check(p *picketv1.Rollup) reason {
	switch {
	case p.Endpoint == 0 && !p.Overflow:
		return emptyEndpoint
	case p.Outcome < picketv1.Outcome_OUTCOME_OK || p.Outcome > picketv1.Outcome_OUTCOME_ABORTED:
		return badOutcome
	case p.Requests == 0 || p.Requests > maxRequests, p.RequestBytes > maxBytes, p.ResponseBytes > maxBytes:
		return badCount
	case p.Neighbours > p.Requests, p.Foreign > p.Requests, p.Unseen > p.Requests, p.NewFields > p.Requests:
		return badCount
	case len(p.Latency) > maxLatency:
		return badLatency
	case !validSketch(p.Objects) || !validSketch(p.Accounts) || !validSketch(p.Queries):
		return badSketch
	default:
		return valid
	}
}

func validSketch(s *picketv1.Sketch) bool {
	values := s.GetValues()
	if len(values) > controlplane.SketchSize {
		return false
	}
	for i, v := range values {
		if v == 0 || i > 0 && v <= values[i-1] || s.Theta != 0 && v >= s.Theta {
			return false
		}
	}
	return true
}

func sketch(s *picketv1.Sketch) controlplane.Sketch {
	return controlplane.Sketch{Theta: s.GetTheta(), Values: s.GetValues()}
}

func (f frame) caller(p *picketv1.Rollup) (controlplane.Caller, reason) {
	if p.Overflow != (p.Caller == nil) {
		return controlplane.Caller{}, badCaller
	}
	return f.who(p.Caller)
}

// who gives a caller; nobody for nil.
func (f frame) who(c *picketv1.Caller) (controlplane.Caller, reason) {
	if c == nil {
		return controlplane.Caller{}, valid
	}
	network, ok := f.network(c.Ip)
	if !ok {
		return controlplane.Caller{}, badAddress
	}
	return controlplane.Caller{
		Network: network, IPHash: c.IpHash, Key: c.Key, Subject: c.Subject, Session: c.Session,
		Fingerprint: c.Fingerprint, Account: c.Account, Credential: c.Credential,
		Verified: c.SubjectSource == picketv1.SubjectSource_SUBJECT_SOURCE_MTLS && c.Subject != 0,
	}, valid
}

// network gives an address as a network of one, or of its privacy's size; the zero Prefix where there is none.
func (f frame) network(ip []byte) (netip.Prefix, bool) {
	if len(ip) == 0 {
		return netip.Prefix{}, true
	}
	a, ok := netip.AddrFromSlice(ip)
	if !ok {
		return netip.Prefix{}, false
	}
	a = a.Unmap()
	bits := a.BitLen()
	if f.prefixed {
		bits = map[int]int{32: 24, 128: 48}[bits]
	}
	return netip.PrefixFrom(a, bits).Masked(), true
}

func receipt(r *picketv1.Receipt) *fleet.Receipt {
	if r == nil {
		return nil
	}
	return &fleet.Receipt{
		Epoch: r.Epoch, Revision: r.Revision, PolicyRevision: r.PolicyRevision, Enforced: fromNano(r.EnforcedUnixNano),
		Decisions: r.Decisions, PolicyError: printable(r.PolicyError, 512), Serving: r.Serving, Source: printable(r.Source, 16),
	}
}

func totals(t *picketv1.Totals) *fleet.Totals {
	if t == nil {
		return nil
	}
	return &fleet.Totals{
		Requests: t.Requests, Reported: t.Reported, Blocked: t.Blocked, Throttled: t.Throttled, Tagged: t.Tagged, Observed: t.Observed,
		FailedOpen: t.FailedOpen, FailedClosed: t.FailedClosed, Unkeyed: t.Unkeyed, Overflowed: t.Overflowed,
		Dropped:          t.DroppedEndpoints + t.DroppedWords + t.DroppedStrikes + t.DroppedFindings + t.DroppedDeltas,
		RejectedPolicies: t.RejectedPolicies, Resent: t.Resent, HostErrors: t.HostErrors, Recovered: t.Recovered,
		DeniedFindings: t.DeniedFindings, Bodies: t.Bodies, BodiesUnread: t.BodiesUnread, BodiesOverdue: t.BodiesOverdue,
	}
}

// printable keeps what a node says of itself fit for a terminal and a log.
func printable(s string, limit int) string {
	b := []byte(s[:min(len(s), limit)])
	return string(slices.DeleteFunc(b, func(c byte) bool { return c < ' ' || c >= 0x7f }))
}
