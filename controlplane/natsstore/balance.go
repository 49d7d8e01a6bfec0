package natsstore

import (
	"context"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	membersSubject = "picket.journal.members"
	balanceEvery   = time.Second
	answerWithin   = 250 * time.Millisecond
	shedAtOnce     = 4
	// knowsBundles stands in an answer behind a byte for each partition; that of a replica that knows entries of one report only
	// ends there, and it does not look further either.
	knowsBundles = 1
)

// Together tells whether all replicas that answer know entries of several reports. Of an external server's it is not known at
// first, so that replicas of two versions lose nothing to each other.
func (j *Journal) Together() bool { return j.s.server != nil || j.together.Load() }

// balance releases what is beyond this replica's fair share, a few partitions each second, and wakes those that nobody
// owns. Each replica decides by itself: a wrong count is only one more hand-over.
func (j *Journal) balance(ctx context.Context, owners []*owner) {
	answer, err := j.s.conn.Subscribe(membersSubject, func(m *nats.Msg) { _ = m.Respond(append(owned(owners), knowsBundles)) })
	if err != nil {
		j.s.o.Log.Error("replicas cannot find each other", "error", err)
		return
	}
	defer func() { _ = answer.Unsubscribe() }()
	for ctx.Err() == nil {
		wait(ctx, balanceEvery)
		j.balanceOnce(ctx, owners)
	}
}

func (j *Journal) balanceOnce(ctx context.Context, owners []*owner) {
	members := j.members(ctx)
	if len(members) == 0 {
		return
	}
	j.together.Store(!slices.ContainsFunc(members, func(answer []byte) bool { return len(answer) <= len(owners) }))
	fair := (len(owners) + len(members) - 1) / len(members)
	excess := min(shedAtOnce, count(owned(owners))-fair)
	for p, o := range owners {
		if excess > 0 && o.owned.Load() {
			excess--
			o.release()
		}
		if orphan(members, p) {
			j.tick(ctx, p)
		}
	}
}

// release asks the fold to hand the partition over, and the pulls to rest.
func (o *owner) release() {
	o.rests.Store(true)
	select {
	case o.shed <- struct{}{}:
	default:
	}
}

// owned gives one byte for each partition: 1 for those that this replica owns.
func owned(owners []*owner) []byte {
	out := make([]byte, len(owners))
	for p, o := range owners {
		if o.owned.Load() {
			out[p] = 1
		}
	}
	return out
}

func count(owned []byte) (n int) {
	for _, b := range owned {
		n += int(b)
	}
	return n
}

// orphan says that none of the members owns a partition.
func orphan(members [][]byte, p int) bool {
	for _, owned := range members {
		if p < len(owned) && owned[p] == 1 {
			return false
		}
	}
	return true
}

// members asks all replicas what they own, this one among them, and what they know.
func (j *Journal) members(ctx context.Context) (all [][]byte) {
	inbox := j.s.conn.NewRespInbox()
	answers, err := j.s.conn.SubscribeSync(inbox)
	if err != nil {
		return nil
	}
	defer func() { _ = answers.Unsubscribe() }()
	if j.s.conn.PublishRequest(membersSubject, inbox, nil) != nil {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, answerWithin)
	defer stop()
	for {
		m, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			return all
		}
		all = append(all, m.Data)
	}
}
