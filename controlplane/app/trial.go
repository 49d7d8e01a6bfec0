package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"picket/controlplane"
	"picket/controlplane/api"
	"picket/controlplane/backtest"
	"picket/controlplane/decide"
	"picket/controlplane/policy"
)

// trials has changed policies tried on the journal before they act. What they hold back stands in the register, so that all
// replicas do, also after a restart; each replica tries what is to be tried, and the first to end says what came of it.
type trials struct {
	register controlplane.Register
	journal  controlplane.Journal // nil: there is nothing to try on
	decider  *decide.Decider
	tester   *backtest.Tester
	clock    controlplane.Clock
	log      *slog.Logger
	wake     chan struct{} // holds one token: something changed

	mu       sync.Mutex
	document policy.Document // the one in force
	all      map[string]trial
	stop     context.CancelFunc // ends what is being tried; nil: nothing is
}

// trial is the register's, of one document by its hash.
type trial struct {
	*policy.Trial // nil: it is no more
	revision      uint64
}

func (a *App) newTrials() *trials {
	return &trials{
		register: a.register, journal: a.journal, decider: a.decider, tester: a.tester, clock: a.clock, log: a.log,
		wake: make(chan struct{}, 1), all: map[string]trial{},
	}
}

// change puts a policy document into the register, as decide.Decider.SetPolicy does, behind the trial of what it changes. It
// gives the scenarios that only observe until they were tried.
func (t *trials) change(ctx context.Context, doc policy.Document, who string) (held []string, err error) {
	before, err := t.decider.Document(ctx)
	if err != nil {
		return nil, err
	}
	if before == nil || t.journal == nil || *before == doc {
		return nil, t.decider.SetPolicy(ctx, doc, who)
	}
	plan, err := t.plan(ctx, *before, doc, who)
	if err != nil {
		return nil, err
	}
	if len(plan.Held) > 0 {
		if err := t.put(ctx, doc.Hash(), plan); err != nil {
			return nil, err
		}
	}
	if err := t.decider.SetPolicy(ctx, doc, who); err != nil {
		return nil, err
	}
	if err := t.update(ctx, before.Hash(), func(c *policy.Trial) { c.Held = nil }); err != nil {
		t.log.Warn("the trial of a document that is no more in force is not deleted", "error", err) // it holds nothing back
	}
	return plan.Pending(), nil
}

// plan says what a changed document's trial holds back: what it changes, where there is a past to try it on, and what was held
// back before and stays as it is.
func (t *trials) plan(ctx context.Context, before, doc policy.Document, who string) (*policy.Trial, error) {
	plan := &policy.Trial{Began: t.clock(), Who: who, Held: map[string]policy.Held{}}
	f, err := doc.File()
	if err != nil || f.Rails.Backtest.Off {
		return plan, err
	}
	old, err := t.read(ctx, before.Hash())
	if err != nil {
		return nil, err
	}
	if old.Trial != nil {
		maps.Copy(plan.Held, old.Held)
		maps.DeleteFunc(plan.Held, func(name string, _ policy.Held) bool { return !f.Acts(name) })
	}
	if _, err := before.File(); err != nil {
		before = policy.Document{} // of another version: all that acts counts as changed
	}
	changed, err := policy.Changed(before, doc)
	if err != nil {
		return nil, err
	}
	if len(changed) == 0 {
		return plan, nil
	}
	if why := t.tooLittle(ctx, f.Rails.Backtest.Least); why != "" {
		for _, name := range changed {
			delete(plan.Held, name)
		}
		t.decider.Tried(ctx, who, "trial", fmt.Sprintf("%s changed and not tried before acting: %s", listed(changed), why), false)
		return plan, nil
	}
	for _, name := range changed {
		plan.Held[name] = policy.Held{}
	}
	return plan, nil
}

// tooLittle says why the journal is nothing to try a policy on; empty: it is, or does not answer now.
func (t *trials) tooLittle(ctx context.Context, least time.Duration) string {
	ctx, stop := context.WithTimeout(ctx, lookWithin)
	defer stop()
	c, err := t.journal.Coverage(ctx)
	switch {
	case err != nil:
		return ""
	case c.Entries == 0:
		return "the journal is empty"
	}
	if covers := t.clock().Sub(c.From); covers < least {
		return fmt.Sprintf("the journal covers the last %s only, and rails.backtest.least is %s", controlplane.Lasting(covers.Round(time.Second)), controlplane.Lasting(least))
	}
	return ""
}

// accept has scenarios act although a trial holds them back, "all" meaning every one. The error is a *decide.Mistake where it
// holds none of that name back; nothing was changed then. Beside files (q.Files) that is none: what is not held back acts.
func (t *trials) accept(ctx context.Context, q api.Apply) ([]string, error) {
	names := q.Accept
	doc, err := t.decider.Document(ctx)
	if err != nil {
		return nil, err
	}
	var held []string
	if doc != nil {
		c, err := t.read(ctx, doc.Hash())
		if err != nil {
			return nil, err
		}
		if c.Trial != nil {
			held = slices.Sorted(maps.Keys(c.Held))
		}
	}
	if slices.Contains(names, "all") && len(held) > 0 {
		names = held
	}
	other := func(name string) bool { return !slices.Contains(held, name) }
	if len(q.Files) > 0 {
		names = slices.DeleteFunc(slices.Clone(names), other)
	}
	if i := slices.IndexFunc(names, other); i >= 0 && len(held) == 0 {
		return nil, wrong("--accept %s: no scenario is held back", names[i])
	} else if i >= 0 {
		return nil, wrong("--accept %s: it is not held back; these are: %s", names[i], strings.Join(held, ", "))
	}
	if q.DryRun || len(names) == 0 {
		return names, nil
	}
	err = t.update(ctx, doc.Hash(), func(c *policy.Trial) {
		for _, name := range names {
			delete(c.Held, name)
		}
	})
	if err != nil {
		return nil, err
	}
	t.decider.Tried(ctx, q.Who, "accept", listed(names)+" accepted, whatever the trial said", false)
	return names, nil
}

// follow takes what the register says.
func (t *trials) follow(e controlplane.Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case e.Key == controlplane.KeyPolicy:
		var d policy.Document
		if json.Unmarshal(e.Value, &d) == nil {
			t.document = d
		}
	case strings.HasPrefix(e.Key, policy.KeyTrial):
		document, read, err := policy.ReadTrial(e)
		if err != nil {
			t.log.Error("trial in the register cannot be read", "key", e.Key, "error", err)
			return
		}
		t.hold(document, trial{read, e.Revision})
	}
	if t.stop != nil {
		t.stop() // run looks whether there is anything left to try
	}
	t.awake()
}

// hold keeps the newer one. t.mu is held.
func (t *trials) hold(document string, c trial) {
	if c.revision > t.all[document].revision {
		t.all[document] = c
	}
}

func (t *trials) awake() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// current gives the document in force and its trial; nil: it has none.
func (t *trials) current() (policy.Document, *policy.Trial) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.document, t.all[t.document.Hash()].Trial
}

// read asks the register for a document's trial.
func (t *trials) read(ctx context.Context, document string) (trial, error) {
	e, err := lookUp(ctx, t.register, policy.KeyTrial+document)
	if err != nil {
		return trial{}, fmt.Errorf("look for a trial: %w", err)
	}
	if e.Revision == 0 {
		return trial{}, nil
	}
	_, read, err := policy.ReadTrial(e)
	if err != nil {
		return trial{}, fmt.Errorf("read a trial: %w", err)
	}
	return trial{read, e.Revision}, nil
}

// put writes a trial, whatever was there.
func (t *trials) put(ctx context.Context, document string, c *policy.Trial) error {
	return t.write(ctx, document, trial{c, controlplane.AnyRevision})
}

// write puts a trial that has the revision of what it replaces, or deletes it where it holds nothing back any more.
func (t *trials) write(ctx context.Context, document string, c trial) error {
	key, expect := policy.KeyTrial+document, c.revision
	b, err := json.Marshal(c.Trial)
	if err != nil {
		return fmt.Errorf("encode trial: %w", err)
	}
	if len(c.Held) > 0 {
		c.revision, err = t.register.Put(ctx, key, b, expect)
	} else {
		c.Trial = nil
		c.revision, err = t.register.Delete(ctx, key, expect)
	}
	if err != nil {
		return fmt.Errorf("keep trial: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hold(document, c)
	return nil
}

// changesTried is how often a change is tried again because somebody else changed the same trial.
const changesTried = 10

// update changes a trial; one that is no more stays so.
func (t *trials) update(ctx context.Context, document string, change func(*policy.Trial)) error {
	for range changesTried {
		c, err := t.read(ctx, document)
		if err != nil || c.Trial == nil {
			return err
		}
		change(c.Trial)
		if err = t.write(ctx, document, c); !errors.Is(err, controlplane.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("keep trial: %w", controlplane.ErrConflict)
}

// warnings tell an operator what is held back, and how to have it act.
func (t *trials) warnings() (out []string) {
	_, c := t.current()
	if c == nil {
		return nil
	}
	if pending := c.Pending(); len(pending) > 0 {
		out = append(out, fmt.Sprintf("Since %s: %s changed by %s; being tried on the journal, and observing until that is done.",
			c.Began.UTC().Format(time.DateTime), listed(pending), c.Who))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Held)) {
		if h := c.Held[name]; !h.Tried.IsZero() {
			out = append(out, fmt.Sprintf("Scenario %s was changed and is only proposed: it observes. %s To have it act: picket apply --accept %s", name, h.Why, name))
		}
	}
	return out
}

// listed names scenarios, the first of many.
func listed(names []string) string {
	const most = 5
	switch n := len(names); {
	case n == 1:
		return "scenario " + names[0]
	case n > most:
		return fmt.Sprintf("%d scenarios (%s and %d more)", n, strings.Join(names[:most], ", "), n-most)
	default:
		return "scenarios " + strings.Join(names, ", ")
	}
}
