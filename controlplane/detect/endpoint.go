package detect

import (
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/scenario"
)

// lookAgain is how often an endpoint's name is asked for again: more of its words may be told by then.
const lookAgain = int64(10 * time.Second)

// endpoints remembers what endpoints are called, and what their names say they are for.
type endpoints struct {
	name  func(controlplane.EndpointID) string
	known *aggregate.LRU[controlplane.EndpointID, endpoint]
}

type endpoint struct {
	name, method string
	learned      controlplane.Purpose
	public       bool  // by its name
	looked       int64 // event time, ns
}

func newEndpoints(name func(controlplane.EndpointID) string, limit int) *endpoints {
	return &endpoints{name, aggregate.NewLRU[controlplane.EndpointID, endpoint](limit)}
}

// get is good until the next call.
func (e *endpoints) get(id controlplane.EndpointID, at int64) *endpoint {
	p := e.known.Peek(id)
	if p != nil && at-p.looked < lookAgain {
		return p
	}
	name := e.name(id)
	method, _, _ := strings.Cut(name, " ")
	p, _ = e.known.Put(id, endpoint{name, method, scenario.PurposeOf(name), scenario.ForEverybody(name), at})
	return p
}

// purposeIndex numbers purposes, 0 for none.
func purposeIndex() map[controlplane.Purpose]int {
	index := map[controlplane.Purpose]int{"": 0}
	for i, p := range scenario.Purposes() {
		index[p] = i + 1
	}
	return index
}
