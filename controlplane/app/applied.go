package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"picket/controlplane"
	"picket/controlplane/api"
	"picket/controlplane/decide"
	"picket/controlplane/policy"
	"picket/controlplane/scenario"
)

// applied is a set of files, by name. Where no file on the control plane's machine is named, those that operators applied
// make the policy.
type applied struct{ Files []api.File }

// maxApplied bounds the text of all files, in bytes: one value of the register.
const maxApplied = 900 << 10

// apply makes files the policy, beside those that were applied before or, with prune, instead of them. It gives what became
// of each; a *decide.Mistake says what is wrong with them, and nothing was changed then.
func (a *App) apply(ctx context.Context, q api.Apply) ([]api.Change, error) {
	if len(q.Files) == 0 && !q.Prune && len(q.Accept) > 0 {
		return a.accept(ctx, q)
	}
	if a.o.PolicyFile != "" {
		return nil, wrong("this control plane takes its policy from %s: change that file, or start it without --policy", a.o.PolicyFile)
	}
	before, revision, err := a.applied(ctx)
	if err != nil {
		return nil, err
	}
	after, changes := before.with(q.Files, q.Prune)
	doc, err := a.composed(after)
	if err != nil {
		return nil, wrong("%v", err)
	}
	if q.DryRun {
		return changes, nil
	}
	if !slices.Equal(before.Files, after.Files) {
		if err := a.keepApplied(ctx, after, revision); err != nil {
			return nil, err
		}
	}
	held, err := a.trials.change(ctx, doc, q.Who)
	if err != nil {
		return nil, err
	}
	a.file.document.Store(&doc)
	for _, name := range held {
		changes = append(changes, api.Change{Name: name, What: "on trial"})
	}
	if len(q.Accept) == 0 {
		return changes, nil
	}
	accepted, err := a.accept(ctx, q)
	return append(changes, accepted...), err
}

// accept has scenarios act that a trial holds back.
func (a *App) accept(ctx context.Context, q api.Apply) (changes []api.Change, err error) {
	names, err := a.trials.accept(ctx, q)
	for _, name := range names {
		changes = append(changes, api.Change{Name: name, What: "accepted"})
	}
	return changes, err
}

func wrong(format string, args ...any) error {
	return &decide.Mistake{Message: fmt.Sprintf(format, args...)}
}

// applied gives what was applied, and the revision of that; 0: nothing was.
func (a *App) applied(ctx context.Context) (s applied, revision uint64, err error) {
	e, err := lookUp(ctx, a.register, controlplane.KeyApplied)
	if err != nil {
		return s, 0, fmt.Errorf("look for applied files: %w", err)
	}
	if e.Revision == 0 {
		return s, 0, nil
	}
	if err := json.Unmarshal(e.Value, &s); err != nil {
		return s, 0, fmt.Errorf("read applied files: %w", err)
	}
	return s, e.Revision, nil
}

func (a *App) keepApplied(ctx context.Context, s applied, revision uint64) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode applied files: %w", err)
	}
	_, err = a.register.Put(ctx, controlplane.KeyApplied, b, revision)
	if errors.Is(err, controlplane.ErrConflict) {
		return wrong("somebody else applied files at the same moment: look whether that is all right, and try again")
	}
	if err != nil {
		return fmt.Errorf("keep applied files: %w", err)
	}
	return nil
}

// with gives the set with files added or changed, and without those that are not among them if prune says so; and what became
// of each, by name.
func (s applied) with(files []api.File, prune bool) (out applied, changes []api.Change) {
	add := func(f api.File, what string) {
		out.Files = append(out.Files, f)
		changes = append(changes, api.Change{Name: f.Name, What: what})
	}
	for _, f := range files {
		switch i := s.find(f.Name); {
		case i < 0:
			add(f, "created")
		case s.Files[i] == f:
			add(f, "unchanged")
		default:
			add(f, "configured")
		}
	}
	for _, f := range s.Files {
		switch {
		case slices.ContainsFunc(files, func(o api.File) bool { return o.Name == f.Name }):
		case prune:
			changes = append(changes, api.Change{Name: f.Name, What: "pruned"})
		default:
			add(f, "kept")
		}
	}
	slices.SortFunc(out.Files, func(a, b api.File) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(changes, func(a, b api.Change) int { return cmp.Compare(a.Name, b.Name) })
	return out, changes
}

func (s applied) find(name string) int {
	return slices.IndexFunc(s.Files, func(f api.File) bool { return f.Name == name })
}

// composed makes one policy of the files: that of the one policy file among them, with the scenarios of all others. Its error
// has every mistake.
func (a *App) composed(s applied) (policy.Document, error) {
	doc := policy.Document{Mode: a.file.mode, Words: a.file.words}
	var errs []error
	var scenarios []*yaml.Node
	size := 0
	for _, f := range s.Files {
		size += len(f.Text)
		kind, documents := kindOf(f)
		switch {
		case kind == "picket" && doc.Name != "":
			errs = append(errs, fmt.Errorf("%s: this is a policy file, and so is %s: keep one of them", f.Name, doc.Name))
		case kind == "picket":
			doc.Name, doc.YAML = f.Name, f.Text
		case kind == "scenario":
			if _, err := scenario.Parse(f.Name, []byte(f.Text)); err != nil {
				errs = append(errs, err)
				continue
			}
			scenarios = append(scenarios, documents...)
		default:
			errs = append(errs, fmt.Errorf("%s: this is neither a policy file (picket: %s) nor a file of scenarios (scenario: NAME)", f.Name, policy.Version))
		}
	}
	if size > maxApplied {
		errs = append(errs, fmt.Errorf("these files have %d bytes, and together they may have %d", size, maxApplied))
	}
	if err := withScenarios(&doc, scenarios); err != nil {
		return doc, errors.Join(append(errs, err)...)
	}
	_, err := doc.File()
	return doc, errors.Join(append(errs, err)...)
}

// withScenarios adds scenarios behind the text of the policy file, so that places in it stay what they are.
func withScenarios(doc *policy.Document, scenarios []*yaml.Node) error {
	if len(scenarios) == 0 {
		return nil
	}
	if doc.YAML == "" {
		doc.Name, doc.YAML = "applied files", "picket: "+policy.Version+"\n"
	}
	if _, roots := kindOf(api.File{Text: doc.YAML}); len(roots) > 0 && hasKey(roots[0], "own_scenarios") {
		return fmt.Errorf("%s: own_scenarios stands beside files of scenarios: keep them in one place", doc.Name)
	}
	var b bytes.Buffer
	out := yaml.NewEncoder(&b)
	if err := errors.Join(out.Encode(map[string][]*yaml.Node{"own_scenarios": scenarios}), out.Close()); err != nil {
		return fmt.Errorf("write scenarios: %w", err)
	}
	doc.YAML = strings.TrimRight(doc.YAML, "\n") + "\n" + b.String()
	return nil
}

// kindOf gives the key by which the first document of a file says what it is, "" where none does, and all documents.
func kindOf(f api.File) (kind string, roots []*yaml.Node) {
	in := yaml.NewDecoder(strings.NewReader(f.Text))
	for {
		var n yaml.Node
		if err := in.Decode(&n); errors.Is(err, io.EOF) || err != nil || len(n.Content) == 0 {
			break
		}
		roots = append(roots, n.Content[0])
	}
	for _, k := range []string{"picket", "scenario"} {
		if len(roots) > 0 && hasKey(roots[0], k) {
			return k, roots
		}
	}
	// What cannot be read at all is told as what its name promises, with the place of the mistake.
	if len(roots) == 0 && strings.Contains(path.Base(f.Name), "policy") {
		return "picket", nil
	}
	return "", roots
}

func hasKey(n *yaml.Node, key string) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

// takeApplied makes what was applied the policy's document. A set without files is the built-in policy.
func (a *App) takeApplied(s applied) error {
	doc, err := a.composed(s)
	if err != nil {
		return fmt.Errorf("take applied files: %w", err)
	}
	a.file.document.Store(&doc)
	return nil
}

// startWith gives the document to start with, once what was applied is known. What an earlier version cannot read it must not
// replace by the built-in policy: that is an error.
func (a *App) startWith(ctx context.Context) (policy.Document, error) {
	if !arrived(ctx, a.tracked) {
		return policy.Document{}, context.Cause(ctx)
	}
	if err := a.unreadable.Load(); err != nil {
		return policy.Document{}, *err
	}
	return *a.file.document.Load(), nil
}

// followApplied takes what was applied, here before the start or at another replica.
func (a *App) followApplied(e controlplane.Entry) {
	if a.o.PolicyFile != "" {
		return
	}
	var s applied
	err := json.Unmarshal(e.Value, &s)
	if err == nil {
		err = a.takeApplied(s)
	}
	if err != nil {
		a.log.Error("applied files in the register cannot be read", "error", err)
		a.unreadable.Store(&err)
		return
	}
	a.unreadable.Store(nil)
}

// lookUp gives a key's entry; its revision is 0 where there is none.
func lookUp(ctx context.Context, reg controlplane.Register, key string) (found controlplane.Entry, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	err = reg.Watch(ctx, func(e controlplane.Entry) error {
		if e.Key == key {
			found = e
			found.Value = bytes.Clone(e.Value)
		}
		return nil
	}, func(uint64) { stop() })
	if found.Deleted {
		found = controlplane.Entry{}
	}
	return found, err
}
