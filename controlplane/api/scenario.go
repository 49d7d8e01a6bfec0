package api

import (
	"context"

	"picket/controlplane/decide"
	picketv1 "picket/proto/picket/v1"
)

// ListScenarios tells how each scenario of the policy does, by name.
func (s *Server) ListScenarios(context.Context, *picketv1.ListScenariosRequest) (*picketv1.ListScenariosResponse, error) {
	a := &picketv1.ListScenariosResponse{}
	for _, sc := range s.o.Decider.Scenarios() {
		a.Scenarios = append(a.Scenarios, scenarioView(sc))
	}
	return a, nil
}

func scenarioView(sc decide.Scenario) *picketv1.ScenarioView {
	v := &picketv1.ScenarioView{
		Name: sc.Name, Mode: string(sc.Mode), Profile: sc.Profile, Detections: sc.Detections, Decisions: sc.Decisions,
		Active: uint32(sc.Active), Shadow: uint32(sc.Shadow),
	}
	if sc.Off {
		v.Mode = "off"
	}
	for _, h := range sc.Held {
		v.Held = append(v.Held, &picketv1.HeldView{Rail: h.Rail, Count: h.Count})
	}
	if p := sc.Precision; p.Of > 0 {
		v.Precision = &picketv1.EstimateView{Share: p.Share, Low: p.Low, High: p.High, Of: p.Of}
	}
	return v
}
