package scenario

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write defaults.go and LANGUAGE.md anew")

func builtin(t testing.TB) *Pack {
	t.Helper()
	p, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatIsGeneratedIsUpToDate(t *testing.T) {
	for name, want := range map[string]string{"defaults.go": source(builtin(t)), "LANGUAGE.md": Reference()} {
		if *update {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, string(got)); d != "" {
			t.Errorf("%s: run go test ./controlplane/scenario -update: %s", name, d)
		}
	}
}

func TestEveryBuiltInScenarioNamesItsStandard(t *testing.T) {
	names := map[string]bool{}
	for _, s := range builtin(t).Scenarios {
		if len(s.OWASP) == 0 || len(s.CWE) == 0 || len(s.Evidence) == 0 || names[s.Name] {
			t.Errorf("%s: labels %v, %d sentences, twice: %v", s.Name, s.Labels(), len(s.Evidence), names[s.Name])
		}
		names[s.Name] = true
	}
}

// TestMostConditionsNeedNoInterpreter holds the pack's cost down.
func TestNoConditionOfThePackNeedsTheInterpreter(t *testing.T) {
	for _, s := range builtin(t).Scenarios {
		for what, c := range map[string]*Condition{"match": s.Match, "only": s.Only, "unless": s.Unless} {
			if c != nil && c.program != nil {
				t.Errorf("%s: %s is evaluated by CEL: %s", s.Name, what, c.Source)
			}
		}
	}
}
