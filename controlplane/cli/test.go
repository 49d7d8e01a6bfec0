package cli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"picket/controlplane/simulate"
)

// test has what people test before they put it in force.
func (p *program) test() *cobra.Command {
	c := &cobra.Command{
		Use: "test", Short: "Test scenarios on timelines of attackers and honest callers", Args: unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error {
			return mistakef("say what to test: see %s --help", c.CommandPath())
		},
	}
	c.AddCommand(p.testScenarios())
	return c
}

func (p *program) testScenarios() *cobra.Command {
	s := &simulation{}
	c := &cobra.Command{
		Use: "scenarios [FILE...]", Short: "Play the timelines on which each scenario must fire, and those on which it must not",
		Long: `Play the timelines on which each scenario must fire, and those of honest callers, on which none may.

A FILE has timelines of your own, for your own scenarios; they are played beside those that come with Picket, and each step
says what the service answers:

  timelines:
    - name: coupon-guessing
      about: Somebody tries coupons.
      fires: [coupon-guessing]     # absent: all are honest
      actors:
        - name: guesser
          attacker: true
          address: 192.0.2.7       # or a network, of which each gets an address
          times: 200
          every: 1s
          steps:
            - POST /v1/coupons/{random} 404
            - {request: "POST /v1/login", account: "user{n}", status: 401, wait: 2s}

Actors also have: count, apart, from, rotate, key, session, subject, fingerprint. Steps also have: body, bytes, upload, took,
anonymous, leaks. {i} is the actor's number, {n} that of the repetition, {random} six digits.

The exit code is 1 when a scenario did not fire where it must, or fired or hit somebody where it must not.`,
		RunE: func(c *cobra.Command, files []string) error {
			if err := s.check(); err != nil {
				return err
			}
			own, err := p.readTimelines(files)
			if err != nil {
				return err
			}
			o, err := p.options(s, true)
			if err != nil {
				return err
			}
			results, err := playAll(c.Context(), append(simulate.Timelines(), own...), o)
			if err != nil {
				return err
			}
			return p.printTests(s, testsOf(results))
		},
	}
	s.flags(c)
	return c
}

func (p *program) readTimelines(files []string) (all []simulate.Timeline, err error) {
	for _, name := range files {
		data, err := p.readInput(name, maxPolicy)
		if err != nil {
			return nil, unreadable("read timelines", name, err)
		}
		own, err := simulate.ParseTimelines(data)
		if err != nil {
			return nil, mistakef("%s: %s", name, strings.ReplaceAll(err.Error(), "\n", "\n"+name+": "))
		}
		all = append(all, own...)
	}
	return all, nil
}

// scenarioTest is what became of one scenario.
type scenarioTest struct {
	Scenario string   `json:"scenario"`
	Must     int      `json:"must_fire"` // timelines on which it must fire
	Missed   []string `json:"missed"`    // of these, where it did not
	MustNot  int      `json:"must_not_fire"`
	Wrong    []string `json:"wrong"` // of honest timelines, where it fired
}

// testsOf sorts results by scenario.
func testsOf(results []*simulate.Result) []*scenarioTest {
	tests := map[string]*scenarioTest{}
	of := func(name string) *scenarioTest {
		if tests[name] == nil {
			tests[name] = &scenarioTest{Scenario: name}
		}
		return tests[name]
	}
	honest := 0
	for _, r := range results {
		missing := r.Missing()
		for _, name := range r.Timeline.Fires {
			t := of(name)
			t.Must++
			if slices.Contains(missing, name) {
				t.Missed = append(t.Missed, r.Name)
			}
		}
		if !r.Timeline.Honest() {
			continue
		}
		honest++
		for _, f := range r.Wrong() {
			of(f.Scenario).Wrong = append(of(f.Scenario).Wrong, r.Name)
		}
	}
	sorted := slices.SortedFunc(maps.Values(tests), func(a, b *scenarioTest) int { return cmp.Compare(a.Scenario, b.Scenario) })
	for _, t := range sorted {
		t.MustNot = honest
	}
	return sorted
}

func (p *program) printTests(s *simulation, tests []*scenarioTest) error {
	failed := 0
	for _, t := range tests {
		if len(t.Missed)+len(t.Wrong) > 0 {
			failed++
		}
	}
	if err := p.writeTests(s, tests); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", failed, len(tests))
	}
	return nil
}

func (p *program) writeTests(s *simulation, tests []*scenarioTest) error {
	if s.format == "json" {
		return p.printJSON(tests)
	}
	type test = *scenarioTest
	return table(p.stdout, s.format == "wide", []column[test]{
		{"SCENARIO", false, func(t test) string { return t.Scenario }},
		{"FIRES", false, func(t test) string { return fmt.Sprintf("%d of %d", t.Must-len(t.Missed), t.Must) }},
		{"SILENT", false, func(t test) string { return fmt.Sprintf("%d of %d", t.MustNot-len(t.Wrong), t.MustNot) }},
		{"MISSED", false, func(t test) string { return strings.Join(t.Missed, ", ") }},
		{"WRONGLY FIRED", false, func(t test) string { return strings.Join(t.Wrong, ", ") }},
	}, tests, "There are none.")
}
