package simulate

import (
	"bytes"
	"testing"

	"picket/controlplane/policy"
)

// TestTheFourthCatalogRunsThrough plays it all, with nearly nothing declared and with all, and prints the tables with go test
// -v; else it plays every eighth.
func TestTheFourthCatalogRunsThrough(t *testing.T) {
	for name, policy := range map[string]string{"nearly nothing declared": FourthPolicy(), "all declared": FourthPolicyWhole()} {
		t.Run(name, func(t *testing.T) {
			var all []*Outcome
			for i, tr := range Fourth() {
				if !testing.Verbose() && i%8 != 0 {
					continue
				}
				o, err := PlayTrial(t.Context(), &tr, Options{Policy: policy})
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, o)
			}
			var b bytes.Buffer
			if err := WriteOutcomes(&b, all); err != nil {
				t.Fatal(err)
			}
			t.Log("\n" + b.String())
		})
	}
}

func TestTheFourthCatalogIsWhole(t *testing.T) {
	seen := map[string]bool{}
	attacks, exposures, honest, actors := 0, 0, 0, 0
	for _, tr := range Fourth() {
		s := newScene(1)
		tr.Play(s)
		honestGetWhatTheyMay(t, &tr, s)
		if seen[tr.Name] {
			t.Errorf("%s: twice", tr.Name)
		}
		seen[tr.Name] = true
		switch {
		case tr.Stop != "":
			attacks++
		case tr.Find != "":
			exposures++
		default:
			honest++
			actors += len(s.actors)
		}
	}
	if attacks != 19 || exposures != 4 || honest < 40 || actors < 700 {
		t.Errorf("%d attacks, %d exposures, %d honest timelines with %d actors", attacks, exposures, honest, actors)
	}
	t.Logf("%d attacks, %d exposures, %d honest timelines with %d actors", attacks, exposures, honest, actors)
}

func TestTheFourthPolicyIsValid(t *testing.T) {
	for _, text := range []string{FourthPolicy(), FourthPolicyWhole()} {
		if _, err := policy.Parse("fourth.yaml", []byte(text)); err != nil {
			t.Error(err)
		}
	}
}
