package simulate

import (
	"bytes"
	"testing"

	"picket/controlplane/policy"
)

// TestTheSecondCatalogRunsThrough plays what another hand wrote. It asserts nothing of what is detected: whoever tunes to it
// loses what it is for. go test -v plays all and prints the tables, with little declared and with all; else it plays every
// eighth.
func TestTheSecondCatalogRunsThrough(t *testing.T) {
	if testing.Verbose() {
		runThrough(t, "little declared", SecondPolicy())
		runThrough(t, "all declared", SecondPolicyWhole())
		return
	}
	for i, tr := range Second() {
		if i%8 != 0 {
			continue
		}
		if _, err := PlayTrial(t.Context(), &tr, Options{}); err != nil {
			t.Error(err)
		}
	}
}

func runThrough(t *testing.T, name, policy string) {
	t.Run(name, func(t *testing.T) {
		var b bytes.Buffer
		if err := PlaySecond(t.Context(), &b, Options{Policy: policy}); err != nil {
			t.Fatal(err)
		}
		t.Log("\n" + b.String())
	})
}

func TestTheSecondCatalogIsWhole(t *testing.T) {
	seen := map[string]bool{}
	attacks, exposures, honest, actors := 0, 0, 0, 0
	for _, tr := range Second() {
		s := newScene(1)
		tr.Play(s)
		crooks := 0
		for _, a := range s.actors {
			if a.Attacker {
				crooks++
			}
		}
		if seen[tr.Name] || tr.About == "" || (tr.Stop != "") != (crooks > 0) || tr.Stop != "" && tr.After == "" {
			t.Errorf("%s: twice, untold, or without attackers", tr.Name)
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
	if attacks < 25 || exposures < 5 || honest < 40 || actors < 500 {
		t.Errorf("%d attacks, %d exposures, %d honest timelines with %d actors", attacks, exposures, honest, actors)
	}
	t.Logf("%d attacks, %d exposures, %d honest timelines with %d actors", attacks, exposures, honest, actors)
}

func TestTheSecondPolicyIsValid(t *testing.T) {
	for _, text := range []string{SecondPolicy(), SecondPolicyWhole()} {
		if _, err := policy.Parse("second.yaml", []byte(text)); err != nil {
			t.Error(err)
		}
	}
}

// TestHonestPeopleGetWhatTheyMay checks the trials themselves.
func TestHonestPeopleGetWhatTheyMay(t *testing.T) {
	for _, tr := range Second() {
		s := newScene(1)
		tr.Play(s)
		honestGetWhatTheyMay(t, &tr, s)
	}
}

// honestGetWhatTheyMay wants that who is honest gets nothing that belongs to somebody else.
func honestGetWhatTheyMay(t *testing.T, tr *Trial, s *Scene) {
	t.Helper()
	for i := range s.requests {
		r := &s.requests[i]
		if a := s.service.answer(r); a.leaked != "" && !r.actor.Attacker {
			t.Errorf("%s: %s got %s by %s %s", tr.Name, r.actor.Name, a.leaked, r.Method, r.Path)
			return
		}
	}
}
