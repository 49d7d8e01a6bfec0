package fleet

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
)

// Series is how the figures grow with one thing.
type Series struct {
	With    string // "nodes", "consumers" or "decisions"
	Results []*Result
}

// at gives what of a result the series varies.
func (s *Series) at(r *Result) float64 {
	return float64(map[string]int{"nodes": r.Nodes, "consumers": r.Consumers, "decisions": r.Decisions}[s.With])
}

// Grow measures again and again with one thing varied: nodes, consumers, decisions. o is the largest of all; each is told as
// it is done.
func Grow(ctx context.Context, o Options, each func(with string, r *Result)) ([]Series, error) {
	o = o.withDefaults()
	var all []Series
	for _, with := range []string{"nodes", "consumers", "decisions"} {
		s := Series{With: with}
		for _, divisor := range []int{100, 10, 1} {
			next := o
			switch with {
			case "nodes":
				next.Nodes = max(1, o.Nodes/divisor)
			case "consumers":
				next.Consumers = max(1, o.Consumers/divisor)
			case "decisions":
				next.Decisions = growDecisions / divisor
			}
			r, err := Run(ctx, next)
			if err != nil {
				return all, fmt.Errorf("grow %s: %w", with, err)
			}
			each(with, r)
			s.Results = append(s.Results, r)
		}
		all = append(all, s)
	}
	return all, nil
}

// growDecisions is the largest number of decisions that are in force before.
const growDecisions = 10_000

// WriteGrowth prints the series for people.
func WriteGrowth(w io.Writer, all []Series) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "GROWTH WITH\t\tREQUESTS/S\tREQUESTS A ROLLUP\tCPU S A MILLION\tNATS\tREQUESTS/S A CORE\tMIB\tDECISION TO EVERY NODE 50 %%\t99 %%\t\n")
	for _, s := range all {
		for _, r := range s.Results {
			fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.1f\t%.3f\t%.3f\t%.0f\t%.0f\t%.0f ms\t%.0f ms\t\n", s.With, s.at(r), r.RequestsPerSecond, r.RequestsPerRollup,
				r.PlanePerMillion, r.NATSPerMillion, r.RequestsPerCore, mib(r.Loaded.Heap), 1000*r.Enforced.P50, 1000*r.Enforced.P99)
		}
	}
	return t.Flush()
}
