package controlplane

import (
	"context"
	"errors"
	"math"
	"strings"
)

// ErrConflict says that a key did not have the revision that a put or delete expected.
var ErrConflict = errors.New("revision conflict")

// AnyRevision as an expectation: whatever the key has now, also nothing.
const AnyRevision = math.MaxUint64

// Prefixes of the register's keys.
const (
	KeyDecision = "decision/" // + DecisionID: a Decision as JSON
	KeyPolicy   = "policy"    // the policy document as JSON
	KeyApplied  = "applied"   // the files that operators applied as the policy, as JSON
	KeyHash     = "hashkey"   // the secret of all hashes
	KeyWord     = "word/"     // + hash: a word that may be told
	// + the hash of a place in paths (identify.SlugPlace): a Slug as JSON. It is never changed or deleted.
	KeySlug  = "slug/"
	KeyAudit = "audit/" // + a sortable number: an AuditEntry as JSON
	// + requests a minute: a throttle class, whose index is its place in the order of these keys' revisions. It is put
	// before the first decision that uses it, and never changed or deleted.
	KeyThrottle = "throttle/"
)

// ValidKey says whether a register takes a key: of [-/_=.a-zA-Z0-9], with no dot at either end and no two in a row.
func ValidKey(key string) bool {
	ok := key != "" && key[0] != '.' && key[len(key)-1] != '.' && !strings.Contains(key, "..")
	return ok && strings.Trim(key, "-/_=.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// Entry is one key's last change.
type Entry struct {
	Key      string
	Value    []byte
	Revision uint64
	Deleted  bool
}

// Register keeps decisions and documents. Revisions are one total order over all keys. Keys are
// what ValidKey takes. It is safe for concurrent use.
type Register interface {
	// Epoch is drawn at random when the store is created, and never 0.
	Epoch() uint64
	// Put stores value and gives the revision of that change. expect is the key's revision before (0: it must not
	// exist, or be deleted; AnyRevision: whatever). ErrConflict says that it was another.
	Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error)
	// Delete removes the key, with expect as in Put, and gives the revision of that change. To delete what is missing is
	// a change too.
	Delete(ctx context.Context, key string, expect uint64) (uint64, error)
	// Watch calls each with every key's last entry (deleted ones may be left out), in order of revisions, then synced
	// once with the register's revision, then each with every key's latest change in order: a change may be left out when
	// a later one of the same key has come. It returns when ctx ends (nil) or when
	// each fails (its error). An entry may be told twice; each must not keep Value.
	Watch(ctx context.Context, each func(Entry) error, synced func(revision uint64)) error
}
