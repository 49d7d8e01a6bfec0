package policy

import (
	"strings"

	"picket/controlplane"
	"picket/proto/wire"
)

// inspection compiles what holds everywhere: every class, in its order. Nothing here looks at a clock: what ends has the
// time when it does, and the filter leaves it out then.
func inspection(f *File) *wire.Inspection {
	i := &f.Inspection
	if i.Off {
		return nil
	}
	w := &wire.Inspection{
		HoldBytes: uint32(i.Hold), HoldMs: uint32(i.Wait.Milliseconds()), InflateBytes: uint32(i.Inflate), Fields: fieldRules(i.Fields),
	}
	for _, c := range classNames() {
		w.Classes = append(w.Classes, classRule(c, i.Classes[c]))
	}
	for n := range i.Exceptions {
		if e := &i.Exceptions[n]; e.Match == "" {
			w.Fields = append(w.Fields, e.rule())
		}
	}
	return w
}

func classRule(name string, c ClassRule) wire.ClassRule {
	modes := map[ClassMode]wire.Mode{ClassObserve: wire.ModeObserve, ClassEnforce: wire.ModeEnforce} // off has no number
	return wire.ClassRule{Class: name, Mode: modes[c.Mode], Threshold: float32(c.Threshold)}
}

func fieldRules(fields []FieldRule) []wire.FieldRule {
	kinds := map[FieldKind]wire.FieldKind{
		FieldNumber: wire.FieldKindNumber, FieldUUID: wire.FieldKindUUID, FieldWord: wire.FieldKindWord,
		FieldText: wire.FieldKindText, FieldCode: wire.FieldKindCode,
	}
	var out []wire.FieldRule
	for _, r := range fields {
		out = append(out, wire.FieldRule{Place: r.Place, Name: r.Name, Kind: kinds[r.Kind]})
	}
	return out
}

// rule is the exception as the filter takes it.
func (e *Exception) rule() wire.FieldRule {
	r := wire.FieldRule{Place: e.Place, Name: e.Name, Except: []string{"*"}, Expires: expires(e.Ends())}
	if len(e.Classes) > 0 {
		r.Except = sortedClasses(e.Classes)
	}
	return r
}

// endpointRules compiles the endpoints, each with what is known of its inside.
func endpointRules(f *File) []wire.EndpointRule {
	excepted := exceptedAt(f)
	var rules []wire.EndpointRule
	for _, e := range f.Endpoints {
		t, err := parseTemplate(e.Match)
		if err != nil {
			continue
		}
		r := wire.EndpointRule{
			Method: t.method, Host: t.host, Path: t.path,
			AccountField: e.Account, FailureStatuses: e.Failure.statuses(), OwnerParameter: e.Owner, ObjectFields: e.Object,
			FailureFields: nameValues(e.Failure.Field), FailureHeaders: nameValues(e.Failure.Header), ShowsWho: e.Account == "" && showsWho(e.Purpose),
		}
		for i := range r.FailureHeaders {
			r.FailureHeaders[i].Name = strings.ToLower(r.FailureHeaders[i].Name)
		}
		if !f.Inspection.Off {
			r.Classes = endpointClasses(f, e)
			r.Fields = append(fieldRules(e.Fields), excepted.rules(t)...)
		}
		rules = append(rules, r)
	}
	return rules
}

// nameValues gives fields or headers in the order of their names, so that a policy has the same bytes each time.
func nameValues(values map[string]string) []wire.NameValue {
	var out []wire.NameValue
	for _, name := range sortedKeys(values) {
		out = append(out, wire.NameValue{Name: name, Value: values[name]})
	}
	return out
}

func endpointClasses(f *File, e Endpoint) []wire.ClassRule {
	var out []wire.ClassRule
	for _, name := range classNames() {
		if _, here := e.Inspect[name]; here {
			out = append(out, classRule(name, f.ClassAt(e, name)))
		}
	}
	return out
}

// excepted holds exceptions with the hosts of their matches, by the endpoint's number without its host.
type excepted map[controlplane.EndpointID][]exceptedHost

type exceptedHost struct {
	host string
	*Exception
}

func exceptedAt(f *File) excepted {
	all, key := excepted{}, anyKey()
	for i := range f.Inspection.Exceptions {
		e := &f.Inspection.Exceptions[i]
		if t, err := parseTemplate(e.Match); err == nil {
			id := t.id(&key, "")
			all[id] = append(all[id], exceptedHost{t.host, e})
		}
	}
	return all
}

// rules gives the exceptions at an endpoint. One without a host holds at every host.
func (x excepted) rules(t template) []wire.FieldRule {
	key := anyKey()
	var out []wire.FieldRule
	for _, e := range x[t.id(&key, "")] {
		if e.host == "" || e.host == t.host {
			out = append(out, e.rule())
		}
	}
	return out
}
