package app

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane"
)

// contents gives what a state has, without revisions.
func contents(t *testing.T, o Options) []controlplane.Entry {
	t.Helper()
	a, err := openStateOnly(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	all, _, err := snapshot(t.Context(), a.register)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		all[i].Revision = 0
	}
	return all
}

func TestWhatIsExportedCanBeRestored(t *testing.T) {
	o := options(t)
	o.State = t.TempDir()
	var id controlplane.DecisionID
	var key string
	t.Run("before", func(t *testing.T) {
		a := running(t, o)
		record(t, a, (&worker{group: "edge"}).report(60))
		id = awaitDecisions(t, a.register, 1)["edge"][0].ID
		key = string(a.keys.Key)
	})
	var file bytes.Buffer
	n, err := ExportState(t.Context(), o, &file)
	if err != nil || n == 0 || strings.Count(file.String(), "\n") != n+2 {
		t.Fatalf("exported %d entries, %v", n, err)
	}
	restored := o
	restored.State = t.TempDir()
	if got, err := ImportState(t.Context(), restored, bytes.NewReader(file.Bytes())); err != nil || got != n {
		t.Fatalf("imported %d of %d entries: %v", got, n, err)
	}
	if diff := cmp.Diff(contents(t, o), contents(t, restored), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-exported +restored):\n%s", diff)
	}
	t.Run("after", func(t *testing.T) {
		a := running(t, restored)
		if d, err := a.Decider().Get(id); err != nil || d.State(a.clock()) != "active" {
			t.Errorf("decision %s is %q, %v", id, d.State(a.clock()), err)
		}
		if string(a.keys.Key) != key {
			t.Error("the hash key is another")
		}
	})
	t.Run("into a state that is used", func(t *testing.T) {
		_, err := ImportState(t.Context(), restored, bytes.NewReader(file.Bytes()))
		wantMistake(t, err, "has")
	})
	t.Run("damaged", func(t *testing.T) {
		empty := o
		empty.State = t.TempDir()
		for name, text := range map[string]string{
			"not a backup": "hello", "cut off": file.String()[:file.Len()/2], "of another version": `{"format":"picket state v2"}`,
			"with an entry less": strings.Replace(file.String(), strings.SplitAfter(file.String(), "\n")[1], "", 1),
		} {
			_, err := ImportState(t.Context(), empty, strings.NewReader(text))
			wantMistake(t, err, "backup")
			if all := contents(t, empty); len(all) > 0 {
				t.Errorf("%s: %d entries were put", name, len(all))
			}
		}
	})
}

func wantMistake(t *testing.T, err error, text string) {
	t.Helper()
	var m *Mistake
	if !errors.As(err, &m) || !strings.Contains(m.Text, text) {
		t.Errorf("%v, want a mistake with %q", err, text)
	}
}
