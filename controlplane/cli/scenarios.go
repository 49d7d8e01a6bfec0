package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) getScenarios() *cobra.Command {
	c := &cobra.Command{
		Use: "scenarios", Aliases: []string{"scenario"}, Short: "List how each scenario does, since the control plane started",
		Args: exactly(0, "no argument"),
	}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.ListScenarios, &picketv1.ListScenariosRequest{})
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, wide bool) error {
			return table(w, wide, scenarioColumns(), a.Scenarios, "The policy has no scenario.")
		})
	}
	return c
}

func scenarioColumns() []column[*picketv1.ScenarioView] {
	type view = *picketv1.ScenarioView
	return []column[view]{
		{"SCENARIO", false, view.GetName},
		{"MODE", false, view.GetMode},
		{"DETECTIONS", false, func(s view) string { return number(s.Detections) }},
		{"DECISIONS", false, func(s view) string { return number(s.Decisions) }},
		{"IN FORCE", false, func(s view) string { return number(uint64(s.Active)) }},
		{"HELD BACK", false, held},
		{"RIGHT", false, precision},
		{"SHADOW", true, func(s view) string { return number(uint64(s.Shadow)) }},
		{"PROFILE", true, view.GetProfile},
	}
}

// held says how many detections were held back, and by which rails.
func held(s *picketv1.ScenarioView) string {
	var rails []string
	total := uint64(0)
	for _, h := range s.Held {
		total += h.Count
		rails = append(rails, fmt.Sprintf("%s %d", h.Rail, h.Count))
	}
	if total == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%s)", total, strings.Join(rails, ", "))
}

// precision says how often decisions of the shadow arm were right.
func precision(s *picketv1.ScenarioView) string {
	p := s.Precision
	if p == nil {
		return "unknown"
	}
	return fmt.Sprintf("%.0f %% (%.0f to %.0f %%) of %d", 100*p.Share, 100*p.Low, 100*p.High, p.Of)
}
