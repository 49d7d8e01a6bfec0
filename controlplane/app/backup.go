package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/ops"
)

// backupFormat is what the first line of a backup says that it is.
const backupFormat = "picket state v1"

// backupLine is one line of a backup: the first says what it is, the last how many entries it has, each between is one.
type backupLine struct {
	Format   string    `json:"format,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Epoch    string    `json:"epoch,omitempty"`
	Revision uint64    `json:"revision,omitempty"`
	Key      string    `json:"key,omitempty"`
	Value    []byte    `json:"value,omitempty"`
	Entries  *int      `json:"entries,omitempty"`
}

// ExportState writes what the register has, one JSON object a line: decisions, policy, audit and the secret of all hashes, so
// that whoever has it must keep it as one. A directory must not be in use; an external NATS may. It gives the number of
// entries. Of o only the state's fields are used.
func ExportState(ctx context.Context, o Options, w io.Writer) (n int, err error) {
	a, err := openStateOnly(ctx, o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	entries, revision, err := snapshot(ctx, a.register)
	if err != nil {
		return 0, fmt.Errorf("export state: %w", err)
	}
	buffered := bufio.NewWriter(w)
	out := json.NewEncoder(buffered)
	n = len(entries)
	err = out.Encode(backupLine{Format: backupFormat, At: a.clock(), Epoch: fmt.Sprintf("%016x", a.register.Epoch()), Revision: revision})
	for _, e := range entries {
		err = errors.Join(err, out.Encode(backupLine{Key: e.Key, Value: e.Value}))
	}
	if err = errors.Join(err, out.Encode(backupLine{Entries: &n}), buffered.Flush()); err != nil {
		return 0, fmt.Errorf("export state: %w", err)
	}
	return n, nil
}

// ImportState puts what ExportState wrote into a register that has nothing yet, in the same order. Its epoch is a new one, so
// that nodes take everything anew. It gives the number of entries; a *Mistake says what is wrong with the file or the state,
// and nothing was put then.
func ImportState(ctx context.Context, o Options, r io.Reader) (n int, err error) {
	entries, err := readBackup(r)
	if err != nil {
		return 0, err
	}
	a, err := openStateOnly(ctx, o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	there, _, err := snapshot(ctx, a.register)
	if err != nil {
		return 0, fmt.Errorf("import state: %w", err)
	}
	if len(there) > 0 {
		return 0, mistakef("--state %s has %d entries already: import into a state that no control plane has used", a.store(), len(there))
	}
	for _, e := range entries {
		if _, err := a.register.Put(ctx, e.Key, e.Value, 0); err != nil {
			return 0, fmt.Errorf("import state: %w", err)
		}
	}
	return len(entries), nil
}

// openStateOnly opens the state without anything around it. The caller closes it.
func openStateOnly(ctx context.Context, o Options) (*App, error) {
	o = o.withDefaults()
	if err := o.checkState(); err != nil {
		return nil, err
	}
	if o.State == Memory {
		return nil, mistakef("--state memory cannot be exported or imported: it ends with its process")
	}
	a := &App{o: o, log: o.Log, clock: o.Clock, metrics: ops.NewRegistry()}
	ctx, stop := context.WithTimeout(ctx, openWithin)
	defer stop()
	if err := a.openState(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// snapshot gives every key's last entry, in order of their revisions, and the register's revision.
func snapshot(ctx context.Context, reg controlplane.Register) (entries []controlplane.Entry, revision uint64, err error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	last, synced := map[string]controlplane.Entry{}, false
	err = reg.Watch(watching, func(e controlplane.Entry) error {
		if synced {
			return nil
		}
		if delete(last, e.Key); !e.Deleted {
			e.Value = slices.Clone(e.Value)
			last[e.Key] = e
		}
		return nil
	}, func(at uint64) {
		revision, synced = at, true
		stop()
	})
	if err != nil {
		return nil, 0, err
	}
	if !synced {
		return nil, 0, context.Cause(ctx)
	}
	for _, e := range last {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b controlplane.Entry) int { return int(int64(a.Revision - b.Revision)) })
	return entries, revision, nil
}

// readBackup reads a whole backup; a *Mistake says what is wrong with it.
func readBackup(r io.Reader) (entries []controlplane.Entry, err error) {
	in := json.NewDecoder(bufio.NewReader(r))
	var first backupLine
	if err := in.Decode(&first); err != nil || !strings.HasPrefix(first.Format, "picket state ") {
		return nil, mistakef("this is not a backup of picket's state")
	}
	if first.Format != backupFormat {
		return nil, mistakef("this backup is %q, and only %q can be read: use the picket that wrote it", first.Format, backupFormat)
	}
	for {
		var l backupLine
		switch err := in.Decode(&l); {
		case err != nil:
			return nil, mistakef("the backup ends or is damaged after %d entries: %v", len(entries), err)
		case l.Entries != nil && *l.Entries != len(entries):
			return nil, mistakef("the backup has %d entries, and should have %d", len(entries), *l.Entries)
		case l.Entries != nil:
			return entries, nil
		case !controlplane.ValidKey(l.Key):
			return nil, mistakef("the backup is damaged after %d entries: bad key %q", len(entries), l.Key)
		}
		entries = append(entries, controlplane.Entry{Key: l.Key, Value: l.Value})
	}
}
