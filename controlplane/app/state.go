package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/controlplane/inventory"
	"picket/controlplane/journal"
	"picket/controlplane/memstore"
	"picket/controlplane/natsstore"
)

// external tells whether the state is kept by a NATS that others run.
func (o Options) external() bool { return strings.Contains(o.State, "://") }

// stateDir is the state's directory; "" where it has none.
func (o Options) stateDir() string {
	if o.State == Memory || o.external() {
		return ""
	}
	return o.State
}

func (o Options) checkState() error {
	switch {
	case o.State == "":
		return mistakef("--state: give a directory, memory, or nats://HOST:PORT")
	case o.external():
		for u := range strings.SplitSeq(o.State, ",") {
			if scheme, host, _ := strings.Cut(strings.TrimSpace(u), "://"); scheme != "nats" && scheme != "tls" || host == "" {
				return mistakef("--state %s: give a directory, memory, or nats://HOST:PORT", natsstore.Redacted(o.State))
			}
		}
	case o.StateCredentials != "" || o.StateCA != "" || o.StateCert != "" || o.StateKey != "":
		return mistakef("--state-creds, --state-ca, --state-cert and --state-key are for --state nats://HOST:PORT")
	}
	if (o.StateCert == "") != (o.StateKey == "") {
		return mistakef("--state-cert and --state-key go together: give both")
	}
	if o.JournalBytes != 0 && o.JournalBytes < minJournal {
		return mistakef("--journal-size: give %d MB or more", minJournal>>20)
	}
	return nil
}

const (
	// minJournal is the smallest journal that is of use: a few of the largest entries.
	minJournal     = 32 << 20
	defaultJournal = 4 << 30
)

// openState opens the register and the journal.
func (a *App) openState(ctx context.Context) error {
	if a.o.State == Memory {
		a.register = memstore.New()
		a.journal = memstore.NewJournal(memstore.JournalOptions{MaxBytes: a.o.JournalBytes, Log: a.log, Registerer: a.metrics})
		return nil
	}
	o := natsstore.Options{
		Credentials: a.o.StateCredentials, CA: a.o.StateCA, Cert: a.o.StateCert, Key: a.o.StateKey,
		Journal: natsstore.JournalOptions{MaxBytes: a.o.JournalBytes}, Log: a.log, Registerer: a.metrics,
	}
	if a.o.external() {
		o.URL = a.o.State
	} else {
		o.Dir = a.o.State
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return &Mistake{fmt.Sprintf("--state %s: it cannot be made (%s): give a directory that you may write to, or memory", o.Dir, why(err)), err}
		}
	}
	store, err := natsstore.Open(ctx, o)
	if err != nil {
		return stateError(err)
	}
	a.register, a.journal, a.flushed = store, store.Journal(), store.Journal().FlushedWithin()
	a.cleanup(store.Close)
	return nil
}

// Replaced says whether a Run ended because the external state was emptied or replaced meanwhile: a new App goes on with
// what is there now.
func Replaced(err error) bool { return errors.Is(err, natsstore.ErrReplaced) }

// stateError tells a person's mistakes from failures.
func stateError(err error) error {
	var used *natsstore.InUseError
	var cluster *natsstore.ClusterError
	switch {
	case errors.As(err, &used):
		return &Mistake{used.Error(), err}
	case errors.Is(err, natsstore.ErrNoServer):
		return &Mistake{natsstore.ErrNoServer.Error(), err}
	case errors.As(err, &cluster):
		return &Mistake{"--state: " + cluster.Error(), err}
	default:
		return fmt.Errorf("open state: %w", err)
	}
}

// store names the state for operators.
func (a *App) store() string {
	if a.o.external() {
		return natsstore.Redacted(a.o.State)
	}
	return a.o.State
}

// describeStore says where the state is, and what the journal has.
func (a *App) describeStore() string {
	if a.journal == nil {
		return a.store()
	}
	ctx, stop := context.WithTimeout(context.Background(), lookWithin)
	defer stop()
	c, err := a.journal.Coverage(ctx)
	if err != nil {
		return a.store() + ", whose journal does not answer"
	}
	return a.store() + ", " + covered(c, time.Now())
}

// covered says how much of the past a journal has.
func covered(c controlplane.Coverage, now time.Time) string {
	const mega = 1 << 20
	size := fmt.Sprintf("%d of %d MB", (c.Bytes+mega-1)/mega, c.MaxBytes/mega)
	if c.Entries == 0 {
		return "journal empty, " + size
	}
	text := fmt.Sprintf("journal covers the last %s, %s", controlplane.Lasting(now.Sub(c.From).Round(time.Second)), size)
	if c.Dropped > 0 {
		text += fmt.Sprintf(", %d oldest entries gone for want of room", c.Dropped)
	}
	return text
}

// newFold makes what puts reports into the journal and folds them.
func (a *App) newFold() *journal.Fold {
	checkpoints, _ := a.journal.(journal.Checkpoints) // both stores keep them
	return journal.New(journal.Options{
		Journal: a.journal, Checkpoints: checkpoints, CheckpointEvery: a.o.CheckpointEvery,
		Engine: func(decide func(context.Context, controlplane.Detection), r prometheus.Registerer) journal.Engine {
			return observing{a.newDetector(decide, r), a.decider.Share()}
		},
		Decide: func(ctx context.Context, d controlplane.Detection) error {
			_, _, err := a.decider.Detect(ctx, d)
			return err
		},
		Findings: a.findings.Add,
		Endpoints: func(all []controlplane.Shape) {
			for _, s := range all {
				a.inventory.See(inventory.Endpoint(s))
			}
		},
		Replay: a.o.Replay, Clock: a.clock, Log: a.log, Registerer: a.metrics,
	})
}

// runFold begins once the policy is known: it says what the windows are.
func (a *App) runFold(ctx context.Context) error {
	if a.fold == nil || !arrived(ctx, a.publisher.Ready()) {
		return nil
	}
	if err := a.fold.Run(ctx); err != nil {
		return ended(ctx, fmt.Errorf("fold journal: %w", err))
	}
	return nil
}

// lookWithin bounds asking the journal how it is.
const lookWithin = time.Second

// warnings are what an operator should look at, of the policy file and the journal.
func (a *App) warnings() []string {
	out := append(a.file.Warnings(), a.trials.warnings()...)
	if a.epochWarning != "" {
		out = append(out, a.epochWarning)
	}
	if a.journal == nil {
		return out
	}
	ctx, stop := context.WithTimeout(context.Background(), lookWithin)
	defer stop()
	out = append(out, a.fold.Warnings()...)
	c, err := a.journal.Coverage(ctx)
	switch {
	case err != nil:
		out = append(out, "The journal does not answer: reports are not acknowledged until it does, and nodes go on enforcing.")
	case c.Dropped > 0:
		out = append(out, fmt.Sprintf("The journal is full: it covers the last %s, and older entries go first. Give a larger --journal-size to keep more.",
			controlplane.Lasting(time.Since(c.From).Round(time.Second))))
	}
	return out
}
