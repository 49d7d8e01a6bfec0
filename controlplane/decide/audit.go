package decide

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/policy"
)

type audited struct {
	key      string
	revision uint64
	entry    controlplane.AuditEntry
}

// Audit gives the newest changes first, at most limit of them; 0: all.
func (d *Decider) Audit(limit int) []controlplane.AuditEntry {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.audit)
	if limit > 0 {
		n = min(n, limit)
	}
	entries := make([]controlplane.AuditEntry, n)
	for i := range entries {
		entries[i] = d.audit[len(d.audit)-1-i].entry
	}
	return entries
}

// record writes an audit entry. The change that it tells of is in force already, so that a failure is logged and
// counted rather than returned.
func (d *Decider) record(ctx context.Context, who, what, before, after, why string) {
	d.write(ctx, controlplane.AuditEntry{At: d.o.Clock(), Who: who, What: what, Before: before, After: after, Why: why})
}

func (d *Decider) write(ctx context.Context, e controlplane.AuditEntry) {
	if err := d.putAudit(ctx, e); err != nil {
		d.unaudited(e, err)
	}
}

func (d *Decider) unaudited(e controlplane.AuditEntry, err error) {
	d.metrics.unaudited.Inc()
	d.o.Log.Error("change not audited", "who", e.Who, "what", e.What, "error", err)
}

const (
	// maxLater bounds the audit entries of automatic decisions that wait to be written.
	maxLater = 4096
	// writeWithin bounds how long those that wait hold up the end.
	writeWithin = time.Second
)

var errTooMany = errors.New("too many changes wait to be audited")

// recordLater is record behind the caller's back, so that the next detection need not wait for it.
func (d *Decider) recordLater(who, what, before, after, why string) {
	e := controlplane.AuditEntry{At: d.o.Clock(), Who: who, What: what, Before: before, After: after, Why: why}
	select {
	case d.later <- e:
	default:
		d.unaudited(e, errTooMany)
	}
}

// writeLater writes what recordLater took, until ctx ends and all of it is written, or there is no more time.
func (d *Decider) writeLater(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			d.writeRest(ctx)
			return nil
		case e := <-d.later:
			err := d.putAudit(ctx, e)
			if ctx.Err() != nil && err != nil {
				d.writeRest(ctx, e)
				return nil //nolint:nilerr // to end with ctx is its purpose
			}
			if err != nil {
				d.unaudited(e, err)
			}
		}
	}
}

// writeRest writes what waits after ctx has ended; first was not written.
func (d *Decider) writeRest(ctx context.Context, first ...controlplane.AuditEntry) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), writeWithin)
	defer stop()
	for _, e := range first {
		d.write(ctx, e)
	}
	for {
		select {
		case e := <-d.later:
			d.write(ctx, e)
		default:
			return
		}
	}
}

// auditTries is how many changes of other replicas may fall on the same nanoseconds.
const auditTries = 1000

func (d *Decider) putAudit(ctx context.Context, e controlplane.AuditEntry) error {
	b, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode audit entry: %w", err)
	}
	for range auditTries {
		key := fmt.Sprintf("%s%020d", controlplane.KeyAudit, d.auditNumber(e.At))
		revision, err := d.o.Register.Put(ctx, key, b, 0)
		if errors.Is(err, controlplane.ErrConflict) {
			continue
		}
		if err != nil {
			return fmt.Errorf("put audit entry: %w", err)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.holdAudit(audited{key: key, revision: revision, entry: e})
		return nil
	}
	return fmt.Errorf("put audit entry: %w", controlplane.ErrConflict)
}

// auditNumber gives a number that sorts by time, and that this replica did not give before.
func (d *Decider) auditNumber(at time.Time) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.audited = max(at.UnixNano(), d.audited+1)
	return d.audited
}

func (d *Decider) applyAudit(e controlplane.Entry) {
	if e.Deleted {
		d.dropAudit(e.Key)
		return
	}
	a := audited{key: e.Key, revision: e.Revision}
	if err := json.Unmarshal(e.Value, &a.entry); err != nil {
		d.o.Log.Error("register entry not taken", "key", e.Key, "revision", e.Revision, "error", err)
		return
	}
	d.holdAudit(a)
}

// dropAudit forgets an entry. It is the oldest one, mostly, and then nothing moves: there are many. d.mu is held.
func (d *Decider) dropAudit(key string) {
	i, found := d.findAudit(key)
	switch {
	case !found:
	case i == 0:
		d.audit[0] = audited{}
		d.audit = d.audit[1:]
	default:
		d.audit = slices.Delete(d.audit, i, i+1)
	}
}

// holdAudit puts an entry in its place. d.mu is held.
func (d *Decider) holdAudit(a audited) {
	i, found := d.findAudit(a.key)
	if !found {
		d.audit = slices.Insert(d.audit, i, a)
	}
}

func (d *Decider) findAudit(key string) (int, bool) {
	return slices.BinarySearchFunc(d.audit, key, func(a audited, key string) int { return strings.Compare(a.key, key) })
}

// SetPolicy puts a policy document into the register: whole, or not at all where it has a mistake (policy.Parse tells
// the errors). One that the register has already changes nothing. A scenario that it switches off loses its decisions,
// and one in a weaker mode acts no more than that.
func (d *Decider) SetPolicy(ctx context.Context, doc policy.Document, who string) error {
	f, err := doc.File()
	if err != nil {
		return err
	}
	if err := d.await(ctx); err != nil {
		return err
	}
	d.mu.Lock()
	before := d.document
	d.mu.Unlock()
	if before != nil && *before == doc {
		return nil
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode policy document: %w", err)
	}
	if err := d.soften(ctx, f); err != nil {
		return err
	}
	if _, err := d.o.Register.Put(ctx, controlplane.KeyPolicy, b, controlplane.AnyRevision); err != nil {
		return fmt.Errorf("put policy document: %w", err)
	}
	d.mu.Lock()
	d.document = &doc
	d.mu.Unlock()
	d.o.Log.Info("policy changed", "policy_file", doc.Name, "policy_hash", doc.Hash(), "who", who)
	d.record(ctx, who, "policy", describeDocument(before), describeDocument(&doc), "policy file or its overrides changed")
	return d.withdraw(ctx, f, who)
}

// Document is the policy document that the register has; nil: none yet, or one that cannot be read. The error is ctx's.
func (d *Decider) Document(ctx context.Context) (*policy.Document, error) {
	if err := d.await(ctx); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.document, nil
}

func describeDocument(doc *policy.Document) string {
	if doc == nil {
		return "none"
	}
	name := doc.Name
	if name == "" {
		name = "no file"
	}
	text := name + " " + doc.Hash()
	if doc.Mode != "" {
		text += ", mode " + doc.Mode
	}
	if doc.Words != 0 {
		text += fmt.Sprintf(", words %d", doc.Words)
	}
	return text
}

// withdraw undoes the decisions of scenarios that a policy has off.
func (d *Decider) withdraw(ctx context.Context, f *policy.File, who string) error {
	for _, dec := range d.List(false) {
		if dec.Operator || !f.Scenarios[dec.Scenario].Off {
			continue
		}
		_, err := d.Undo(ctx, dec.ID, who, "the policy switched scenario "+dec.Scenario+" off")
		if err != nil && !errors.Is(err, ErrNotActive) && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}
