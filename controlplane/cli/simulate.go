package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/controlplane/policy"
	"picket/controlplane/simulate"
)

// simulation is what the commands that play timelines have in common.
type simulation struct {
	policy string
	mode   string
	seed   uint64
	speed  float64
	format string
}

func (s *simulation) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.policy, "policy", "", "the policy file; absent: the built-in policy")
	c.Flags().StringVar(&s.mode, "mode", "enforce", "observe, canary or enforce, whatever the policy file says")
	c.Flags().Uint64Var(&s.seed, "seed", 1, "of what is drawn: the same seed plays the same")
	c.Flags().Float64Var(&s.speed, "speed", 0, "how many times faster than real time at the most; 0: as fast as this machine can")
	c.Flags().StringVarP(&s.format, "output", "o", "table", "table, wide or json")
}

func (s *simulation) check() error {
	if !slices.Contains([]string{"table", "wide", "json"}, s.format) {
		return mistakef("-o %s: give table, wide or json", s.format)
	}
	if s.mode != "observe" && s.mode != "canary" && s.mode != "enforce" {
		return mistakef("--mode %s: give observe, canary or enforce", s.mode)
	}
	if !(s.speed >= 0) {
		return mistakef("--speed %v: give how many times faster than real time, as in 1000", s.speed)
	}
	return nil
}

// options reads the policy file. withService adds what the timelines that come with Picket need.
func (p *program) options(s *simulation, withService bool) (simulate.Options, error) {
	o := simulate.Options{Mode: s.mode, Seed: s.seed, Speed: s.speed}
	if s.policy == "" {
		if !withService {
			o.Policy = "picket: " + policy.Version + "\n"
		}
		return o, nil
	}
	data, err := p.readPolicy(s.policy)
	if err != nil {
		return o, unreadable("--policy", s.policy, err)
	}
	if _, err := policy.Parse(s.policy, data); err != nil {
		return o, &mistake{err.Error()}
	}
	if o.Policy = string(data); !withService {
		return o, nil
	}
	if o.Policy, err = simulate.WithService(o.Policy); err != nil {
		return o, mistakef("--policy %s: %v", s.policy, err)
	}
	return o, nil
}

func (p *program) simulate() *cobra.Command {
	s := &simulation{}
	var names []string
	var log string
	var catalog string
	var list bool
	var l *live
	c := &cobra.Command{
		Use: "simulate", Short: "Play attacks and honest look-alikes, or your own access log, through a control plane in virtual time or a real listener",
		Long: `Play timelines of attackers and of honest callers who look like them through a whole control plane in virtual time:
what is detected after how many requests, what had leaked by then, and which honest callers were hit.

With --catalog second, third or fourth, attacks, exposures and honest callers at other firms are played that were written without knowledge
of the scenarios: they say who must be stopped, and not by what. LEAKED tells what was taken until the first sign, in all,
and of how much. It takes minutes; --timeline names some of them.

With --log, an access log is played instead: whom would this policy have decided about? It is read in Envoy's default format,
Istio's, the combined one of Apache and nginx, or as JSON lines by these names or those that Istio and nginx use:

  {"time", "address", "user", "method", "path", "host", "status", "bytes", "duration" (ms), "agent", "fingerprint" (JA4),
   "request_headers": {}, "request_body", "response_headers": {}, "response_body"}

What a log does not tell is not detected: accounts of logins and injections stand in bodies, keys and tokens in headers.

With --listener, timelines are played against a real Envoy with Picket in real time, or --speed times as fast, which
leaves each scenario's windows as long as they are. All callers come from this machine, each with an address of its own in
X-Forwarded-For: the Envoy must trust one hop, as with picket up --trusted-hops 1. Behind it stands the simulated service:

  picket simulate --service-policy > service.yaml
  picket simulate --service 127.0.0.1:9000
  picket up --upstream http://127.0.0.1:9000 --trusted-hops 1 --policy service.yaml
  picket simulate --listener http://127.0.0.1:8000 --timeline bola-sequential --speed 10

Which scenarios fired is asked of the control plane (--server); where none answers, the answers alone tell who was stopped.
TLS fingerprints are played where the listener is https. What one timeline taught the control plane holds when the next begins.

The exit code is 1 when an attack is not detected, or an honest caller is denied or throttled.`,
		Args: exactly(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := s.check(); err != nil {
				return err
			}
			named, err := catalogOf(catalog)
			if err != nil {
				return err
			}
			switch {
			case named != nil && (l.listener != "" || l.service != "" || l.servicePolicy || log != ""):
				return mistakef("--catalog %s: it is played in virtual time: give no --listener, --service, --service-policy or --log", catalog)
			case named != nil && list:
				return p.listTrials(named.Trials())
			case named != nil:
				return p.playCatalog(c.Context(), s, named, names)
			case list:
				return p.listTimelines()
			case l.servicePolicy:
				return p.printServicePolicy(s)
			case l.service != "":
				return p.serveService(c.Context(), l.service, s.seed)
			case l.listener != "" && (c.Flags().Changed("policy") || c.Flags().Changed("mode") || log != ""):
				return mistakef("--listener: give no --policy, --mode or --log: policy and mode are those of the control plane behind it")
			case l.listener != "":
				return p.playListener(c.Context(), s, l, names)
			case log != "":
				return p.playLog(c.Context(), s, log)
			}
			chosen, err := timelines(names)
			if err != nil {
				return err
			}
			return p.playTimelines(c.Context(), s, chosen)
		},
	}
	s.flags(c)
	l = p.liveFlags(c)
	c.Flags().StringSliceVar(&names, "timeline", []string{"all"}, "which ones to play, or all")
	c.Flags().StringVar(&catalog, "catalog", firstCatalog, "whose timelines: first, which are the scenarios' own, or second, third or fourth, by hands that did not know these")
	c.Flags().StringVar(&log, "log", "", "an access log to play instead, or - for standard input")
	c.Flags().BoolVar(&list, "list", false, "print the timelines there are")
	c.AddCommand(p.simulateFleet())
	return c
}

func timelines(names []string) (chosen []simulate.Timeline, err error) {
	for _, name := range names {
		if name == "all" {
			return simulate.Timelines(), nil
		}
		t, ok := simulate.Find(name)
		if !ok {
			return nil, mistakef("--timeline %s: there is none; see picket simulate --list", name)
		}
		chosen = append(chosen, *t)
	}
	return chosen, nil
}

func (p *program) listTimelines() error {
	return table(p.stdout, false, []column[simulate.Timeline]{
		{"TIMELINE", false, func(t simulate.Timeline) string { return t.Name }},
		{"MUST FIRE", false, func(t simulate.Timeline) string { return strings.Join(t.Fires, ", ") }},
		{"WHAT HAPPENS", false, func(t simulate.Timeline) string { return t.About }},
	}, simulate.Timelines(), "There are none.")
}

func (p *program) playTimelines(ctx context.Context, s *simulation, chosen []simulate.Timeline) error {
	o, err := p.options(s, true)
	if err != nil {
		return err
	}
	results, err := playAll(ctx, chosen, o)
	if err != nil {
		return err
	}
	if err := p.printResults(s, results); err != nil {
		return err
	}
	return verdictOf(results)
}

func playAll(ctx context.Context, chosen []simulate.Timeline, o simulate.Options) ([]*simulate.Result, error) {
	results := make([]*simulate.Result, 0, len(chosen))
	for i := range chosen {
		r, err := simulate.Play(ctx, &chosen[i], o)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// verdictOf fails when an attack was not detected, or somebody honest was hit.
func verdictOf(results []*simulate.Result) error {
	missed, hit := 0, 0
	for _, r := range results {
		if len(r.Missing()) > 0 {
			missed++
		}
		hit += len(r.HonestHit())
	}
	if missed+hit == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d timelines have scenarios that must fire and did not; %d honest actors were hit", missed, len(results), hit)
}

func (p *program) printResults(s *simulation, results []*simulate.Result) error {
	if s.format == "json" {
		return p.printJSON(results)
	}
	if err := table(p.stdout, s.format == "wide", resultColumns(), results, "Nothing was played."); err != nil {
		return err
	}
	if len(results) > 1 {
		return nil
	}
	return p.printActors(s, results[0], actorColumns())
}

func (p *program) printJSON(v any) error {
	e := json.NewEncoder(p.stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func resultColumns() []column[*simulate.Result] {
	type result = *simulate.Result
	return []column[result]{
		{"TIMELINE", false, func(r result) string { return r.Name }},
		{"VERDICT", false, verdictText},
		{"FIRED", false, func(r result) string { return strings.Join(firedNames(r), ", ") }},
		{"AFTER", false, afterText},
		{"LEAKED", false, leakedText},
		{"STOPPED", false, stoppedText},
		{"HONEST HIT", false, func(r result) string { return fmt.Sprintf("%d of %d", len(r.HonestHit()), honestActors(r)) }},
		{"TIME", true, func(r result) string { return r.Took.String() }},
		{"WHAT HAPPENS", true, func(r result) string { return r.Timeline.About }},
	}
}

func verdictText(r *simulate.Result) string {
	var parts []string
	if missing := r.Missing(); len(missing) > 0 {
		parts = append(parts, "MISSED "+strings.Join(missing, ", "))
	}
	if len(r.HonestHit()) > 0 {
		parts = append(parts, "HIT HONEST")
	}
	if len(parts) == 0 {
		return "ok"
	}
	return strings.Join(parts, "; ")
}

func firedNames(r *simulate.Result) (names []string) {
	for _, f := range r.Fired {
		names = append(names, f.Scenario)
	}
	return names
}

// telling gives the first that fired of the scenarios that must, or of any where none must.
func telling(r *simulate.Result) (simulate.Fired, bool) {
	for _, f := range r.Fired {
		if r.Timeline.Honest() || slices.Contains(r.Timeline.Fires, f.Scenario) {
			return f, true
		}
	}
	return simulate.Fired{}, false
}

// afterText tells what it took until then.
func afterText(r *simulate.Result) string {
	f, ok := telling(r)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%d requests, %v", f.Requests, f.After.Round(time.Second/10))
}

// leakedText tells what the attackers got: until then, and in all of what there was.
func leakedText(r *simulate.Result) string {
	if r.Timeline.Honest() {
		return ""
	}
	a := r.Attackers()
	if f, ok := telling(r); ok {
		return taken(f.Leaked, &a)
	}
	return taken(a.Leaked, &a)
}

// taken tells what was got before something happened and in all, of what there was to get.
func taken(before int, a *simulate.ActorResult) string {
	text := fmt.Sprintf("%d, %d in all", before, a.Leaked)
	if a.Stake > 0 {
		text += fmt.Sprintf(" of %d", a.Stake)
	}
	return text
}

func stoppedText(r *simulate.Result) string {
	a := r.Attackers()
	if a.Requests == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", a.Stopped(), a.Requests)
}

func honestActors(r *simulate.Result) (n int) {
	for _, a := range r.Actors {
		if !a.Attacker {
			n++
		}
	}
	return n
}

// maxActors is how many actors a table shows.
const maxActors = 50

// printActors shows the actors worth a line: attackers, and those who were detected or hit.
func (p *program) printActors(s *simulation, r *simulate.Result, columns []column[*simulate.ActorResult]) error {
	var shown []*simulate.ActorResult
	for _, a := range r.Actors {
		if a.Attacker || a.Victim || len(a.Detected) > 0 || a.Stopped()+a.Observed > 0 {
			shown = append(shown, a)
		}
	}
	if len(shown) == 0 {
		return nil
	}
	_, _ = fmt.Fprintln(p.stdout) // the table says when writing fails
	if err := table(p.stdout, s.format == "wide", columns, shown[:min(len(shown), maxActors)], ""); err != nil {
		return err
	}
	if more := len(shown) - maxActors; more > 0 {
		_, err := fmt.Fprintf(p.stdout, "and %d more; -o json has them all\n", more)
		return err
	}
	return nil
}

func actorColumns() []column[*simulate.ActorResult] {
	type actor = *simulate.ActorResult
	return []column[actor]{
		{"ACTOR", false, func(a actor) string { return a.Actor }},
		{"IS", false, func(a actor) string {
			switch {
			case a.Attacker:
				return "attacker"
			case a.Victim:
				return "victim"
			default:
				return "honest"
			}
		}},
		{"DETECTED", false, func(a actor) string {
			var all []string
			for _, d := range a.Detected {
				all = append(all, fmt.Sprintf("%s (%d requests, %v)", d.Scenario, d.Requests, d.After.Round(time.Second/10)))
			}
			return strings.Join(all, ", ")
		}},
		{"REQUESTS", false, func(a actor) string { return strconv.Itoa(a.Requests) }},
		{"DENIED", false, func(a actor) string { return strconv.Itoa(a.Denied) }},
		{"THROTTLED", false, func(a actor) string { return strconv.Itoa(a.Throttled) }},
		{"FOUND INSIDE", true, func(a actor) string { return strconv.Itoa(a.Found) }},
		{"WOULD HAVE", true, func(a actor) string { return strconv.Itoa(a.Observed) }},
		{"LEAKED", false, func(a actor) string { return taken(a.Before, a) }},
	}
}

// playLog plays an access log. What it tells is no failure: nobody knows here who was honest.
func (p *program) playLog(ctx context.Context, s *simulation, name string) error {
	o, err := p.options(s, false)
	if err != nil {
		return err
	}
	in, err := p.openInput(name)
	if err != nil {
		return unreadable("--log", name, err)
	}
	defer func() { _ = in.Close() }() // it was only read
	l, err := simulate.ReadLog(in)
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		return unreadable("--log", name, err)
	}
	if err != nil {
		return mistakef("--log %s: %v", name, strings.ReplaceAll(err.Error(), "\n", ": "))
	}
	r, err := simulate.Play(ctx, l.Timeline(name), o)
	if err != nil {
		return err
	}
	if l.Strange > 0 {
		_, _ = fmt.Fprintf(p.stderr, "picket: warning: %d lines were not understood and left out, the first is %v\n", l.Strange, l.FirstStrange)
	}
	return p.printLog(s, r)
}

// openInput opens a file, or standard input for -.
func (p *program) openInput(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(p.stdin), nil
	}
	return os.Open(name)
}

func (p *program) printLog(s *simulation, r *simulate.Result) error {
	if s.format == "json" {
		return p.printJSON(r)
	}
	hit, requests := 0, 0
	for _, a := range r.Actors {
		if n := a.Stopped() + a.Observed; n > 0 {
			hit, requests = hit+1, requests+n
		}
	}
	_, err := fmt.Fprintf(p.stdout, "%d requests of %d callers in %v; %d decisions; %d requests of %d callers would have been stopped\n",
		r.Requests, len(r.Actors), r.Took.Round(time.Second), len(r.Decisions), requests, hit)
	for _, text := range r.Told {
		_, _ = fmt.Fprintf(p.stdout, "an operator would have been told of %s\n", text) // the table says when writing fails
	}
	if err != nil || len(r.Decisions) == 0 {
		return err
	}
	_, _ = fmt.Fprintln(p.stdout)
	return table(p.stdout, s.format == "wide", decidedColumns(), r.Decisions, "")
}

func decidedColumns() []column[simulate.Decided] {
	type decided = simulate.Decided
	return []column[decided]{
		{"AT", false, func(d decided) string { return d.At.Format(time.DateTime) }},
		{"WHO", false, func(d decided) string {
			who := d.Facet + " " + d.Value
			if len(d.Whom) > 0 && d.Facet != "ip" {
				who += " (" + d.Whom[0] + ")"
			}
			return who
		}},
		{"ACTION", false, func(d decided) string { return d.Action }},
		{"SCENARIO", false, func(d decided) string { return d.Scenario }},
		{"ENDPOINT", true, func(d decided) string { return d.Endpoint }},
		{"UNTIL", true, func(d decided) string { return d.Expires.Format(time.DateTime) }},
		{"WHY", false, func(d decided) string { return d.Reason }},
	}
}
