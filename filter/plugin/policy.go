package plugin

import (
	"encoding/binary"
	"strconv"

	"picket/filter/enforce"
	"picket/filter/proxywasm"
	"picket/proto/wire"
)

// blob is a policy's bytes where they are, to be read in pieces. What read gives lives until the next read.
type blob struct {
	size   int
	read   func(at, n int) []byte
	shared bool // another thread may write over it while it is read
}

// maxHead is how long a policy may be before its decisions: settings with many endpoints.
const maxHead = 8 << 20

// pushed takes a policy that came over xDS. An empty one is Envoy's default configuration, which replaces nothing: the
// last good policy stays.
func (w *worker) pushed(size int) {
	if size == 0 {
		return
	}
	b := blob{size: size, read: func(at, n int) []byte {
		proxywasm.Release()
		return proxywasm.Configuration(at, n)
	}}
	if w.take(b, "configure") {
		w.share(b)
	}
}

// take puts a policy in force, or says in the next receipt why not. It reports whether the policy is now in force. A
// policy that is not newer than the one in force is passed over.
func (w *worker) take(b blob, source string) bool {
	head, err := readHead(b)
	if err == nil {
		if head.Epoch == w.at.Epoch && head.Revision <= w.at.PolicyRevision {
			w.recalled(b, &head)
			return false
		}
		if head.Epoch == w.at.Epoch && head.Revision <= w.base { // a snapshot was faster
			w.at.PolicyRevision, w.at.PolicyError, w.dirty = head.Revision, "", true
			return true
		}
		err = verify(b, &head)
	}
	if err == nil {
		err = w.load(b, &head)
	}
	if err != nil {
		w.totals().RejectedPolicies++
		w.at.PolicyError = err.Error()
		w.dirty = true
		return false
	}
	w.inForce(&head, source)
	return true
}

// recalled takes back the complaint about a broken policy when the one in force comes again in its place.
func (w *worker) recalled(b blob, head *wire.PolicyHead) {
	if w.at.PolicyError != "" && head.Revision == w.at.PolicyRevision && verify(b, head) == nil {
		w.at.PolicyError, w.dirty = "", true
	}
}

type policyError string

func (e policyError) Error() string { return string(e) }

const (
	errOrder   policyError = "decisions are not whole records in order"
	errShort   policyError = "policy is shorter than it says"
	errHead    policyError = "settings are too long"
	errEpoch   policyError = "policy has no epoch"
	errChanged policyError = "policy changed while it was read"
)

func readHead(b blob) (wire.PolicyHead, error) {
	for n := proxywasm.PieceSize; ; n *= 4 {
		head, err := wire.ReadPolicyHead(b.read(0, min(n, b.size)), b.size)
		if err == wire.ErrNeedMore && n < b.size {
			if n >= maxHead {
				return head, errHead
			}
			continue
		}
		if err == nil && head.Epoch == 0 {
			err = errEpoch
		}
		return head, err
	}
}

// verify reads the whole policy once: its checksum, and the order of its decisions.
func verify(b blob, head *wire.PolicyHead) error {
	sum := wire.NewChecksum()
	var order enforce.Order
	err := b.pieces(0, b.size, func(at int, piece []byte) {
		sum.Add(piece)
		if from := max(head.Offset-at, 0); from < len(piece) {
			order.Add(piece[from:])
		}
	})
	switch {
	case err != nil:
		return err
	case !order.OK():
		return errOrder
	}
	return sum.Verify()
}

// load reads the decisions into the table, which has memory for one policy only.
func (w *worker) load(b blob, head *wire.PolicyHead) error {
	w.table.Load(head.Length / enforce.RecordSize)
	err := b.pieces(head.Offset, head.Length, func(at int, piece []byte) { w.table.Write(at-head.Offset, piece) })
	if err == nil && b.shared {
		err = b.unchanged(head, w.table)
	}
	if err != nil {
		w.table.Reset()
		return errChanged
	}
	prefixes := enforce.Prefixes{V4: head.PrefixesV4}
	copy(prefixes.V6[:], head.PrefixesV6)
	w.table.Commit(prefixes)
	return nil
}

// unchanged verifies the policy once more, with the decisions as they were loaded.
func (b blob) unchanged(head *wire.PolicyHead, table *enforce.Table) error {
	sum := wire.NewChecksum()
	if err := b.pieces(0, head.Offset, func(_ int, piece []byte) { sum.Add(piece) }); err != nil {
		return err
	}
	table.Read(sum.Add)
	return sum.Verify()
}

func (b blob) pieces(from, n int, f func(at int, piece []byte)) error {
	for end := from + n; from < end; {
		piece := b.read(from, min(proxywasm.PieceSize, end-from))
		if len(piece) == 0 || len(piece) > end-from {
			return errShort
		}
		f(from, piece)
		from += len(piece)
	}
	return nil
}

// inForce notes what has just come into force, and lays deltas that are newer over it again.
func (w *worker) inForce(head *wire.PolicyHead, source string) {
	if head.Epoch != w.at.Epoch || head.Revision > w.at.Revision {
		w.at.Revision = head.Revision
	}
	if head.Epoch != w.at.Epoch {
		w.deltas = nil
	}
	w.at.Epoch, w.at.PolicyRevision, w.at.PolicyError, w.at.Source = head.Epoch, head.Revision, "", source
	w.at.Resync = false
	if head.Settings != nil && head.Revision >= w.settingsRevision {
		w.set(head.Settings, head.Revision)
	}
	w.base = head.Revision
	w.relay(head.Revision)
	w.enforced()
}

// The policy in force is left in shared data for VMs that start later (after a panic), or that Envoy made beside this
// one (when the filter's file was replaced): a header, and the pieces. A reader that finds pieces of two policies, because
// one is just being written, sees it by the checksum, and looks again when the header changes.
const (
	sharedHeader = "picket.policy"
	headerSize   = 8 + 8 + 4
)

type shared struct {
	epoch, revision uint64
	size            uint32
}

func readShared() (h shared, version uint32, ok bool) {
	b, version, ok := proxywasm.Shared(sharedHeader)
	if !ok || len(b) != headerSize {
		return shared{}, version, false
	}
	return shared{
		epoch: binary.LittleEndian.Uint64(b), revision: binary.LittleEndian.Uint64(b[8:]),
		size: binary.LittleEndian.Uint32(b[16:]),
	}, version, true
}

func sharedPiece(i int) string { return sharedHeader + "." + strconv.Itoa(i) }

// share leaves the policy, unless another thread has left it already.
func (w *worker) share(b blob) {
	was, version, ok := readShared()
	if ok && was.epoch == w.at.Epoch && was.revision >= w.at.PolicyRevision {
		w.seen = was
		return
	}
	h := shared{epoch: w.at.Epoch, revision: w.at.PolicyRevision, size: uint32(b.size)}
	i := 0
	err := b.pieces(0, b.size, func(_ int, piece []byte) {
		proxywasm.SetShared(sharedPiece(i), piece, 0)
		i++
	})
	if err != nil {
		return
	}
	var buf [headerSize]byte
	v := binary.LittleEndian.AppendUint64(buf[:0], h.epoch)
	v = binary.LittleEndian.AppendUint64(v, h.revision)
	v = binary.LittleEndian.AppendUint32(v, h.size)
	proxywasm.SetShared(sharedHeader, v, version)
	w.seen = h
}

// lookShared takes a policy that another VM has left, when it is another than the last time it looked.
func (w *worker) lookShared() {
	h, _, ok := readShared()
	if !ok || h == w.seen {
		return
	}
	w.seen = h
	if h.epoch == w.at.Epoch && h.revision <= w.at.PolicyRevision {
		return
	}
	w.take(blob{shared: true, size: int(h.size), read: func(at, n int) []byte {
		proxywasm.Release()
		v, _, _ := proxywasm.Shared(sharedPiece(at / proxywasm.PieceSize))
		from := min(at%proxywasm.PieceSize, len(v))
		return v[from:min(from+n, len(v))]
	}}, "shared")
}
