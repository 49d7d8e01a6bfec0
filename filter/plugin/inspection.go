package plugin

import (
	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/inspect"
	"picket/proto/wire"
)

// inspection is what a policy says of looking inside requests, ready for use. It is not changed once it is in force.
type inspection struct {
	hold, inflate int    // bytes
	wait          uint64 // nanoseconds
	everywhere    scope
	endpoints     []scope // by identify.Rule.Index
}

// scope is what holds at one endpoint, or everywhere.
type scope struct {
	classes [inspect.Classes + 1]class
	fields  []inspect.Field
}

// class says what becomes of a class's findings. Mode 0: it is not looked for.
type class struct {
	mode      enforce.Mode
	threshold float32
}

// newInspection readies what the settings say of it; nil: nothing is inspected.
func newInspection(m *wire.Settings) *inspection {
	i := m.Inspection
	if i == nil {
		return nil
	}
	n := &inspection{hold: int(i.HoldBytes), wait: uint64(i.HoldMs) * 1e6, inflate: int(i.InflateBytes)}
	n.everywhere = newScope(scope{}, i.Classes, i.Fields)
	n.endpoints = make([]scope, len(m.Endpoints))
	for e := range m.Endpoints {
		n.endpoints[e] = newScope(n.everywhere, m.Endpoints[e].Classes, m.Endpoints[e].Fields)
	}
	return n
}

func newScope(base scope, classes []wire.ClassRule, fields []wire.FieldRule) scope {
	s := scope{classes: base.classes}
	for _, c := range classes {
		if k := inspect.ParseClass(c.Class); k != 0 {
			s.classes[k] = class{enforce.Mode(c.Mode), c.Threshold}
		}
	}
	for i := range fields {
		s.fields = append(s.fields, newField(&fields[i]))
	}
	return s
}

func newField(m *wire.FieldRule) inspect.Field {
	f := inspect.Field{Name: m.Name, Kind: inspect.Kind(m.Kind), AnyZone: m.Place == "", Expires: m.Expires}
	f.Zone, _ = inspect.ParseZone(m.Place)
	for _, name := range m.Except {
		if name == "*" {
			f.Except = ^uint64(0)
		} else if c := inspect.ParseClass(name); c != 0 {
			f.Except |= 1 << c
		}
	}
	return f
}

// at gives what holds at an endpoint. Its fields are those of the endpoint only.
func (i *inspection) at(r *identify.Rule) *scope {
	if r != nil && r.Index < len(i.endpoints) {
		return &i.endpoints[r.Index]
	}
	return &i.everywhere
}

// fields gives what is known of the fields of an endpoint.
func (i *inspection) fields(s *scope) []inspect.Field {
	if s == &i.everywhere {
		return nil
	}
	return s.fields
}
