package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"picket/controlplane/simulate"
)

// firstCatalog is the one of the scenarios' own timelines.
const firstCatalog = "first"

// catalogOf gives a catalog by name; nil: it is the first, which has no trials.
func catalogOf(name string) (*simulate.Catalog, error) {
	if name == firstCatalog {
		return nil, nil
	}
	names := []string{firstCatalog}
	for _, c := range simulate.Catalogs() {
		if c.Name == name {
			return &c, nil
		}
		names = append(names, c.Name)
	}
	last := len(names) - 1
	return nil, mistakef("--catalog %s: give %s or %s", name, strings.Join(names[:last], ", "), names[last])
}

func (p *program) listTrials(all []simulate.Trial) error {
	return table(p.stdout, false, []column[simulate.Trial]{
		{"TIMELINE", false, func(t simulate.Trial) string { return t.Name }},
		{"MUST", false, must},
		{"WHAT HAPPENS", false, func(t simulate.Trial) string { return t.About }},
	}, all, "There are none.")
}

// must says what a trial asks for.
func must(t simulate.Trial) string {
	switch {
	case t.Stop != "":
		return "be stopped"
	case t.Find != "":
		return "be found"
	}
	return "pass"
}

// playCatalog plays trials one after the other, those that are named, and fails where one did not end as it should.
func (p *program) playCatalog(ctx context.Context, s *simulation, c *simulate.Catalog, names []string) error {
	chosen, err := trials(c, names)
	if err != nil {
		return err
	}
	o := simulate.Options{Policy: c.Policy, Mode: s.mode, Seed: s.seed, Speed: s.speed}
	if s.policy != "" {
		if o, err = p.options(s, false); err != nil {
			return err
		}
	}
	if len(chosen) > 1 {
		p.tell("playing %d timelines, most of them twice: with their attackers and without", len(chosen))
	}
	outcomes := make([]*simulate.Outcome, 0, len(chosen))
	for i := range chosen {
		r, err := simulate.PlayTrial(ctx, &chosen[i], o)
		if err != nil {
			return err
		}
		outcomes = append(outcomes, r)
	}
	if s.format == "json" {
		err = p.printJSON(told(outcomes))
	} else {
		err = simulate.WriteOutcomes(p.stdout, outcomes)
	}
	if err != nil {
		return err
	}
	return verdictOfTrials(outcomes)
}

// trials gives those of the names.
func trials(c *simulate.Catalog, names []string) (chosen []simulate.Trial, err error) {
	all := c.Trials()
	for _, name := range names {
		if name == "all" {
			return all, nil
		}
		i := slices.IndexFunc(all, func(t simulate.Trial) bool { return t.Name == name })
		if i < 0 {
			return nil, mistakef("--timeline %s: this catalog has none; see picket simulate --list --catalog %s", name, c.Name)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// outcome is a trial's as JSON has it.
type outcome struct {
	*simulate.Result
	Verdict string `json:"verdict"`
	Stake   int    `json:"stake"`
}

func told(all []*simulate.Outcome) (out []outcome) {
	for _, o := range all {
		out = append(out, outcome{o.Result, o.Verdict(), o.Stake})
	}
	return out
}

func verdictOfTrials(all []*simulate.Outcome) error {
	bad := 0
	for _, o := range all {
		if !slices.Contains([]string{"stopped", "found", "passed"}, o.Verdict()) {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d timelines did not end as they should", bad, len(all))
	}
	return nil
}
