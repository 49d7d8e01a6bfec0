package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"

	"picket/controlplane"
	"picket/controlplane/policy"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// maxSecret bounds a key read from standard input or a file, in bytes.
const maxSecret = 64 << 10

// wish is what an operator asks for.
type wish struct {
	facets   map[string]*string // by facet
	all      bool               // callers, at one endpoint
	endpoint string
	length   time.Duration
	reason   string
	group    string
	rate     string
}

// decide makes the command for one action: deny, throttle or allow.
func (p *program) decide(action string) *cobra.Command {
	shorts := map[string]string{
		"deny":     "Answer a caller's requests with 403",
		"throttle": "Slow a caller down to a rate",
		"allow":    "Let a caller through whatever automatic decisions say",
	}
	c := &cobra.Command{
		Use:   action + " --ip|--key|--subject|--session|--fingerprint VALUE --for 10m --reason TEXT",
		Short: shorts[action], Args: exactly(0, "no argument but flags"),
	}
	if action == "deny" {
		c.Long = shorts[action] + `.

An endpoint is closed to all callers at once, and opened again by undo, or when the time is over:

  picket deny --everybody --endpoint "GET /internal/export/{id}" --for 24h --reason "it asks nobody who he is"

Whom an operator allows there still gets in: picket allow --ip 10.0.0.0/8 --endpoint "GET /internal/export/{id}" ...`
	}
	v := wishFlags(c, action)
	r, o := p.remoteFlags(c), outputFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		q, err := v.request(p.stdin, action)
		if err != nil {
			return err
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.Decide, q)
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, _ bool) error { return printDecided(w, a.Decision) })
	}
	return c
}

func wishFlags(c *cobra.Command, action string) *wish {
	v := &wish{facets: map[string]*string{}}
	f := c.Flags()
	v.facets["ip"] = f.String("ip", "", "address or network: 203.0.113.7, 203.0.113.0/24")
	v.facets["key"] = f.String("key", "", "API key: - reads it from standard input, @FILE from a file")
	v.facets["subject"] = f.String("subject", "", "subject of a token, user name, or URI of a client certificate")
	v.facets["session"] = f.String("session", "", "session cookie: - reads it from standard input, @FILE from a file")
	v.facets["fingerprint"] = f.String("fingerprint", "", "JA4 fingerprint")
	if action != "throttle" {
		f.BoolVar(&v.all, "everybody", false, "all callers, at the endpoint that --endpoint names")
	}
	f.StringVar(&v.endpoint, "endpoint", "", `only there: "GET /v1/customers/{id}" (default anywhere)`)
	f.DurationVar(&v.length, "for", 0, "how long: 10m, 2h")
	f.StringVar(&v.reason, "reason", "", "why, for those who read it later")
	f.StringVar(&v.group, "group", "", "group of nodes (default all)")
	if action == "throttle" {
		f.StringVar(&v.rate, "rate", "", "requests a minute, all workers together: 60/m")
	}
	return v
}

// request reads the flags; a secret comes from stdin or a file.
func (v *wish) request(stdin io.Reader, action string) (*picketv1.DecideRequest, error) {
	facet, value, err := v.whom(stdin, action)
	if err != nil {
		return nil, err
	}
	if v.length <= 0 {
		return nil, mistakef("say for how long: --for 10m")
	}
	if strings.TrimSpace(v.reason) == "" {
		return nil, mistakef(`say why: --reason "counts through customers"`)
	}
	rate, err := v.perMinute(action)
	if err != nil {
		return nil, err
	}
	return &picketv1.DecideRequest{
		Action: action, Facet: facet, Value: value, Endpoint: v.endpoint, For: durationpb.New(v.length),
		Reason: v.reason, Group: v.group, PerMinute: rate,
	}, nil
}

// named says whether a facet has a value.
func (v *wish) named() bool {
	for _, s := range v.facets {
		if *s != "" {
			return true
		}
	}
	return false
}

// whom gives the one facet that has a value.
func (v *wish) whom(stdin io.Reader, action string) (facet, value string, err error) {
	for f, s := range v.facets {
		if *s == "" {
			continue
		}
		if facet != "" || v.all {
			return "", "", mistakef("give one of --ip, --key, --subject, --session, --fingerprint and --everybody, not two")
		}
		facet, value = f, *s
	}
	switch {
	case v.all && v.endpoint == "":
		return "", "", mistakef(`--everybody is at one endpoint only: --endpoint "GET /internal/export/{id}"`)
	case v.all:
		return string(controlplane.FacetEverybody), "", nil
	}
	switch facet {
	case "":
		return "", "", mistakef("say whom: --ip, --key, --subject, --session or --fingerprint%s", orEverybody(action))
	case "key", "session":
		value, err = secret(stdin, facet, value)
	}
	return facet, value, err
}

// orEverybody ends the list of whom an action can be about.
func orEverybody(action string) string {
	if action == "deny" || action == "allow" {
		return ", or --everybody with --endpoint"
	}
	return ""
}

// secret reads a raw credential. It is never taken from the command line, where every user of the machine sees it.
func secret(stdin io.Reader, facet, from string) (string, error) {
	var b []byte
	var err error
	name, isFile := strings.CutPrefix(from, "@")
	switch {
	case from == "-":
		b, err = io.ReadAll(io.LimitReader(stdin, maxSecret+1))
	case isFile:
		b, err = readBounded(name)
		if err != nil {
			return "", unreadable("--"+facet, "@"+name, err)
		}
	default:
		return "", mistakef("--%s takes - (standard input) or @FILE, never the value itself: others on this machine can read a command line", facet)
	}
	if err != nil {
		return "", mistakef("--%s: %v", facet, err)
	}
	value := strings.TrimRight(string(b), "\r\n")
	if value == "" || len(value) > maxSecret {
		return "", mistakef("--%s: want 1 to %d bytes from %s", facet, maxSecret, orText(name, "standard input"))
	}
	return value, nil
}

func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, maxSecret+1))
}

// perMinute reads N, N/m or N/s.
func (v *wish) perMinute(action string) (uint32, error) {
	if action != "throttle" {
		return 0, nil
	}
	text, unit, _ := strings.Cut(v.rate, "/")
	times := map[string]uint64{"": 1, "m": 1, "s": 60}[unit]
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n == 0 || times == 0 || n*times > policy.MaxPerMinute {
		return 0, mistakef("say how many requests a minute pass: --rate 60/m (1 to %d)", policy.MaxPerMinute)
	}
	return uint32(n * times), nil
}

func printDecided(w io.Writer, d *picketv1.DecisionView) error {
	_, err := fmt.Fprintf(w, "%s  %s %s %s, %s, until %s. Story: picket explain %s. Back: picket undo %s\n",
		d.Id, clean(d.Action), clean(d.Facet), clean(d.Value), clean(orText(d.Endpoint, "anywhere")), at(d.Expires), d.Id, d.Id)
	return err
}
