package plugin

import (
	"encoding/binary"
	"math/rand/v2"

	sdk "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

	"picket/filter/proxywasm"
	"picket/proto/wire"
)

// signals is the worker's stream to the control plane.
type signals struct {
	instance, started uint64
	ordinal           uint32 // 0: not drawn yet
	stream            uint32 // 0: closed
	retryAt, backoff  uint64 // nanoseconds
	lastSent          uint64
	lastReport        uint64
	pace              uint64 // how long the control plane asks to sum at least, in nanoseconds
	buf               []byte
	directive         wire.Directive
}

// Back-off between attempts to open the stream, and how often a worker says that it lives; nanoseconds.
const (
	minBackoff = 100e6
	maxBackoff = 5e9
	heartbeat  = 1e9
)

// maxPace is the longest that a control plane has a worker sum, in milliseconds.
const maxPace = 1000

const (
	sharedKey     = "picket.key"
	sharedOrdinal = "picket.workers"
)

// tick is where everything happens that is not a request.
func (w *worker) tick(r *root) {
	if w.owner == nil {
		w.owner = r
	}
	if w.owner != r {
		return
	}
	now := proxywasm.Now()
	w.lookShared()
	w.lookKey()
	w.countLongLived(now)
	w.releaseOverdue(now)
	w.samples = samples{}
	w.metrics.update(w)
	if w.signals.stream == 0 && !w.open(now) {
		return
	}
	if w.hasNews() && w.reporter.Outbox.Room() && w.due(now) {
		w.report(now)
	}
	if w.dirty || now >= w.signals.lastSent+heartbeat {
		w.tell(now, nil)
	}
}

// hasNews says whether there is something to report. Totals alone wait for a key, with which the rest comes.
func (w *worker) hasNews() bool { return w.reporter.Pending() || w.key != nil && w.reporter.Untold() }

func (w *worker) report(now uint64) {
	w.signals.lastReport = now
	w.send(w.reporter.Build(now, w.keyID(), w.receipt()), now)
	w.dirty = false
}

// due says whether it is time for a report, or will be before half of the time until the next tick is over: ticks come
// a little early or late, and a report must not wait a whole one more for that. A table that fills is told of sooner than the
// control plane asks.
func (w *worker) due(now uint64) bool {
	interval := w.settings.interval
	if !w.reporter.Rollups.Crowded() {
		interval = max(interval, w.signals.pace)
	}
	return now+uint64(w.static.tick)*1e6/2 >= w.signals.lastReport+interval
}

// open opens the stream when it is time: hello first, then every report that was not acknowledged, as it was.
func (w *worker) open(now uint64) bool {
	s := &w.signals
	if now < s.retryAt {
		return false
	}
	id, ok := proxywasm.OpenStream(w.static.cluster, "picket.v1.Signals", "Stream")
	if !ok {
		w.retryLater(now)
		return false
	}
	s.stream = id
	w.reporter.Reopened()
	w.tell(now, w.hello())
	w.reporter.Outbox.Each(func(body []byte) bool {
		w.totals().Resent++
		w.send(body, now)
		return s.stream != 0
	})
	return s.stream != 0
}

func (w *worker) hello() *wire.Hello {
	if w.signals.ordinal == 0 {
		w.signals.ordinal = drawOrdinal()
	}
	return &wire.Hello{
		NodeID: string(proxywasm.Property("xds\x00node\x00id")), Cluster: string(proxywasm.Property("xds\x00node\x00cluster")),
		FilterVersion: Version, Protocol: protocol, Instance: w.signals.instance, Worker: w.signals.ordinal,
		Workers: w.static.workers, StartedUnixNano: w.signals.started,
	}
}

// drawOrdinal counts the instances of this Envoy process in shared data.
func drawOrdinal() uint32 {
	for range 64 {
		b, version, _ := proxywasm.Shared(sharedOrdinal)
		n := uint32(1)
		if len(b) == 4 {
			n = binary.LittleEndian.Uint32(b) + 1
		}
		var buf [4]byte
		if proxywasm.SetShared(sharedOrdinal, binary.LittleEndian.AppendUint32(buf[:0], n), version) {
			return n
		}
	}
	return 0
}

// tell sends a message that does not count: hello, a receipt, a sign of life.
func (w *worker) tell(now uint64, hello *wire.Hello) {
	b := w.signals.buf[:0]
	if hello != nil {
		b = wire.AppendHello(b, hello)
	}
	b = wire.AppendHeader(b, 0, now, now, w.keyID())
	b = wire.AppendReceipt(b, w.receipt())
	w.signals.buf = b
	w.dirty = false
	w.send(b, now)
}

func (w *worker) send(b []byte, now uint64) {
	if w.signals.stream == 0 {
		return
	}
	w.signals.lastSent = now
	if !proxywasm.Send(w.signals.stream, b) {
		w.totals().HostErrors++
		w.signals.closeStream()
		w.retryLater(now)
	}
}

func (s *signals) closeStream() {
	if s.stream != 0 {
		proxywasm.CloseStream(s.stream)
		s.stream = 0
	}
}

// retryLater waits twice as long as the last time, and a random part less, so that a fleet does not come back at once.
func (w *worker) retryLater(now uint64) {
	s := &w.signals
	s.backoff = min(max(2*s.backoff, minBackoff), maxBackoff)
	s.retryAt = now + s.backoff/2 + rand.Uint64N(s.backoff/2)
}

// Close handles the stream's end. Envoy tells of streams that were never opened, too.
func (w *worker) Close(stream, _ uint32) {
	if stream == 0 || stream != w.signals.stream {
		return
	}
	w.signals.stream, w.signals.pace = 0, 0
	w.retryLater(proxywasm.Now())
}

// Receive handles a directive. What it puts in force is told at once.
func (w *worker) Receive(stream uint32, message []byte) {
	d := &w.signals.directive
	if stream != w.signals.stream {
		return
	}
	if err := d.Decode(message); err != nil {
		w.totals().HostErrors++
		return
	}
	w.signals.backoff = 0
	if d.Refused != "" {
		sdk.LogError("picket: the control plane refuses this filter: " + d.Refused)
		w.signals.backoff = maxBackoff
	}
	w.reporter.Outbox.Acknowledge(d.Acknowledged)
	if d.PaceMS > 0 {
		w.signals.pace = uint64(min(d.PaceMS, maxPace)) * 1e6
	}
	if d.Keys != nil {
		w.use(d.Keys.ID, d.Keys.Key)
		w.shareKey()
	}
	for i := range d.Deltas {
		w.apply(&d.Deltas[i])
	}
	w.reporter.Reveal(d.Reveal)
	w.takeShares(d.Shares)
	if w.dirty {
		w.tell(proxywasm.Now(), nil)
	}
}

func (w *worker) keyID() uint32 {
	if w.key == nil {
		return 0
	}
	return w.key.ID
}

// shareKey leaves the hash key for VMs that start later, so that they need not wait for the control plane.
func (w *worker) shareKey() {
	d := w.signals.directive.Keys
	if w.key == nil || len(d.Key) != 16 {
		return
	}
	b := binary.LittleEndian.AppendUint32(w.keyBytes[:0], d.ID)
	b = append(b, d.Key...)
	if was, _, ok := proxywasm.Shared(sharedKey); !ok || string(was) != string(b) {
		proxywasm.SetShared(sharedKey, b, 0)
	}
}

// lookKey takes the hash key that another VM left, while this one has none.
func (w *worker) lookKey() {
	if w.key != nil {
		return
	}
	if b, _, ok := proxywasm.Shared(sharedKey); ok && len(b) == 20 {
		w.use(binary.LittleEndian.Uint32(b), b[4:])
	}
}
