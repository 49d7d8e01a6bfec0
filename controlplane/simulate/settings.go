package simulate

import (
	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/inspect"
	picketv1 "picket/proto/picket/v1"
)

// settings is what a worker needs of a policy beside its decisions, as the filter readies it.
type settings struct {
	stance      enforce.Stance
	privacy     picketv1.IpPrivacy
	sources     identify.Sources
	fingerprint bool
	cookie      string // that names a session; empty: none does
	rules       []identify.Rule
	slugs       []identify.Slug
	hosts       []string
	objects     [][]byte
	throttles   []*picketv1.Throttle
	inspected   bool
	everywhere  scope
	endpoints   []scope // by identify.Rule.Index
}

// scope is what is looked for at one endpoint, or everywhere.
type scope struct {
	classes [inspect.Classes + 1]class
	fields  []inspect.Field
}

// class says what becomes of a class's findings. Mode 0: it is not looked for.
type class struct {
	mode      enforce.Mode
	threshold float32
}

func compile(m *picketv1.Settings) settings {
	s := settings{
		stance:  enforce.Stance{Mode: enforce.Mode(m.GetMode()), KillSwitch: m.GetKillSwitch()},
		privacy: m.GetIpPrivacy(), fingerprint: m.GetFingerprintState() != "",
		hosts: m.GetHosts(), objects: bytesOf(m.GetObjectParameters()), throttles: m.GetThrottles(),
		sources: identify.Sources{
			KeyHeaders: bytesOf(m.GetKeyHeaders()), KeyParameters: bytesOf(m.GetKeyParameters()), SessionCookies: bytesOf(m.GetSessionCookies()),
		},
		inspected: m.GetInspection() != nil,
	}
	if names := m.GetSessionCookies(); len(names) > 0 {
		s.cookie = names[0]
	}
	for _, k := range m.GetSubjects() {
		s.sources.JWT = s.sources.JWT || k == picketv1.SubjectKind_SUBJECT_KIND_JWT
		s.sources.Basic = s.sources.Basic || k == picketv1.SubjectKind_SUBJECT_KIND_BASIC
	}
	s.everywhere = newScope(scope{}, m.GetInspection().GetClasses(), m.GetInspection().GetFields())
	for _, g := range m.GetSlugs() {
		s.slugs = append(s.slugs, identify.Slug{Host: g.GetHost(), Prefix: g.GetPrefix(), Words: g.GetWords()})
	}
	for _, e := range m.GetEndpoints() {
		s.rules = append(s.rules, identify.Rule{
			Method: e.GetMethod(), Host: e.GetHost(), Path: e.GetPath(), AccountField: e.GetAccountField(),
			FailureStatuses: e.GetFailureStatuses(), OwnerParameter: e.GetOwnerParameter(), ObjectFields: e.GetObjectFields(),
			FailureFields: fieldValues(e.GetFailureFields()), FailureHeaders: fieldValues(e.GetFailureHeaders()), ShowsWho: e.GetShowsWho(),
		})
		s.endpoints = append(s.endpoints, newScope(s.everywhere, e.GetClasses(), e.GetFields()))
	}
	return s
}

func fieldValues(all []*picketv1.NameValue) []identify.FieldValue {
	var out []identify.FieldValue
	for _, v := range all {
		out = append(out, identify.FieldValue{Name: v.GetName(), Value: v.GetValue()})
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

func newScope(base scope, classes []*picketv1.ClassRule, fields []*picketv1.FieldRule) scope {
	s := scope{classes: base.classes}
	for _, c := range classes {
		if k := inspect.ParseClass(c.GetClass()); k != 0 {
			s.classes[k] = class{enforce.Mode(c.GetMode()), c.GetThreshold()}
		}
	}
	for _, f := range fields {
		s.fields = append(s.fields, newField(f))
	}
	return s
}

func newField(m *picketv1.FieldRule) inspect.Field {
	f := inspect.Field{Name: m.GetName(), Kind: inspect.Kind(m.GetKind()), AnyZone: m.GetPlace() == "", Expires: m.GetExpires()}
	f.Zone, _ = inspect.ParseZone(m.GetPlace())
	for _, name := range m.GetExcept() {
		if name == "*" {
			f.Except = ^uint64(0)
		} else if c := inspect.ParseClass(name); c != 0 {
			f.Except |= 1 << c
		}
	}
	return f
}

// at gives what holds at an endpoint, and what is known of its own fields.
func (s *settings) at(r *identify.Rule) (sc *scope, fields []inspect.Field) {
	if r != nil && r.Index < len(s.endpoints) {
		return &s.endpoints[r.Index], s.endpoints[r.Index].fields
	}
	return &s.everywhere, nil
}
