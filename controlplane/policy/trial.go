package policy

import (
	"encoding/json"
	"strings"
	"time"

	"picket/controlplane"
)

// KeyTrial is the prefix of the register's keys of trials: + Document.Hash, a Trial as JSON. A trial is put before the
// document that it is about, so that no replica ever sees that document without it.
const KeyTrial = "trial/"

// ModeProposed is what is told of the mode of a scenario that a trial holds back.
const ModeProposed controlplane.Mode = "proposed"

// Trial is which scenarios of a document only observe, for they were changed: until they were tried on the journal, and
// afterwards where they would have hit too many.
type Trial struct {
	Began time.Time
	Who   string // changed the policy
	Held  map[string]Held
}

// Held is why a scenario only observes.
type Held struct {
	Tried time.Time `json:",omitzero"`  // zero: it was not yet
	Why   string    `json:",omitempty"` // whom it would have hit, in sentences; empty until it was tried
}

// Holds says why a scenario only observes; not ok: it does not. t may be nil.
func (t *Trial) Holds(scenario string) (h Held, ok bool) {
	if t == nil {
		return Held{}, false
	}
	h, ok = t.Held[scenario]
	return h, ok
}

// Pending gives the scenarios that are yet to be tried, by name. t may be nil.
func (t *Trial) Pending() (names []string) {
	if t == nil {
		return nil
	}
	for _, name := range sortedKeys(t.Held) {
		if t.Held[name].Tried.IsZero() {
			names = append(names, name)
		}
	}
	return names
}

// ReadTrial reads a register's entry below KeyTrial, and gives the hash of the document that it is about; nil: it is no more.
func ReadTrial(e controlplane.Entry) (document string, t *Trial, err error) {
	document = strings.TrimPrefix(e.Key, KeyTrial)
	if e.Deleted {
		return document, nil, nil
	}
	t = &Trial{}
	if err := json.Unmarshal(e.Value, t); err != nil {
		return document, nil, err
	}
	return document, t, nil
}

// trial takes one. It changes nothing that nodes are told. p.mu is held.
func (p *Publisher) trial(e controlplane.Entry) {
	document, t, err := ReadTrial(e)
	switch {
	case err != nil:
		p.reject(e, err)
		return
	case t == nil:
		delete(p.trials, document)
	default:
		p.trials[document] = t
	}
	p.lay()
}
