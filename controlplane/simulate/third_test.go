package simulate

import (
	"bytes"
	"slices"
	"testing"

	"picket/controlplane/policy"
)

// TestTheThirdCatalogRunsThrough plays it all, with half declared and with all, and prints the tables with go test -v; else it
// plays every eighth.
func TestTheThirdCatalogRunsThrough(t *testing.T) {
	for name, policy := range map[string]string{"half declared": ThirdPolicy(), "all declared": ThirdPolicyWhole()} {
		t.Run(name, func(t *testing.T) {
			var all []*Outcome
			for i, tr := range Third() {
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

func TestTheThirdPolicyIsValid(t *testing.T) {
	for _, text := range []string{ThirdPolicy(), ThirdPolicyWhole()} {
		if _, err := policy.Parse("third.yaml", []byte(text)); err != nil {
			t.Error(err)
		}
	}
}

func TestHonestPeopleOfTheThirdCatalogGetWhatTheyMay(t *testing.T) {
	for _, tr := range Third() {
		s := newScene(1)
		tr.Play(s)
		honestGetWhatTheyMay(t, &tr, s)
	}
}

// TestNobodyHonestIsHitWhereNothingIsProven takes out what shows that a service turns away callers without credentials, so that
// no credential is proven and all who share an address are one consumer. go test -v plays all; else it plays every sixth.
func TestNobodyHonestIsHitWhereNothingIsProven(t *testing.T) {
	for _, c := range Catalogs() {
		for i, tr := range c.Trials() {
			if tr.Stop == "" && tr.Find == "" && (testing.Verbose() || i%8 == 0) {
				t.Run(tr.Name, func(t *testing.T) { unproven(t, tr.Timeline, c.Policy) })
			}
		}
	}
}

func unproven(t *testing.T, tl Timeline, policy string) {
	play := tl.Play
	tl.Play = func(s *Scene) {
		play(s)
		s.requests = slices.DeleteFunc(s.requests, func(r Request) bool {
			return r.Caller == r.Caller.without() && s.service.answer(&r).status == 401
		})
	}
	r, err := Play(t.Context(), &tl, Options{Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	harmless(t, r)
}
