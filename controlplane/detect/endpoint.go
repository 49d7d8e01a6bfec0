package detect

import (
	"strconv"
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
	name     func(controlplane.EndpointID) string
	known    *aggregate.LRU[controlplane.EndpointID, endpoint]
	versions *aggregate.LRU[uint64, int] // the latest that was seen, by the name without it
}

type endpoint struct {
	name, method string
	learned      controlplane.Purpose
	public       bool   // by its name
	personal     bool   // by its name
	line         uint64 // names what it is a version of; 0: it has none
	version      int
	reads        uint64    // the kind of record; 0: none
	lists        [2]uint64 // the kinds of records
	looked       int64     // event time, ns
}

func newEndpoints(name func(controlplane.EndpointID) string, limit int) *endpoints {
	return &endpoints{name, aggregate.NewLRU[controlplane.EndpointID, endpoint](limit), aggregate.NewLRU[uint64, int](limit)}
}

// get is good until the next call.
func (e *endpoints) get(id controlplane.EndpointID, at int64) *endpoint {
	p := e.known.Peek(id)
	if p != nil && at-p.looked < lookAgain {
		return p
	}
	name := e.name(id)
	method, _, _ := strings.Cut(name, " ")
	line, version := versionOf(name)
	if latest := e.versions.Get(line); line != 0 && (latest == nil || *latest < version) {
		e.versions.Put(line, version)
	}
	reads, lists := kindsOf(name)
	p, _ = e.known.Put(id, endpoint{
		reads: reads, lists: lists,
		name: name, method: method, learned: scenario.PurposeOf(name), public: scenario.ForEverybody(name), personal: scenario.ForOne(name),
		line: line, version: version, looked: at,
	})
	return p
}

// older reports whether the same endpoint was seen in a later version.
func (e *endpoints) older(p *endpoint) bool {
	if p.line == 0 {
		return false
	}
	latest := e.versions.Peek(p.line)
	return latest != nil && *latest > p.version
}

// versionOf gives the version in an endpoint's name, as in "GET /v1/orders/{id}", and what it is a version of; line is 0
// where there is none. What stands for an id, or for a word that nobody told, is alike.
func versionOf(name string) (line uint64, version int) {
	segments := strings.Split(name, "/")
	found := false
	for i, s := range segments {
		n, err := strconv.Atoi(strings.TrimPrefix(s, "v"))
		switch {
		case strings.HasPrefix(s, "{"):
			segments[i] = "{}"
		case !found && strings.HasPrefix(s, "v") && err == nil && n >= 0 && n < 1000:
			segments[i], version, found = "{version}", n, true
		}
	}
	if !found {
		return 0, 0
	}
	return text(strings.Join(segments, "/")), version
}

// purposeIndex numbers purposes, 0 for none.
func purposeIndex() map[controlplane.Purpose]int {
	index := map[controlplane.Purpose]int{"": 0}
	for i, p := range scenario.Purposes() {
		index[p] = i + 1
	}
	return index
}
