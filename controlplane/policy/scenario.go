package policy

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"picket/controlplane"
	"picket/controlplane/scenario"
	"picket/controlplane/scenario/strict"
)

// OwnScenarios are those that the file describes itself, compiled.
type OwnScenarios []*scenario.Scenario

// ReadYAML reads a list of scenarios.
func (o *OwnScenarios) ReadYAML(d *strict.Decoder, _ string, n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		d.Mistake(n, "a list of scenarios is expected here")
		return
	}
	*o = scenario.Read(d, n.Content)
}

func defaultScenarios() map[string]Scenario {
	all := map[string]Scenario{}
	for _, d := range scenario.Defaults() {
		all[d.Name] = scenarioOf(d)
	}
	return all
}

func scenarioOf(d scenario.Default) Scenario {
	return Scenario{
		Over: d.Over, Within: d.Within, Action: d.Action, For: d.For, PerMinute: d.PerMinute, Mode: d.Mode, Confidence: d.Confidence,
	}
}

// checkOwn takes the file's own scenarios into the list of all.
func (d *decoder) checkOwn(f *File) {
	builtin := defaultScenarios()
	for _, s := range f.Own {
		_, taken := builtin[s.Name]
		_, set := f.Scenarios[s.Name]
		switch {
		case taken:
			d.MistakeAt(s.Line, s.Column, "a built-in scenario is called %s: choose another name, or change that one under scenarios", s.Name)
		case set:
			d.wrong("scenarios."+s.Name, "this is a scenario of your own: change it under own_scenarios")
		}
	}
	for _, name := range sortedKeys(f.Scenarios) {
		switch _, known := builtin[name]; {
		case known:
			d.checkScenario("scenarios."+name, f.Scenarios[name])
		case !f.owns(name):
			d.unknownScenario("scenarios."+name, name)
		}
	}
	for _, s := range f.Own {
		if _, set := f.Scenarios[s.Name]; !set {
			f.Scenarios[s.Name] = scenarioOf(s.Default())
		}
	}
}

func (f *File) owns(name string) bool {
	for _, s := range f.Own {
		if s.Name == name {
			return true
		}
	}
	return false
}

func (d *decoder) unknownScenario(path, name string) {
	known := sortedKeys(defaultScenarios())
	if near := strict.Nearest(name, known); near != "" {
		d.wrong(path, "unknown scenario: did you mean %s?", near)
		return
	}
	d.wrong(path, "unknown scenario: known are %s", strings.Join(known, ", "))
}

func (d *decoder) checkScenario(path string, s Scenario) {
	d.between(path+".over", s.Over, 0, maxOver)
	d.within(path+".within", s.Within, time.Second, 24*time.Hour)
	d.within(path+".for", s.For, time.Second, 24*time.Hour)
	oneOf(d, path+".action", s.Action, controlplane.ActionObserve, controlplane.ActionTag, controlplane.ActionThrottle, controlplane.ActionDeny)
	d.between(path+".per_minute", int(s.PerMinute), 1, MaxPerMinute)
	oneOf(d, path+".mode", s.Mode, controlplane.ModeObserve, ModeCanary, controlplane.ModeEnforce)
	if !(s.Confidence >= 0 && s.Confidence <= 1) {
		d.wrong(path+".confidence", "the confidence is 0 to 1")
	}
}

// showsWho says whether callers show who they are at an endpoint of a purpose.
func showsWho(p controlplane.Purpose) bool {
	switch p {
	case controlplane.PurposeLogin, controlplane.PurposeReset, controlplane.PurposeOTP, controlplane.PurposeRegister, controlplane.PurposeToken:
		return true
	default:
		return false
	}
}
