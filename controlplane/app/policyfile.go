package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"picket/controlplane/policy"
)

// lookEvery is how often the policy file is looked at.
const lookEvery = time.Second

// policyFile is the file that --policy names, and what the command line says over it.
type policyFile struct {
	name  string // empty: there is none
	mode  string
	words int

	info     fs.FileInfo // of the last content looked at
	text     []byte
	document atomic.Pointer[policy.Document] // the last one that was good
	warnings atomic.Pointer[[]string]
}

// load reads the file for the first time; mistakes in it are the caller's *Mistake.
func (f *policyFile) load() error {
	if f.name != "" {
		if err := f.read(); err != nil {
			return mistakef("--policy %s: %s: check its path", f.name, why(err))
		}
	}
	return f.check()
}

// why says what is wrong with a file, without naming it.
func why(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// read takes the text and its stamp. The stamp comes first, so that a change in between is seen the next time.
func (f *policyFile) read() error {
	info, err := os.Stat(f.name)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(f.name)
	if err != nil {
		return err
	}
	f.info, f.text = info, text
	return nil
}

// check makes the text the document in force, or gives all its mistakes.
func (f *policyFile) check() error {
	d := policy.Document{Name: f.name, YAML: string(f.text), Mode: f.mode, Words: f.words}
	if _, err := d.File(); err != nil {
		return &Mistake{Text: err.Error(), Cause: err}
	}
	f.document.Store(&d)
	return nil
}

// changed tells whether the file holds another text than before, or the last look failed; it has read it then.
func (f *policyFile) changed() (bool, error) {
	info, err := os.Stat(f.name)
	if err != nil {
		return false, err
	}
	if f.info != nil && info.ModTime().Equal(f.info.ModTime()) && info.Size() == f.info.Size() {
		return false, nil
	}
	before, known := f.text, f.info != nil
	if err := f.read(); err != nil {
		return false, err
	}
	return !known || !bytes.Equal(before, f.text), nil
}

// Warnings are what the operator should know about the file.
func (f *policyFile) Warnings() []string {
	if w := f.warnings.Load(); w != nil {
		return *w
	}
	return nil
}

// warn replaces the warnings; a nil err takes them away.
func (f *policyFile) warn(err error) {
	if err == nil {
		f.warnings.Store(nil)
		return
	}
	var w []string
	for line := range strings.Lines(err.Error()) {
		w = append(w, "The policy file changed but is not in force: "+strings.TrimSpace(line))
	}
	f.warnings.Store(&w)
}

// watch puts each changed file whole, or refuses it whole. It returns nil when ctx ends.
func (f *policyFile) watch(ctx context.Context, put func(context.Context, policy.Document) error, log func(error)) error {
	if f.name == "" {
		return nil
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			f.look(ctx, put, log)
		}
	}
}

// look does one round of watch. What could not be read or put is tried again in the next; what is wrong is not, until it
// changes.
func (f *policyFile) look(ctx context.Context, put func(context.Context, policy.Document) error, log func(error)) {
	changed, err := f.changed()
	if err == nil && !changed {
		return
	}
	var m *Mistake
	if err == nil {
		err = f.check()
	}
	if err == nil {
		err = put(ctx, *f.document.Load())
	}
	if err != nil && !errors.As(err, &m) {
		f.info, f.text = nil, nil
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil && f.news(err) {
		log(fmt.Errorf("apply policy file: %w", err))
	}
	f.warn(err)
}

// news tells whether err was not said yet.
func (f *policyFile) news(err error) bool {
	first, _, _ := strings.Cut(err.Error(), "\n")
	said := f.Warnings()
	return len(said) == 0 || !strings.HasSuffix(said[0], first)
}
