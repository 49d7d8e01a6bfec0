package policy

import (
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"picket/controlplane"
)

// Changed gives the scenarios whose decisions may act otherwise under one document than under the one before, by name. Those
// that act nowhere under the new one are not among them, nor is what the new one declares for the first time: the past knows
// nothing of it.
func Changed(before, after Document) (names []string, err error) {
	old, err := before.File()
	if err != nil {
		return nil, fmt.Errorf("read the policy before: %w", err)
	}
	f, err := after.File()
	if err != nil {
		return nil, err
	}
	all := reaches(old, f) || !reflect.DeepEqual(common(old), common(f)) || exposes(old, f)
	texts, oldTexts := ownTexts(after), ownTexts(before)
	for _, name := range sortedKeys(f.Scenarios) {
		switch {
		case !f.Acts(name):
		case all, f.Scenarios[name] != old.Scenarios[name], texts[name] != oldTexts[name], !sameProfile(old, f, name):
			names = append(names, name)
		}
	}
	return names, nil
}

// Acts says whether decisions of a scenario act anywhere, trials apart.
func (f *File) Acts(scenario string) bool {
	s, known := f.Scenarios[scenario]
	return known && !s.Off && WeakerMode(s.Mode, f.Mode) != controlplane.ModeObserve
}

// reaches says whether a policy acts where another one did not, or more than it.
func reaches(old, f *File) bool {
	for _, group := range append(sortedKeys(f.Groups), sortedKeys(old.Groups)...) {
		if stronger(f.GroupMode(group), old.GroupMode(group)) {
			return true
		}
	}
	return stronger(f.Mode, old.Mode)
}

func stronger(a, than controlplane.Mode) bool { return a != than && WeakerMode(a, than) == than }

// shared is what all scenarios of a policy have in common.
type shared struct {
	Identity    Identity
	Objects     Objects
	IP          IPPrivacy
	Evidence    EvidenceRail
	History     HistoryRail
	Escalation  EscalationRail
	BlastRadius BlastRadiusRail
	Canary      CanaryRail
}

func common(f *File) shared {
	return shared{
		f.Identity, f.Objects, f.Privacy.IP, f.Rails.Evidence, f.Rails.History, f.Rails.Escalation, f.Rails.BlastRadius, f.Rails.Canary,
	}
}

// exposes says whether a policy allows somebody no more, or says another thing of an endpoint that both declare.
func exposes(old, f *File) bool {
	for _, a := range old.Allow {
		if !slices.ContainsFunc(f.Allow, func(b Allow) bool { return a.IP == b.IP && a.Subject == b.Subject }) {
			return true
		}
	}
	is := map[string]Endpoint{}
	for _, e := range f.Endpoints {
		is[e.Match] = e.seen()
	}
	for _, e := range old.Endpoints {
		if now, both := is[e.Match]; both && !reflect.DeepEqual(now, e.seen()) {
			return true
		}
	}
	return false
}

// seen is what scenarios see of an endpoint: what is found inside requests needs none.
func (e Endpoint) seen() Endpoint {
	e.Inspect, e.Fields = nil, nil
	return e
}

func sameProfile(old, f *File, scenario string) bool {
	_, was := old.ProfileOf(scenario)
	_, is := f.ProfileOf(scenario)
	return slices.Equal(was.Steps, is.Steps)
}

// ownTexts gives the file's own scenarios as they are written, but for comments and places, by name.
func ownTexts(d Document) map[string]string {
	var file struct {
		Own []map[string]any `yaml:"own_scenarios"`
	}
	texts := map[string]string{}
	if yaml.Unmarshal([]byte(d.YAML), &file) != nil {
		return texts // it was read before, strictly
	}
	for _, s := range file.Own {
		if b, err := yaml.Marshal(s); err == nil {
			texts[fmt.Sprint(s["scenario"])] = string(b)
		}
	}
	return texts
}
