package ingest

import (
	"time"

	"picket/controlplane"
	picketv1 "picket/proto/picket/v1"
)

const (
	// maxFindings is how many findings of one report are looked at.
	maxFindings = 512
	// maxTold is the longest text of a finding, in bytes.
	maxTold = 128
)

// findings gives the valid findings of a report; each other is counted by what is wrong with it.
func (st *stream) findings(r *picketv1.Report, f frame) []controlplane.Finding {
	if len(r.Findings) == 0 {
		return nil
	}
	if r.KeyId != st.s.o.Keys.Id {
		st.badFindings(badKey, len(r.Findings))
		return nil
	}
	limit := min(len(r.Findings), maxFindings)
	st.badFindings(tooMany, len(r.Findings)-limit)
	out := make([]controlplane.Finding, 0, limit)
	for _, p := range r.Findings[:limit] {
		finding, why := st.finding(f, p)
		if why != valid {
			st.badFindings(why, 1)
			continue
		}
		out = append(out, finding)
	}
	return out
}

func (st *stream) badFindings(why reason, n int) {
	if n > 0 {
		st.s.metrics.badFindings.WithLabelValues(string(why)).Add(float64(n))
	}
}

// finding checks one finding and turns it into the control plane's words.
func (st *stream) finding(f frame, p *picketv1.Finding) (controlplane.Finding, reason) {
	caller, why := f.who(p.Caller)
	if why == valid {
		why = st.s.checkFinding(p)
	}
	if why != valid {
		return controlplane.Finding{}, why
	}
	out := controlplane.Finding{
		ID: controlplane.DecisionID(p.Id), Node: f.node, Instance: st.number, Worker: st.worker,
		Caller: caller, Endpoint: controlplane.EndpointID(p.Endpoint), Class: p.Class,
		Place: printable(p.Place, maxTold), Field: p.Field, Decoding: printable(p.Decoding, maxTold), Rule: printable(p.Rule, maxTold),
		Confidence: float64(p.Confidence), Evidence: printable(p.Evidence, maxTold),
		Count: p.Count, Enforced: p.Enforced, Observed: p.Observed, Late: p.Late, Answers: controlplane.DecisionID(p.Answers),
	}
	out.Last = f.lasted(p)
	out.First = out.Last // a report may begin long before the first request in it, and says nothing else of it
	return out, valid
}

// lasted gives when the last request came, by the node's word where it is in the report's time.
func (f frame) lasted(p *picketv1.Finding) time.Time {
	if p.LastUnixNano == 0 {
		return f.end
	}
	return clamp(fromNano(p.LastUnixNano), f.start, f.end)
}

func (s *Server) checkFinding(p *picketv1.Finding) reason {
	switch {
	case !s.classes[p.Class]:
		return badClass
	case p.Count == 0 || p.Count > maxRequests || p.Enforced > p.Count || p.Observed > p.Count-p.Enforced:
		return badCount
	case !(p.Confidence >= 0 && p.Confidence <= 1):
		return badConfidence
	default:
		return valid
	}
}
