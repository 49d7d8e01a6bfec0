package report

// Outbox keeps sequenced reports until they are acknowledged, so that the next stream can send them again byte for
// byte.
type Outbox struct {
	sent []outgoing
	free [][]byte
	size int
	seq  uint64
}

type outgoing struct {
	seq  uint64
	body []byte
}

// Limits on what is unacknowledged. Beyond them nothing new is sent and the filter goes on summing.
const (
	maxUnacknowledged      = 16
	maxUnacknowledgedBytes = 1 << 20
)

// Room says whether one more report may be sent.
func (o *Outbox) Room() bool {
	return len(o.sent) < maxUnacknowledged && o.size < maxUnacknowledgedBytes
}

// Next is the sequence number of the report that Push will take.
func (o *Outbox) Next() uint64 { return o.seq + 1 }

// Buffer gives an empty buffer to write a report into; Push takes it over.
func (o *Outbox) Buffer() []byte {
	if n := len(o.free); n > 0 {
		b := o.free[n-1]
		o.free = o.free[:n-1]
		return b[:0]
	}
	return make([]byte, 0, 4<<10)
}

// Push keeps a report whose sequence number is Next.
func (o *Outbox) Push(body []byte) {
	o.seq++
	o.size += len(body)
	o.sent = append(o.sent, outgoing{seq: o.seq, body: body})
}

// Acknowledge forgets all reports up to seq.
func (o *Outbox) Acknowledge(seq uint64) {
	n := 0
	for n < len(o.sent) && o.sent[n].seq <= seq {
		o.size -= len(o.sent[n].body)
		if len(o.free) < maxUnacknowledged {
			o.free = append(o.free, o.sent[n].body)
		}
		n++
	}
	o.sent = o.sent[:copy(o.sent, o.sent[n:])]
}

// Each calls f with every unacknowledged report, oldest first, until f gives false.
func (o *Outbox) Each(f func(body []byte) bool) {
	for _, s := range o.sent {
		if !f(s.body) {
			return
		}
	}
}

// Len is the number of unacknowledged reports.
func (o *Outbox) Len() int { return len(o.sent) }
