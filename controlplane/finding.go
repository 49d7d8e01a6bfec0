package controlplane

import "time"

// Finding is what a worker saw inside a request or a response, or in several alike. It holds no value that a stranger
// sent: names are hashes, and the evidence is masked.
type Finding struct {
	// ID is what the x-picket-decision header said where it was enforced. The one that memory gives is never 0.
	ID       DecisionID
	Node     Node
	Instance uint64
	Worker   uint32
	// Caller is zero where the worker had no room for one more.
	Caller     Caller
	Endpoint   EndpointID // 0: not told
	Class      string     // one of Classes
	Place      string     // "query", "json", ...; filter/inspect names them
	Field      uint64     // the keyed hash of the field's name; 0: none
	Decoding   string     // what was undone: "percent+twice"
	Rule       string     // of a detector, or "model"
	Confidence float64    // 0 to 1, the highest
	Evidence   string     // masked
	Count      uint64     // requests
	Enforced   uint64     // of these, answered instead of by the service
	Observed   uint64     // of these, would have been answered, had the mode been enforce
	// Late says that it was seen after what was held had been released: the service saw the request, or a part of it.
	Late bool
	// Answers is, of a response, the finding in the request that it answers; 0: none.
	Answers DecisionID
	// First and Last are when the last request of the first and of the last report came.
	First, Last time.Time
}

// Effect is what became of the requests of a finding, the strongest that befell any of them.
type Effect string

// The effects, the weakest first.
const (
	EffectSeen     Effect = "seen"     // they passed
	EffectObserved Effect = "observed" // they passed, and would not have in mode enforce
	EffectEnforced Effect = "enforced" // Picket answered instead of the service
)

// Effect gives the strongest.
func (f *Finding) Effect() Effect {
	switch {
	case f.Enforced > 0:
		return EffectEnforced
	case f.Observed > 0:
		return EffectObserved
	default:
		return EffectSeen
	}
}
