package natsstore

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"picket/controlplane"
)

const (
	ownGroup  = "own"
	pinHeader = "Nats-Pin-Id"

	// A pin goes to another client when its holder has not pulled for pinnedTTL, which must be well above the pulls' expiry;
	// one second is the least that the client library takes.
	pinnedTTL = 2 * time.Second
	pinExpiry = time.Second
	pinBeat   = 500 * time.Millisecond

	queued     = 1024             // messages between the delivery and the fold
	nearly     = 64               // how many messages behind the fold is when deliveries are queued again
	stuckAfter = 10 * time.Second // a fold that makes no progress for so long loses its pin
	markEvery  = time.Second
	listenIn   = 200 * time.Millisecond // how often the stream is looked at while nothing is delivered
	leaveIn    = 2 * time.Second
	lookAtPin  = 500 * time.Millisecond
	forgetPin  = 10 * time.Second
	restAfter  = 3 * time.Second // after a release, so that another gets the partition
	// yieldFor is how long one who does not own leaves a consumer to its owner that did not answer: its new leader gives the
	// partition to whoever asks first, and the owner need not read a checkpoint.
	yieldFor = 1500 * time.Millisecond
)

// Own implements controlplane.Journal. The server gives each partition to one of those who offer.
func (j *Journal) Own(ctx context.Context, replay time.Duration, begin func(controlplane.Term) controlplane.Folder) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(j.s.closing, cancel)()
	var all sync.WaitGroup
	owners := make([]*owner, j.partitions)
	for p := range owners {
		o := &owner{
			j: j, partition: p, replay: replay, begin: begin,
			queue: make(chan delivery, queued), shed: make(chan struct{}, 1),
		}
		owners[p] = o
		all.Go(func() { o.run(ctx) })
	}
	all.Go(func() { j.watch(ctx) })
	if j.s.server == nil {
		all.Go(func() { j.balance(ctx, owners) })
	}
	all.Wait()
	return nil
}

// delivery is a message with the pin under which it came, and its number among those that the consumer delivered.
type delivery struct {
	pin      string
	number   uint64
	sequence uint64
	at       time.Time // when the journal took it
	came     time.Time // here
	message  controlplane.JournalMessage
}

// owner offers to own one partition. One goroutine takes what is delivered and never waits for the other, which folds: what
// does not fit between them is read from the stream. From then on nothing is queued until the fold has nearly caught up, or
// there would be a gap before each message in the queue, and each gap is a read of its own.
type owner struct {
	j         *Journal
	partition int
	replay    time.Duration
	begin     func(controlplane.Term) controlplane.Folder

	queue  chan delivery
	shed   chan struct{}            // buffered by one: release the partition
	newest atomic.Pointer[delivery] // without its data
	moved  atomic.Int64             // when the fold last made progress, in nanoseconds since the Unix epoch
	behind atomic.Bool              // deliveries are not queued
	deaf   atomic.Bool              // the consumer does not answer
	owned  atomic.Bool
	rests  atomic.Bool // no pulls for a while

	last atomic.Uint64 // sequence that was folded last

	// The fold's alone.
	folder  controlplane.Folder // nil: nothing is folded yet
	number  uint64              // of the last delivery
	live    bool                // the folder knows that it is
	settled uint64              // sequence up to which another folded

	marking sync.Mutex // one mark at a time; it is held while the server is asked
	fence   uint64     // sequence of our last mark
	told    uint64     // sequence up to which our last mark says that we folded

	mu     sync.Mutex
	pin    string    // under which the term goes on; "": none does
	over   string    // a pin that was lost, or that the server did not confirm
	overAt time.Time // when that was looked at last
	acting acting    // the folder, where it acts beside the fold; nil: it does not
}

// Partition implements controlplane.Term.
func (o *owner) Partition() int { return o.partition }

func (o *owner) run(ctx context.Context) {
	var pulls sync.WaitGroup
	pulls.Go(func() { o.pull(ctx) })
	tick, listen := time.NewTicker(markEvery), time.NewTicker(listenIn)
	defer tick.Stop()
	defer listen.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case d := <-o.queue:
			o.take(ctx, d)
			o.catchUp(ctx)
		case <-o.shed:
			o.leave(ctx)
		case <-tick.C:
			o.catchUp(ctx)
			o.settle(ctx)
		case <-listen.C:
			o.listen(ctx)
		}
		o.finish()
	}
	pulls.Wait()
	o.leave(context.WithoutCancel(ctx))
}

// tick appends an entry that says nothing: a pin is given only with a message, so that a partition to which nothing comes
// has no owner.
func (j *Journal) tick(ctx context.Context, partition int) {
	_ = again(ctx, func(ctx context.Context) error { // the next message does it too
		_, err := j.s.js.Publish(ctx, subjectOf(partition), nil)
		return err
	})
}

// pull keeps pulls going until ctx ends. The consumer lives in the server's memory, and is made anew when it is gone.
func (o *owner) pull(ctx context.Context) {
	for ctx.Err() == nil {
		err := o.pullOnce(ctx)
		if err != nil && ctx.Err() == nil {
			o.j.s.o.Log.Debug("pulls of a partition ended", "partition", o.partition, "error", err)
		}
		if o.rests.Load() {
			wait(ctx, restAfter)
			o.rests.Store(false)
			continue
		}
		if silent(err) && !o.owned.Load() {
			wait(ctx, yieldFor)
		}
		wait(ctx, callAgain)
	}
}

var (
	errRests = errors.New("partition was released")
	errPulls = errors.New("pulls were closed")
)

func (o *owner) pullOnce(ctx context.Context) error {
	consumer, err := o.consumer(ctx)
	if err != nil {
		return err
	}
	broken := make(chan error, 1)
	c, err := consumer.Consume(func(m jetstream.Msg) { o.deliver(ctx, m) },
		jetstream.PullPriorityGroup(ownGroup), jetstream.PullExpiry(pinExpiry), jetstream.PullHeartbeat(pinBeat), jetstream.PullMaxMessages(64),
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
			o.deaf.Store(o.deaf.Load() || silent(err))
			if gone(err) || silent(err) && !o.owned.Load() {
				offer(broken, err)
			}
		}))
	if err != nil {
		return err
	}
	defer func() { c.Stop(); <-c.Closed() }()
	o.j.tick(ctx, o.partition)
	check := time.NewTicker(callAgain)
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-broken:
			return err
		case <-c.Closed():
			return errPulls
		case <-check.C:
			if o.rests.Load() {
				return errRests
			}
		}
	}
}

func offer(c chan<- error, err error) {
	select {
	case c <- err:
	default:
	}
}

// gone tells errors after which the consumer may be there no more.
func gone(err error) bool {
	return errors.Is(err, jetstream.ErrConsumerDeleted) || errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, nats.ErrNoResponders)
}

// silent tells errors that say that nothing may be delivered for a while.
func silent(err error) bool { return gone(err) || errors.Is(err, jetstream.ErrNoHeartbeat) }

func (o *owner) name() string { return "part-" + strconv.Itoa(o.partition) }

func (o *owner) consumer(ctx context.Context) (c jetstream.Consumer, err error) {
	err = again(ctx, func(ctx context.Context) error {
		c, err = o.j.stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
			Durable: o.name(), FilterSubject: subjectOf(o.partition), AckPolicy: jetstream.AckNonePolicy,
			DeliverPolicy:  jetstream.DeliverNewPolicy, // what was before is read from the stream
			PriorityPolicy: jetstream.PriorityPolicyPinned, PriorityGroups: []string{ownGroup}, PinnedTTL: pinnedTTL,
			MaxWaiting: 512, MemoryStorage: true,
		})
		return err
	})
	return c, err
}

// deliver hands a message to the fold, or lets it read it later. Only a fold that hangs makes it wait: then the pulls stop,
// and the pin goes to another.
func (o *owner) deliver(ctx context.Context, m jetstream.Msg) {
	message, number, ok := message(m)
	if !ok {
		return
	}
	o.deaf.Store(false)
	d := delivery{pin: m.Headers().Get(pinHeader), number: number, sequence: message.Sequence, at: message.At, came: time.Now()}
	full := d
	full.message = message
	if !o.behind.Load() {
		select {
		case o.queue <- full:
			o.newest.Store(&d) // only now: what is in the queue is not read from the stream
			return
		default:
			o.behind.Store(true)
		}
	}
	o.newest.Store(&d)
	o.j.metrics.missed.Inc()
	if time.Since(time.Unix(0, o.moved.Load())) < stuckAfter {
		return
	}
	select {
	case o.queue <- full:
	case <-ctx.Done():
	}
}

// take folds the next delivery, and before it whatever of the stream was not folded yet.
func (o *owner) take(ctx context.Context, d delivery) {
	if o.isOver(d) {
		return
	}
	pin := o.held()
	whole := d.pin == pin && d.number == o.number+1
	if d.pin != pin && !o.enter(ctx, d.pin) {
		return
	}
	if !whole && !o.read(ctx, d, d.sequence-1) {
		return
	}
	o.number = d.number
	o.goLive()
	if d.sequence > o.last.Load() {
		o.fold(ctx, d.message)
	}
}

// catchUp folds what was delivered and did not fit in the queue.
func (o *owner) catchUp(ctx context.Context) {
	d := o.newest.Load()
	if len(o.queue) > 0 || d == nil || o.isOver(*d) {
		return
	}
	if d.pin == o.held() && d.sequence <= o.last.Load() {
		o.behind.Store(false)
		return
	}
	if d.pin != o.held() && !o.enter(ctx, d.pin) {
		return
	}
	for o.behind.Load() && d.sequence > o.last.Load()+nearly {
		if !o.read(ctx, *d, d.sequence) {
			return
		}
		if d = o.newest.Load(); d.pin != o.held() {
			return
		}
	}
	o.behind.Store(false) // before what is newest is looked at: what comes later is in the queue
	if d = o.newest.Load(); d.pin == o.held() && o.read(ctx, *d, d.sequence) {
		o.number = d.number
		o.goLive()
	}
}

// listen folds what the stream has while nothing is delivered: the consumer's leader died, and until there is another, which
// takes as long as an election or two, no other replica can be given the partition. Any server that has the stream answers. Were
// the pin another's all the same, our next mark would show it.
func (o *owner) listen(ctx context.Context) {
	for o.deaf.Load() && len(o.queue) == 0 && o.live && o.held() != "" && ctx.Err() == nil {
		call, stop := context.WithTimeout(ctx, storeWithin)
		m, err := o.j.stream.GetMsg(call, o.last.Load()+1, jetstream.WithGetMsgSubject(subjectOf(o.partition)))
		stop()
		if err != nil {
			return // there is none, or nobody answers: it is looked at again
		}
		o.j.metrics.listened.Inc()
		o.fold(ctx, controlplane.JournalMessage{Partition: o.partition, Sequence: m.Sequence, At: m.Time, Data: m.Data})
	}
}

// isOver tells whether a delivery came under a pin that was lost. That is looked at again while deliveries come: a server that
// has just taken over may not know yet whose the pin is.
func (o *owner) isOver(d delivery) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return d.pin == o.over && (time.Since(o.overAt) < lookAtPin || time.Since(d.came) > forgetPin)
}

// enter begins a term, or goes on with a fold that has not ended: it stands at o.last whoever was owner meanwhile.
func (o *owner) enter(ctx context.Context, pin string) bool {
	if !o.claim(ctx, pin) {
		return false
	}
	was := o.held()
	o.finish() // a term that was lost beside the fold
	if o.folder == nil {
		o.last.Store(0)
		o.live = false
		o.folder = o.begin(o)
		if f, ok := o.folder.(interface{ After() uint64 }); ok {
			o.last.Store(f.After()) // of a checkpoint; 0: there is none
		}
	}
	if !o.hold(was, pin) {
		return false
	}
	o.progress()
	if !o.owned.Swap(true) {
		o.j.metrics.owned.Inc()
	}
	o.j.metrics.terms.Inc()
	return true
}

// read folds what the stream has after o.last, up to a sequence; d was delivered, so that it is there. It tries again until
// it could, or ctx ends.
func (o *owner) read(ctx context.Context, d delivery, upTo uint64) bool {
	r := reader{j: o.j, subject: subjectOf(o.partition), after: o.last.Load(), from: time.Now().Add(-o.replay)}
	if d.at.Before(r.from) {
		r.from = d.at
	}
	for ctx.Err() == nil && o.held() != "" {
		if r.after >= upTo {
			return true
		}
		err := r.read(ctx, upTo, func(_ jetstream.Msg, m controlplane.JournalMessage) bool {
			if m.Sequence > upTo {
				return false
			}
			m.Replayed = true
			o.fold(ctx, m)
			return ctx.Err() == nil && o.held() != ""
		})
		if err == nil {
			o.last.Store(max(o.last.Load(), upTo)) // what was before is gone, or was a tick
			return o.held() != ""
		}
		o.j.readAgain(ctx, err)
		if o.j.evicted(ctx, d.sequence) {
			o.last.Store(upTo)
			return true
		}
	}
	return false
}

// goLive tells the folder once.
func (o *owner) goLive() {
	if o.folder != nil && !o.live {
		o.live = true
		o.folder.Live()
	}
}

func (o *owner) fold(ctx context.Context, m controlplane.JournalMessage) {
	m.Settled = m.Sequence <= o.settled
	if len(m.Data) > 0 {
		o.folder.Fold(ctx, m)
	}
	o.last.Store(m.Sequence) // where the term was lost meanwhile, the folder ends and the next one begins anew
	o.progress()
}

func (o *owner) progress() { o.moved.Store(time.Now().UnixNano()) }

// finish ends the fold of a term that was lost.
func (o *owner) finish() {
	if o.held() == "" && o.folder != nil {
		o.folder.End()
		o.folder = nil
	}
}

// leave hands the partition over, with what was found acted on as far as there is time for it.
func (o *owner) leave(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, leaveIn)
	defer stop()
	pin := o.held()
	if pin != "" {
		if f, ok := o.folder.(acting); ok {
			f.Drain(ctx)
		}
		_ = o.Fence(ctx) // it only saves the next owner from acting again
		o.lose(pin)
	}
	o.finish()
	if pin != "" && o.j.s.conn.IsConnected() {
		_ = o.j.stream.UnpinConsumer(ctx, o.name(), ownGroup) // else the pin runs out by itself
	}
}
