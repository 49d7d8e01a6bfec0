package policy

import (
	"slices"

	"picket/controlplane"
	"picket/filter/identify"
	"picket/proto/wire"
)

// ModeCanary stands between observe and enforce: decisions about a fraction of all consumers act, the others count.
const ModeCanary controlplane.Mode = "canary"

// WeakerMode gives the one of two modes that acts less. The empty one says nothing.
func WeakerMode(a, b controlplane.Mode) controlplane.Mode {
	modes := []controlplane.Mode{controlplane.ModeObserve, ModeCanary, controlplane.ModeEnforce, ""}
	if slices.Index(modes, b) < slices.Index(modes, a) {
		return b
	}
	return a
}

// InCanary says whether a consumer belongs to the fraction that mode canary acts on. All replicas say the same.
func (f *File) InCanary(v controlplane.Value) bool {
	h := v.Hash
	if v.Network.IsValid() {
		h = identify.Network(v.Network)
	}
	const salt = 0x63616e617279 // "canary": other uses of the hash take other fractions
	return Fraction(identify.Match(h, salt)) < f.Rails.Canary.Percent/100
}

// observing gives settings in which no finding acts. It shares nothing with w that it changes.
func observing(w wire.Settings) wire.Settings {
	if w.Inspection != nil {
		i := *w.Inspection
		i.Classes = observed(i.Classes)
		w.Inspection = &i
	}
	w.Endpoints = slices.Clone(w.Endpoints)
	for i := range w.Endpoints {
		w.Endpoints[i].Classes = observed(w.Endpoints[i].Classes)
	}
	return w
}

func observed(rules []wire.ClassRule) []wire.ClassRule {
	rules = slices.Clone(rules)
	for i := range rules {
		if rules[i].Mode == wire.ModeEnforce {
			rules[i].Mode = wire.ModeObserve
		}
	}
	return rules
}
