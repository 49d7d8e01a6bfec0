package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"connectrpc.com/connect"

	"picket/controlplane"
	"picket/controlplane/findings"
	picketv1 "picket/proto/picket/v1"
)

// maxListed bounds the findings of one answer.
const maxListed = 1000

// unnamed stands for the name of a field that no filter told.
const unnamed = "a field not named yet"

// ListFindings gives the newest first.
func (s *Server) ListFindings(_ context.Context, q *picketv1.ListFindingsRequest) (*picketv1.ListFindingsResponse, error) {
	if _, known := controlplane.ClassOf(q.Class); q.Class != "" && !known {
		return nil, connect.NewError(connect.CodeInvalidArgument, unknownClass())
	}
	ask := findings.Filter{Class: q.Class, Enforced: q.EnforcedOnly, Limit: min(int(q.Limit), maxListed)}
	if ask.Limit == 0 {
		ask.Limit = 100
	}
	if q.Since != nil {
		ask.Since = s.o.Clock().Add(-q.Since.AsDuration())
	}
	a := &picketv1.ListFindingsResponse{}
	for _, f := range s.o.Findings.List(ask) {
		a.Findings = append(a.Findings, s.findingView(&f))
	}
	return a, nil
}

func unknownClass() error {
	text := "unknown class: known are"
	for i, c := range controlplane.Classes() {
		if i > 0 {
			text += ","
		}
		text += " " + c.Name
	}
	return errors.New(text)
}

// finding gives the one of an id, and whether there is one.
func (s *Server) finding(id string) (controlplane.Finding, bool) {
	n, err := controlplane.ParseDecisionID(id)
	if err != nil {
		return controlplane.Finding{}, false
	}
	return s.o.Findings.Get(n)
}

func (s *Server) explainFinding(id string) (*picketv1.ExplainResponse, error) {
	f, known := s.finding(id)
	if !known {
		return nil, connect.NewError(connect.CodeNotFound,
			errors.New("no decision has this ID, and no finding that is remembered: see picket get decisions --all and picket get findings"))
	}
	return &picketv1.ExplainResponse{Finding: s.findingView(&f), Story: s.tale(&f).tell()}, nil
}

func (s *Server) findingView(f *controlplane.Finding) *picketv1.FindingView {
	class, _ := controlplane.ClassOf(f.Class)
	v := &picketv1.FindingView{
		Id: f.ID.String(), Class: f.Class, Title: class.Title, Labels: class.Labels(), Place: f.Place, Field: s.fieldName(f.Field),
		Endpoint: s.placeName(f.Endpoint), Confidence: f.Confidence, Evidence: f.Evidence, Decoding: f.Decoding, Rule: f.Rule,
		Count: f.Count, Enforced: f.Enforced, Observed: f.Observed, Late: f.Late, Effect: string(f.Effect()),
		Node: f.Node.ID, Group: f.Node.Group, Worker: f.Worker, First: timestamp(f.First), Last: timestamp(f.Last),
	}
	if who, told := s.consumer(f.Caller); told {
		v.Facet, v.Value = string(who.Facet), who.String()
	}
	if f.Answers != 0 {
		v.Answers = f.Answers.String()
	}
	return v
}

// fieldName is empty for none.
func (s *Server) fieldName(hash uint64) string {
	if hash == 0 {
		return ""
	}
	if name, known := s.o.Inventory.Field(hash); known {
		return name
	}
	return unnamed
}

// placeName is an endpoint's name; empty where it is not told.
func (s *Server) placeName(id controlplane.EndpointID) string {
	if id == 0 {
		return ""
	}
	return s.o.Inventory.Name(id)
}

// consumer names a caller by the first facet of the policy's order that he has.
func (s *Server) consumer(c controlplane.Caller) (controlplane.Value, bool) {
	for _, f := range append(slices.Clone(s.o.Policy.File().Identity.Consumer), controlplane.FacetIP) {
		if v, ok := c.Facet(f); ok {
			return v, true
		}
	}
	return controlplane.Value{}, false
}

// tale gathers what a finding's story tells.
func (s *Server) tale(f *controlplane.Finding) tale {
	class, _ := controlplane.ClassOf(f.Class)
	file := s.o.Policy.File()
	declared, _ := s.o.Declared(f.Endpoint)
	t := tale{
		Finding: f, class: class, endpoint: s.placeName(f.Endpoint), field: s.fieldName(f.Field),
		rule: file.ClassAt(declared, f.Class), mode: file.GroupMode(f.Node.Group), killed: file.KillSwitch, now: s.o.Clock(),
	}
	if e, ok := file.Excepted(declared, f.Place, t.field, f.Class, t.now); ok {
		t.except = &e
	}
	t.match = t.endpoint != "" && file.CheckMatch(t.endpoint) == nil
	if f.Answers == 0 {
		return t
	}
	t.request = fmt.Sprintf("finding %s, which is not remembered any more", f.Answers)
	if r, known := s.o.Findings.Get(f.Answers); known {
		asked := s.tale(&controlplane.Finding{Place: r.Place, Field: r.Field, Endpoint: r.Endpoint, Class: r.Class})
		t.request = fmt.Sprintf("finding %s, %s in %s (picket explain %s)", r.ID, asked.class.Title, asked.place(), r.ID)
	}
	return t
}

// when prints a time as stories do.
func when(t time.Time) string { return t.UTC().Format(clockTime) }
