// Package enforce decides what happens to a request: the decision table, its deltas and the throttles. Nothing here
// calls the host, and a look-up allocates nothing. The control plane uses its record format to build policies.
package enforce

import "encoding/binary"

// Action is picket.v1.Action.
type Action uint8

// The actions, the least severe first.
const (
	ActionAllow     Action = 1
	ActionObserve   Action = 2
	ActionTag       Action = 3
	ActionThrottle  Action = 4
	ActionChallenge Action = 5
	ActionDeny      Action = 6
)

// Rank is picket.v1.Rank: who decided, the strongest last.
type Rank uint8

// The ranks.
const (
	RankAutomatic     Rank = 1
	RankGuard         Rank = 2
	RankAllowlist     Rank = 3
	RankOperator      Rank = 4
	RankOperatorAllow Rank = 5
)

// Mode is picket.v1.Mode.
type Mode uint8

// The modes, the weakest first.
const (
	ModeObserve Mode = 1
	ModeCanary  Mode = 2
	ModeEnforce Mode = 3
)

// RecordSize is the length of one record in picket.v1.FilterPolicy.decisions, in bytes.
const RecordSize = 24

// Record is one decision in the filter's table.
type Record struct {
	Match   uint64 // identify.Match of whom and where
	ID      uint64
	Expires uint32 // seconds since the Unix epoch
	Meta    Meta
}

// Append writes the record to b, as policies carry it.
func (r Record) Append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, r.Match)
	b = binary.LittleEndian.AppendUint64(b, r.ID)
	b = binary.LittleEndian.AppendUint32(b, r.Expires)
	return binary.LittleEndian.AppendUint32(b, uint32(r.Meta))
}

// readRecord reads the record at the start of b, which has RecordSize bytes or more.
func readRecord(b []byte) Record {
	_ = b[RecordSize-1]
	return Record{
		Match:   binary.LittleEndian.Uint64(b),
		ID:      binary.LittleEndian.Uint64(b[8:]),
		Expires: binary.LittleEndian.Uint32(b[16:]),
		Meta:    Meta(binary.LittleEndian.Uint32(b[20:])),
	}
}

// Meta packs what a decision does, as picket.v1.Decision.meta says.
type Meta uint32

// NewMeta packs; throttle is the index of the throttle class, where the action is ActionThrottle.
func NewMeta(a Action, r Rank, m Mode, atEndpoint bool, throttle uint16) Meta {
	meta := Meta(a)&15 | Meta(r)&15<<4 | Meta(m)&3<<8 | Meta(throttle)<<16
	if atEndpoint {
		meta |= 1 << 10
	}
	return meta
}

// Action says what to do.
func (m Meta) Action() Action { return Action(m & 15) }

// Rank says who decided.
func (m Meta) Rank() Rank { return Rank(m >> 4 & 15) }

// Mode says whether it acts.
func (m Meta) Mode() Mode { return Mode(m >> 8 & 3) }

// AtEndpoint says whether it holds at one endpoint only.
func (m Meta) AtEndpoint() bool { return m>>10&1 == 1 }

// Throttle is the index of the throttle class.
func (m Meta) Throttle() int { return int(m >> 16) }
