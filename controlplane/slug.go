package controlplane

import "time"

// Slug is a place in paths where words stand for values, as the names of tenants do in /t/acme/members: the segment behind a
// prefix. It was learned from how callers use it. All words are keyed hashes.
type Slug struct {
	Host   uint64   // the hash of a declared host, or 0
	Prefix []uint64 // of the segments before, the hash of a word, or 0 for {id}; at least one
	Words  []uint64 // the hashes of those that stay words, ascending
	// Values and Callers are how many distinct ones were seen when it was learned.
	Values, Callers int
	Learned         time.Time
}

// Bounds of slugs.
const (
	MaxSlugs     = 128 // in the register
	MaxSlugWords = 64  // Slug.Words
)
