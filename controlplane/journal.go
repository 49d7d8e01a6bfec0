package controlplane

import (
	"context"
	"errors"
	"time"
)

// ErrFenced says that a term has ended: another replica owns the partition, or nobody does.
var ErrFenced = errors.New("partition is no longer owned")

// Everyone as a partition: what every replica follows and none owns.
const Everyone = -1

// MaxEntry is the largest entry of a journal, in bytes.
const MaxEntry = 8<<20 - 4<<10

// JournalEntry is what is to be appended.
type JournalEntry struct {
	Partition int // 0 to Journal.Partitions()-1, or Everyone
	// ID tells one entry from another; an entry that comes again within half a minute may be dropped. "": it never is.
	ID   string
	Data []byte // 1 to MaxEntry bytes
}

// JournalMessage is an entry as the journal has it.
type JournalMessage struct {
	Partition int
	// Sequence rises within a partition, with gaps.
	Sequence uint64
	// At is when the journal took it, by the journal's clock.
	At   time.Time
	Data []byte // not to be changed
	// Replayed says that it was read from what was there already, for the sake of what follows.
	Replayed bool
	// Settled says that an earlier term folded it and acted on it. Some that were acted on may not be marked.
	Settled bool
}

// Coverage is what a journal still has.
type Coverage struct {
	From     time.Time // of its oldest entry; zero: it has none
	Entries  uint64
	Bytes    uint64
	MaxBytes uint64
	// Dropped counts the entries that went for want of room, before their age was over, since the journal was opened.
	Dropped uint64
}

// Term is one replica's time as the owner of one partition.
type Term interface {
	Partition() int
	// Fence proves that the term goes on, as far as that can be: it gives ErrFenced once another term has begun. A folder
	// asks it before it does what others see, in Fold or beside it.
	Fence(ctx context.Context) error
}

// Folder folds one partition during one term. Its methods are never called at the same time. ctx ends with the owner.
type Folder interface {
	// Fold takes the next message. All of a partition come, once each, in order of their sequence, from the beginning of
	// the replay on. A message is settled once Fold returned, and a folder's Acted() uint64, where it has one, reached it.
	Fold(ctx context.Context, m JournalMessage)
	// Live says that everything that was there when the term began is folded. It is called once.
	Live()
	// End says that nothing more comes; another term begins anew.
	End()
}

// Journal keeps what happened, partitioned, for a bounded time and size; the oldest goes first. It is safe for concurrent
// use.
type Journal interface {
	// Partitions is how many there are, the same on every replica.
	Partitions() int
	// Append keeps the entries, in their order within each partition. It returns nil once all are kept; on an error some
	// may be.
	Append(ctx context.Context, entries ...JournalEntry) error
	// Read calls each with every message since from that is there now, of all partitions and Everyone's, each partition in
	// order. It returns each's error.
	Read(ctx context.Context, from time.Time, each func(JournalMessage) error) error
	// Follow calls each with Everyone's messages since from, then live once, then each with what comes. It returns when
	// ctx ends (nil).
	Follow(ctx context.Context, from time.Time, each func(JournalMessage), live func()) error
	// Own offers to own partitions until ctx ends. The journal shares them out among all who offer; each is owned by one
	// at a time, but for moments, which Term.Fence is for. begin is called at the start of each term; the folder is then
	// told the last messages, as old as replay says, and what comes. It returns nil when ctx ends, the partitions released.
	Own(ctx context.Context, replay time.Duration, begin func(Term) Folder) error
	// Coverage says what is there.
	Coverage(ctx context.Context) (Coverage, error)
}

// Shape is an endpoint as a filter introduces it: the words of its path are hashes, and 0 stands for {id}.
type Shape struct {
	ID        EndpointID
	Method    string
	Host      uint64 // the hash of a declared host, or 0
	Segments  []uint64
	Truncated bool
}

// Batch is what one report of one worker brought, checked.
type Batch struct {
	Node     Node
	Instance uint64
	Worker   uint32
	// Sequence numbers the instance's reports. One that comes again has the same.
	Sequence   uint64
	Start, End time.Time
	Endpoints  []Shape
	Rollups    []Rollup
	Findings   []Finding
}
