package controlplane

import (
	"context"
	"errors"
	"math"
)

// ErrConflict says that a key did not have the revision that a put or delete expected.
var ErrConflict = errors.New("revision conflict")

// AnyRevision as an expectation: whatever the key has now, also nothing.
const AnyRevision = math.MaxUint64

// Prefixes of the register's keys.
const (
	KeyDecision = "decision/" // + DecisionID: a Decision as JSON
	KeyPolicy   = "policy"    // the policy document as JSON
	KeyHash     = "hashkey"   // the secret of all hashes
	KeyWord     = "word/"     // + hash: a word that may be told
	KeyAudit    = "audit/"    // + a sortable number: an AuditEntry as JSON
)

// Entry is one key's last change.
type Entry struct {
	Key      string
	Value    []byte
	Revision uint64
	Deleted  bool
}

// Register keeps decisions and documents. Revisions are one total order over all keys. Keys are made of
// [-/_=.a-zA-Z0-9]. It is safe for concurrent use.
type Register interface {
	// Epoch is drawn at random when the store is created, and never 0.
	Epoch() uint64
	// Put stores value and gives the revision of that change. expect is the key's revision before (0: it must not
	// exist; AnyRevision: whatever). ErrConflict says that it was another.
	Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error)
	// Delete removes the key, with expect as in Put, and gives the revision of that change.
	Delete(ctx context.Context, key string, expect uint64) (uint64, error)
	// Watch calls each with every key's last entry (deleted ones may be left out), in order of revisions, then synced
	// once with the register's revision, then each with every change in order. It returns when ctx ends (nil) or when
	// each fails (its error). An entry may be told twice; each must not keep Value.
	Watch(ctx context.Context, each func(Entry) error, synced func(revision uint64)) error
}
