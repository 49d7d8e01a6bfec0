package decide

import "picket/controlplane"

// History tells what is known of a value. Reading it changes nothing.
func (d *Decider) History(v controlplane.Value) History {
	return d.history.of(v, d.o.Policy.File().Rails.History, d.o.Clock())
}

// CleanActive counts the consumers with a clean history that were active in the last hour, in a group and in all: what the
// blast radius is a share of.
func (d *Decider) CleanActive(group string) (here, all int) {
	return d.history.cleanActive(group, d.o.Clock())
}
