package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/controlplane/app"
	"picket/controlplane/simulate"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// live is how simulate plays against what really listens.
type live struct {
	listener, service string
	servicePolicy     bool
	remote            *remote
}

func (p *program) liveFlags(c *cobra.Command) *live {
	l := &live{remote: p.remoteFlags(c)}
	f := c.Flags()
	f.StringVar(&l.listener, "listener", "", "play against a real listener, in real time: http://HOST:PORT of an Envoy that trusts one hop of X-Forwarded-For")
	f.StringVar(&l.service, "service", "", "serve the simulated service on HOST:PORT, to stand behind that Envoy, until interrupted")
	f.BoolVar(&l.servicePolicy, "service-policy", false, "print the policy file for the simulated service")
	return l
}

// printServicePolicy prints it, with what the file of --policy says before.
func (p *program) printServicePolicy(s *simulation) error {
	o, err := p.options(s, true)
	if err != nil {
		return err
	}
	if o.Policy == "" {
		o.Policy = simulate.ServicePolicy()
	}
	_, err = fmt.Fprint(p.stdout, o.Policy)
	return err
}

// serveService serves the simulated service until ctx ends.
func (p *program) serveService(ctx context.Context, address string, seed uint64) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return mistakef("--service %s: give HOST:PORT, as in 127.0.0.1:9000", address)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return &mistake{app.ListenMistake("--service", address, err).Error()}
	}
	s := &http.Server{Handler: simulate.NewService(simulate.ServiceOptions{Seed: seed, Delay: true}), ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stopped()
	if _, err := fmt.Fprintf(p.stdout, "the simulated service is on http://%s (seed %d)\n", l.Addr(), seed); err != nil {
		return err
	}
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the simulated service: %w", err)
	}
	return nil
}

// heard is what a play against a listener brought. named says that a control plane told which scenarios fired.
type heard struct {
	*simulate.Heard
	named bool
}

// playListener plays timelines one after the other, and asks the control plane what it made of them.
func (p *program) playListener(ctx context.Context, s *simulation, l *live, names []string) error {
	u, err := url.Parse(l.listener)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return mistakef("--listener %q: give http://HOST:PORT or https://HOST:PORT", l.listener)
	}
	if slices.Contains(names, "all") {
		return mistakef("--listener plays in real time: name timelines, as in --timeline bola-sequential; picket simulate --list has them all")
	}
	chosen, err := timelines(names)
	if err != nil {
		return err
	}
	admin, err := p.admin(ctx, l.remote)
	if err != nil {
		return err
	}
	if err := reachable(ctx, u); err != nil {
		return err
	}
	var all []heard
	for i := range chosen {
		h, err := p.playLive(ctx, s, u, admin, &chosen[i])
		if err != nil {
			return err
		}
		all = append(all, h)
	}
	if err := p.printHeard(s, all); err != nil {
		return err
	}
	return verdictOfHeard(all)
}

// reachable sees that somebody listens, before minutes are spent on asking him.
func reachable(ctx context.Context, u *url.URL) error {
	port := u.Port()
	if port == "" {
		port = u.Scheme // its name is as good as its number
	}
	c, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return fmt.Errorf("--listener %s: nothing answers there: start the Envoy, as with picket up --trusted-hops 1: %w", u, err)
	}
	return c.Close()
}

// admin gives a client of the control plane; nil where none was named and none answers.
func (p *program) admin(ctx context.Context, r *remote) (picketv1connect.AdminClient, error) {
	client, err := r.client()
	if err != nil {
		return nil, err
	}
	_, err = client.GetStatus(ctx, &picketv1.GetStatusRequest{})
	switch {
	case err == nil:
		return client, nil
	case r.server != "" || p.getenv("PICKET_SERVER") != "":
		return nil, r.explain(err)
	}
	p.tell("no control plane answers at %s, so that only the answers tell what happened; --server names another", r.address())
	return nil, nil
}

// playLive plays one timeline.
func (p *program) playLive(ctx context.Context, s *simulation, u *url.URL, admin picketv1connect.AdminClient, t *simulate.Timeline) (heard, error) {
	before, err := detections(ctx, admin)
	if err != nil {
		return heard{}, err
	}
	o := simulate.ListenerOptions{URL: u, Seed: s.seed, Speed: s.speed}
	length := simulate.Length(t, s.seed)
	if s.speed > 0 {
		length = time.Duration(float64(length) / s.speed)
	}
	p.tell("playing %s against %s takes %v", t.Name, u, length.Round(time.Second))
	h, err := simulate.PlayListener(ctx, t, o)
	if err != nil {
		return heard{}, err
	}
	if h.Failed == h.Requests {
		return heard{}, fmt.Errorf("play %s: no request was answered: %w", t.Name, h.FirstFailed)
	}
	if h.Failed > 0 {
		p.tell("warning: %d requests of %s were not answered, the first: %v", h.Failed, t.Name, h.FirstFailed)
	}
	if h.Late > time.Second {
		p.tell("warning: requests of %s came up to %v late: play slower", t.Name, h.Late.Round(time.Second/10))
	}
	if admin == nil {
		return heard{h, false}, nil
	}
	return heard{h, true}, learn(ctx, admin, h, before)
}

// toldWithin is how long what the last requests made fire may take to be known: workers report each second at the latest.
const toldWithin = 3 * time.Second

// learn asks for the decisions behind the answers and for the scenarios that fired since before.
func learn(ctx context.Context, admin picketv1connect.AdminClient, h *simulate.Heard, before map[string]int) error {
	names, err := scenariosOfDecisions(ctx, admin)
	if err != nil {
		return err
	}
	h.Resolve(names)
	times, err := firedSince(ctx, admin, h.Timeline.Fires, before)
	h.Fire(times)
	return err
}

// firedSince gives how often each scenario fired. It waits a moment for those that must.
func firedSince(ctx context.Context, admin picketv1connect.AdminClient, must []string, before map[string]int) (map[string]int, error) {
	late := time.NewTimer(toldWithin)
	defer late.Stop()
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		times, err := detections(ctx, admin)
		if err != nil {
			return nil, err
		}
		for name, n := range before {
			if times[name] -= n; times[name] <= 0 {
				delete(times, name)
			}
		}
		if !slices.ContainsFunc(must, func(name string) bool { return times[name] == 0 }) {
			return times, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-late.C:
			return times, nil
		case <-tick.C:
		}
	}
}

// detections gives how often each scenario fired since the control plane started; none where there is no control plane.
func detections(ctx context.Context, admin picketv1connect.AdminClient) (map[string]int, error) {
	times := map[string]int{}
	if admin == nil {
		return times, nil
	}
	a, err := admin.ListScenarios(ctx, &picketv1.ListScenariosRequest{})
	if err != nil {
		return nil, fmt.Errorf("ask which scenarios fired: %w", err)
	}
	for _, s := range a.Scenarios {
		if s.Detections > 0 {
			times[s.Name] = int(s.Detections)
		}
	}
	return times, nil
}

// scenariosOfDecisions gives what took each decision, by its id.
func scenariosOfDecisions(ctx context.Context, admin picketv1connect.AdminClient) (map[string]string, error) {
	names := map[string]string{}
	for after := ""; ; {
		a, err := admin.ListDecisions(ctx, &picketv1.ListDecisionsRequest{All: true, Limit: 10_000, After: after})
		if err != nil {
			return nil, fmt.Errorf("ask which decisions were taken: %w", err)
		}
		for _, d := range a.Decisions {
			names[d.Id] = d.Source
		}
		if after = a.Next; after == "" {
			return names, nil
		}
	}
}

func (p *program) printHeard(s *simulation, all []heard) error {
	if s.format == "json" {
		return p.printJSON(all)
	}
	if err := table(p.stdout, s.format == "wide", heardColumns(), all, "Nothing was played."); err != nil || len(all) > 1 {
		return err
	}
	columns := actorColumns()
	columns[2].title = "FIRST STOPPED"
	return p.printActors(s, all[0].Result, columns)
}

func heardColumns() []column[heard] {
	return []column[heard]{
		{"TIMELINE", false, func(h heard) string { return h.Name }},
		{"VERDICT", false, heard.verdict},
		{"FIRED", false, heard.fired},
		{"FIRST STOPPED", false, func(h heard) string {
			if h.First == nil {
				return ""
			}
			return fmt.Sprintf("%d requests, %v", h.First.Requests, h.First.After.Round(time.Second/10))
		}},
		{"LEAKED", false, heard.leaked},
		{"STOPPED", false, func(h heard) string { return stoppedText(h.Result) }},
		{"HONEST HIT", false, func(h heard) string { return fmt.Sprintf("%d of %d", len(h.HonestHit()), honestActors(h.Result)) }},
		{"TIME", true, func(h heard) string { return h.Took.String() }},
		{"WHAT HAPPENS", true, func(h heard) string { return h.Timeline.About }},
	}
}

func (h heard) fired() string {
	if !h.named {
		return "unknown"
	}
	return strings.Join(firedNames(h.Result), ", ")
}

// leaked tells what the attackers got until they were first stopped, and in all of what there was.
func (h heard) leaked() string {
	if h.Timeline.Honest() {
		return ""
	}
	a := h.Attackers()
	if h.First == nil {
		return taken(a.Leaked, &a)
	}
	return taken(h.First.Leaked, &a)
}

// verdict is as of a play in virtual time. Where no control plane says what fired, an attack must have been stopped.
func (h heard) verdict() string {
	switch {
	case h.named:
		return verdictText(h.Result)
	case !h.stopped() && len(h.HonestHit()) > 0:
		return "NOT STOPPED; HIT HONEST"
	case !h.stopped():
		return "NOT STOPPED"
	case len(h.HonestHit()) > 0:
		return "HIT HONEST"
	default:
		return "ok"
	}
}

func (h heard) stopped() bool {
	a := h.Attackers()
	return h.Timeline.Honest() || a.Stopped() > 0
}

func verdictOfHeard(all []heard) error {
	bad := 0
	for _, h := range all {
		if h.verdict() != "ok" {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d timelines did not end as they should", bad, len(all))
	}
	return nil
}
