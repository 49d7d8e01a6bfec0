package app

import (
	"sync/atomic"

	"picket/controlplane"
	"picket/controlplane/detect"
	"picket/controlplane/inventory"
	"picket/controlplane/policy"
	"picket/controlplane/scenario"
	"picket/filter/identify"
)

// settings translates the policy file for those who do not read it themselves, once for each file.
type settings struct {
	key    *identify.Key
	policy *policy.Publisher
	last   atomic.Pointer[translated]
}

type translated struct {
	file      *policy.File
	detect    *detect.Settings
	inventory *inventory.Policy
	endpoints map[controlplane.EndpointID]policy.Endpoint
}

// now gives the settings of the file in force.
func (s *settings) now() *translated {
	f := s.policy.File()
	if t := s.last.Load(); t != nil && t.file == f {
		return t
	}
	t := translate(f, s.key)
	s.last.Store(t)
	return t
}

func translate(f *policy.File, key *identify.Key) *translated {
	d := &detect.Settings{
		Consumer:  f.Identity.Consumer,
		Scenarios: map[string]detect.Scenario{},
		Purposes:  map[controlplane.EndpointID]controlplane.Purpose{},
		Owners:    map[controlplane.EndpointID]bool{},
	}
	v := &inventory.Policy{Words: f.Privacy.Words, Hosts: f.Hosts, Declared: map[controlplane.EndpointID]inventory.Declared{}, Fields: map[uint64]string{}, Learns: f.Learns(key)}
	for name, c := range f.Scenarios {
		d.Scenarios[name] = detect.Scenario{Off: c.Off, Over: c.Over, Within: c.Within, Action: c.Action, For: c.For}
	}
	if len(f.Own) > 0 {
		d.Packs = []*scenario.Pack{{Name: "own_scenarios", Scenarios: f.Own}}
	}
	for _, n := range f.FieldNames() {
		v.Fields[key.Hash(identify.DomainWord, []byte(n))] = n
	}
	declared := f.Declared(key)
	for id, e := range declared {
		d.Purposes[id] = e.Purpose
		d.Owners[id] = e.Owner != ""
		v.Declared[id] = inventory.Declared{Name: e.Name, Purpose: e.Purpose}
	}
	return &translated{f, d, v, declared}
}

// declared gives what the file in force says of an endpoint.
func (s *settings) declared(id controlplane.EndpointID) (policy.Endpoint, bool) {
	e, ok := s.now().endpoints[id]
	return e, ok
}
