// Package report sums what a worker's requests did, and keeps what it has told the control plane until that is
// acknowledged. All its memory is bounded and taken at the start; adding a request allocates nothing. Nothing here calls
// the host.
package report

import (
	"encoding/binary"
	"math/rand/v2"

	"picket/filter/identify"
)

// Outcome is picket.v1.Outcome.
type Outcome uint8

// The outcomes.
const (
	OutcomeOK          Outcome = 1
	OutcomeDenied      Outcome = 2
	OutcomeNotFound    Outcome = 3
	OutcomeClientError Outcome = 4
	OutcomeServerError Outcome = 5
	OutcomeBlocked     Outcome = 6
	OutcomeThrottled   Outcome = 7
	OutcomeAborted     Outcome = 8
	outcomes                   = 9
)

// Caller is who called, as it may leave the node.
type Caller struct {
	IP     [16]byte // the first IPLen bytes
	IPLen  uint8    // 0, 4 or 16
	Source identify.SubjectSource
	IPHash uint64

	Key, Subject, Session, Fingerprint, Account, Credential uint64
}

// Sample is one request that ended.
type Sample struct {
	Caller        Caller
	Endpoint      uint64
	Outcome       Outcome
	RequestBytes  uint64
	ResponseBytes uint64
	Nanos         uint64   // from its headers to its end
	Object        uint64   // 0: none
	Objects       []uint64 // further ones, as of a body; borrowed
	Query         uint64   // what its query asks for; 0: nothing
	Number        uint64   // the last id's place in an order of ids, plus 1; 0: none
	Foreign       bool
	NewFields     bool // its body has a field of a name that is new to the endpoint
}

// latencyBuckets is the length of picket.v1.Rollup.latency; the first ends at 128 microseconds.
const latencyBuckets = 16

// rowKey is what a row sums: whoever is not told apart has a zero caller.
type rowKey struct {
	caller   Caller
	endpoint uint64
	outcome  Outcome
	overflow bool
}

type row struct {
	key                                   rowKey
	requests, requestBytes, responseBytes uint64
	neighbours, foreign, newFields        uint64
	latency                               [latencyBuckets]uint32
	objects, accounts, queries            sketch
}

const (
	maxRows     = 1024
	indexSize   = 4 * maxRows
	spareRows   = 128 // of maxRows, for overflow by endpoint and outcome
	maxBlocks   = 128
	rowsPerIP   = 64 // in one report; beyond, one address's callers are summed as one
	ipBuckets   = 256
	lastNumbers = 1024
)

// Rollups is the table of the report being summed.
type Rollups struct {
	index  [indexSize]int16 // by the key's hash, the row's number plus 1; beside it when that place is taken
	seed   uint64
	rows   []row
	blocks blocks
	perIP  [ipBuckets]uint8
	last   [lastNumbers]lastNumber
	// Overflowed and Coarse count, since the start, requests in overflow rows and sketches kept small for want of room.
	Overflowed, Coarse uint64
	requests           uint64 // in rows now
}

// lastNumber is the last id that a caller asked for at an endpoint, to tell neighbours by.
type lastNumber struct{ tag, number uint64 }

// neighbourhood is how far apart two ids are neighbours.
const neighbourhood = 16

// NewRollups makes an empty table.
func NewRollups() *Rollups {
	return &Rollups{seed: rand.Uint64(), rows: make([]row, 0, maxRows), blocks: newBlocks(maxBlocks)}
}

// Reset empties the table for the next report.
func (r *Rollups) Reset() {
	clear(r.index[:])
	r.rows, r.blocks.used, r.requests = r.rows[:0], 0, 0
	clear(r.perIP[:])
}

// Crowded says that the table is half full: soon callers would be summed together.
func (r *Rollups) Crowded() bool { return len(r.rows) >= maxRows/2 }

// Len is the number of rows.
func (r *Rollups) Len() int { return len(r.rows) }

// Add sums one request. It always finds a row.
func (r *Rollups) Add(s *Sample) {
	row := r.row(s)
	r.requests++
	row.requests++
	row.requestBytes += s.RequestBytes
	row.responseBytes += s.ResponseBytes
	row.latency[latencyBucket(s.Nanos)]++
	if s.Object != 0 && !row.objects.add(s.Object, &r.blocks) {
		r.Coarse++
	}
	for _, o := range s.Objects {
		if !row.objects.add(o, &r.blocks) {
			r.Coarse++
		}
	}
	if s.Caller.Account != 0 && !row.accounts.add(s.Caller.Account, &r.blocks) {
		r.Coarse++
	}
	if s.Query != 0 && !row.queries.add(s.Query, &r.blocks) {
		r.Coarse++
	}
	if s.Foreign {
		row.foreign++
	}
	if s.NewFields {
		row.newFields++
	}
	if s.Number != 0 && r.neighbour(s) {
		row.neighbours++
	}
}

// row finds the row for a request: its own, else one that sums its address's callers, else one for its endpoint and
// outcome, else one for its outcome.
func (r *Rollups) row(s *Sample) *row {
	key := rowKey{caller: s.Caller, endpoint: s.Endpoint, outcome: s.Outcome}
	if row := r.find(&key); row != nil {
		return row
	}
	bucket := &r.perIP[mix(ipWord(&s.Caller))%ipBuckets]
	if *bucket >= rowsPerIP {
		c := Caller{IP: s.Caller.IP, IPLen: s.Caller.IPLen, IPHash: s.Caller.IPHash}
		key = rowKey{caller: c, endpoint: s.Endpoint, outcome: s.Outcome}
		if row := r.find(&key); row != nil {
			return row
		}
	} else {
		*bucket++
	}
	if len(r.rows) < maxRows-spareRows && *bucket < rowsPerIP+rowsPerIP/2 {
		if *bucket >= rowsPerIP {
			*bucket++
		}
		return r.insert(key)
	}
	return r.overflow(s)
}

func (r *Rollups) overflow(s *Sample) *row {
	r.Overflowed++
	key := rowKey{endpoint: s.Endpoint, outcome: s.Outcome, overflow: true}
	if row := r.find(&key); row != nil {
		return row
	}
	if len(r.rows) < maxRows-outcomes {
		return r.insert(key)
	}
	key.endpoint = 0
	if row := r.find(&key); row != nil {
		return row
	}
	return r.insert(key)
}

// find gives a key's row, or nil.
func (r *Rollups) find(key *rowKey) *row {
	for at := r.hash(key); ; at++ {
		n := r.index[at%indexSize]
		if n == 0 {
			return nil
		}
		if row := &r.rows[n-1]; row.key == *key {
			return row
		}
	}
}

// hash is where a key's row is looked for first. Its fields are keyed hashes but for the address, which the seed mixes.
func (r *Rollups) hash(k *rowKey) uint64 {
	c := &k.caller
	h := r.seed ^ binary.LittleEndian.Uint64(c.IP[:]) ^ mix(binary.LittleEndian.Uint64(c.IP[8:])+c.IPHash)
	h = mix(h) ^ c.Key ^ c.Subject<<1 ^ c.Session<<2 ^ c.Fingerprint<<3 ^ c.Account<<4 ^ c.Credential<<5
	return mix(h ^ k.endpoint*0x9e3779b97f4a7c15 ^ uint64(k.outcome))
}

func (r *Rollups) insert(key rowKey) *row {
	at := r.hash(&key)
	for r.index[at%indexSize] != 0 {
		at++
	}
	r.index[at%indexSize] = int16(len(r.rows) + 1)
	r.rows = append(r.rows, row{key: key})
	return &r.rows[len(r.rows)-1]
}

func (r *Rollups) neighbour(s *Sample) bool {
	c := &s.Caller
	tag := mix(ipWord(c) ^ mix(c.Subject^mix(c.Key^mix(c.Session^s.Endpoint))))
	l := &r.last[tag%lastNumbers]
	was := *l
	*l = lastNumber{tag: tag, number: s.Number}
	if was.tag != tag || was.number == s.Number {
		return false
	}
	return max(was.number, s.Number)-min(was.number, s.Number) <= neighbourhood
}

func latencyBucket(nanos uint64) int {
	b := 0
	for limit := uint64(128_000); nanos >= limit && b < latencyBuckets-1; limit *= 2 {
		b++
	}
	return b
}

// ipWord folds a caller's address into a word.
func ipWord(c *Caller) uint64 {
	w := c.IPHash
	for _, b := range c.IP[:c.IPLen] {
		w = w*0x100000001b3 ^ uint64(b)
	}
	return w
}

// mix is SplitMix64's finalizer.
func mix(x uint64) uint64 {
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}
