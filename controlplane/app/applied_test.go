package app

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane"
	"picket/controlplane/api"
	"picket/controlplane/decide"
)

func TestWhatIsNotAmongTheFilesIsKeptUnlessPruned(t *testing.T) {
	before := applied{Files: []api.File{{Name: "a", Text: "1"}, {Name: "b", Text: "1"}, {Name: "c", Text: "1"}}}
	files := []api.File{{Name: "d", Text: "1"}, {Name: "b", Text: "2"}, {Name: "a", Text: "1"}}
	for _, tt := range []struct {
		name    string
		prune   bool
		want    []api.File
		changes []api.Change
	}{
		{
			"kept", false, []api.File{{Name: "a", Text: "1"}, {Name: "b", Text: "2"}, {Name: "c", Text: "1"}, {Name: "d", Text: "1"}},
			[]api.Change{{Name: "a", What: "unchanged"}, {Name: "b", What: "configured"}, {Name: "c", What: "kept"}, {Name: "d", What: "created"}},
		},
		{
			"pruned", true, []api.File{{Name: "a", Text: "1"}, {Name: "b", Text: "2"}, {Name: "d", Text: "1"}},
			[]api.Change{{Name: "a", What: "unchanged"}, {Name: "b", What: "configured"}, {Name: "c", What: "pruned"}, {Name: "d", What: "created"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after, changes := before.with(files, tt.prune)
			if d := cmp.Diff(tt.want, after.Files); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.changes, changes); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestWhatIsAppliedAtOneReplicaIsThePolicyOfAll plays the other replica by what it puts into the register.
func TestWhatIsAppliedAtOneReplicaIsThePolicyOfAll(t *testing.T) {
	a := running(t, options(t))
	b, err := json.Marshal(applied{Files: []api.File{{Name: "policy.yaml", Text: "picket: v1\nmode: enforce\n"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.register.Put(t.Context(), controlplane.KeyApplied, b, 0); err != nil {
		t.Fatal(err)
	}
	awaitTrue(t, "the other replica's files", func() bool { return a.file.document.Load().Name == "policy.yaml" })
	if err := a.keepApplied(t.Context(), applied{}, 0); !isMistake(err) {
		t.Errorf("files that somebody else applied meanwhile were replaced: %v", err)
	}
	changes, err := a.apply(t.Context(), api.Apply{Prune: true, Who: "alice"})
	if d := cmp.Diff([]api.Change{{Name: "policy.yaml", What: "pruned"}}, changes); d != "" || err != nil {
		t.Error(d, err)
	}
	if d := a.file.document.Load(); d.Name != "" || d.YAML != "" {
		t.Errorf("%+v is in force, want the built-in policy", d)
	}
}

func TestFilesThatTogetherAreNoPolicyAreRefused(t *testing.T) {
	a := running(t, options(t))
	big := make([]byte, maxApplied)
	for i := range big {
		big[i] = '#'
	}
	const own = "scenario: failed-logins\ndescription: x.\nmatch: outcome == \"ok\"\nby: [consumer]\ncount: requests\nover: 5\nwithin: 1m\nconfidence: 0.9\nseverity: low\nresponse: {scope: [consumer], action: tag, for: 1h}\n"
	for name, files := range map[string][]api.File{
		"a scenario named like a built-in one": {{Name: "s.yaml", Text: own}},
		"too much":                             {{Name: "policy.yaml", Text: "picket: v1\n" + string(big)}},
		"what is no YAML":                      {{Name: "policy.yaml", Text: "picket: [v1"}},
		"nothing":                              {{Name: "x.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := a.apply(t.Context(), api.Apply{Files: files}); !isMistake(err) {
				t.Errorf("got %v, want a person's mistake", err)
			}
		})
	}
	e, err := lookUp(t.Context(), a.register, controlplane.KeyApplied)
	if d := cmp.Diff(controlplane.Entry{}, e); d != "" || err != nil {
		t.Error(d, err)
	}
}

func isMistake(err error) bool {
	var m *decide.Mistake
	return errors.As(err, &m)
}

// TestAppliedFilesThatCannotBeReadAreNotReplaced starts on what a later version may have put there.
func TestAppliedFilesThatCannotBeReadAreNotReplaced(t *testing.T) {
	o := options(t)
	o.State = t.TempDir()
	t.Run("before", func(t *testing.T) {
		a := running(t, o)
		if _, err := a.register.Put(t.Context(), controlplane.KeyApplied, []byte(`{"Files":[{"Name":"p.yaml","Text":"picket: v9"}]}`), 0); err != nil {
			t.Fatal(err)
		}
		awaitTrue(t, "the files are looked at", func() bool { return a.unreadable.Load() != nil })
	})
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Run(t.Context()); err == nil {
		t.Error("it started with another policy")
	}
}
