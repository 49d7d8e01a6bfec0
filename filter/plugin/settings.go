package plugin

import (
	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/proto/wire"
)

// settings is all of a policy but its decisions, ready for use.
type settings struct {
	stance      enforce.Stance
	closed      bool // fail closed
	interval    uint64
	privacy     wire.IPPrivacy
	sources     identify.Sources
	mtls        bool
	fingerprint string // property path; empty: not read
	rules       []identify.Rule
	slugs       []identify.Slug
	hosts       []string
	objects     [][]byte
	throttles   []wire.Throttle
	inspection  *inspection // nil: nothing is inspected
}

// defaults hold until the first policy: observe and pass.
func defaults() settings {
	return settings{
		stance:  enforce.Stance{Mode: enforce.ModeObserve},
		privacy: wire.IPPrivacyClear,
		sources: identify.Sources{
			KeyHeaders: [][]byte{[]byte("x-api-key")}, SessionCookies: [][]byte{[]byte("session")}, JWT: true, Basic: true,
		},
	}
}

// compile readies settings that came from the control plane.
func compile(m *wire.Settings) settings {
	s := settings{
		stance:    enforce.Stance{Mode: enforce.Mode(m.Mode), KillSwitch: m.KillSwitch},
		closed:    m.Fail == wire.FailModeClosed,
		interval:  uint64(m.ReportIntervalMs) * 1e6,
		privacy:   m.IPPrivacy,
		hosts:     m.Hosts,
		objects:   bytesOf(m.ObjectParameters),
		throttles: m.Throttles, inspection: newInspection(m),
		sources: identify.Sources{
			KeyHeaders: bytesOf(m.KeyHeaders), KeyParameters: bytesOf(m.KeyParameters), SessionCookies: bytesOf(m.SessionCookies),
		},
	}
	for _, k := range m.Subjects {
		s.sources.JWT = s.sources.JWT || k == wire.SubjectKindJWT
		s.sources.Basic = s.sources.Basic || k == wire.SubjectKindBasic
		s.mtls = s.mtls || k == wire.SubjectKindMTLS
	}
	if m.FingerprintState != "" {
		s.fingerprint = "filter_state\x00" + m.FingerprintState
	}
	for _, g := range m.Slugs {
		s.slugs = append(s.slugs, identify.Slug(g))
	}
	for _, e := range m.Endpoints {
		s.rules = append(s.rules, identify.Rule{
			Method: e.Method, Host: e.Host, Path: e.Path, AccountField: e.AccountField,
			FailureStatuses: e.FailureStatuses, OwnerParameter: e.OwnerParameter,
			ObjectFields: e.ObjectFields, FailureFields: fieldValues(e.FailureFields), FailureHeaders: fieldValues(e.FailureHeaders), ShowsWho: e.ShowsWho,
		})
	}
	return s
}

func fieldValues(all []wire.NameValue) []identify.FieldValue {
	var out []identify.FieldValue
	for _, v := range all {
		out = append(out, identify.FieldValue(v))
	}
	return out
}

func bytesOf(all []string) [][]byte {
	out := make([][]byte, len(all))
	for i, s := range all {
		out[i] = []byte(s)
	}
	return out
}
