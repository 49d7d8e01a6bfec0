package simulate

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A file of timelines, for those who test scenarios of their own, on an API of their own: each step says what the service
// answers.
//
//	timelines:
//	  - name: coupon-guessing
//	    about: Somebody tries coupons.
//	    fires: [coupon-guessing]        # absent: all are honest
//	    actors:
//	      - name: guesser
//	        attacker: true
//	        address: 192.0.2.7          # or a network, of which each gets an address; absent: each gets some address
//	        times: 200
//	        every: 1s
//	        steps:
//	          - POST /v1/coupons/{random} 404
//	          - {request: "POST /v1/login", account: "user{i}", status: 401, wait: 2s}
//
// In requests, accounts, bodies and credentials {i} is the actor's number, {n} that of the repetition, {random} six digits.
type file struct {
	Timelines []fileTimeline `yaml:"timelines"`
}

type fileTimeline struct {
	Name     string        `yaml:"name"`
	About    string        `yaml:"about"`
	After    string        `yaml:"after"`
	Fires    []string      `yaml:"fires"`
	Workers  int           `yaml:"workers"`
	Scatter  bool          `yaml:"scatter"`
	Interval time.Duration `yaml:"interval"`
	Actors   []fileActor   `yaml:"actors"`
}

type fileActor struct {
	Name        string        `yaml:"name"`
	Count       int           `yaml:"count"` // alike; 0: 1
	Attacker    bool          `yaml:"attacker"`
	Victim      bool          `yaml:"victim"`
	Address     string        `yaml:"address"`
	Rotate      bool          `yaml:"rotate"` // another address of the network for each repetition
	Key         string        `yaml:"key"`
	Session     string        `yaml:"session"`
	Subject     string        `yaml:"subject"` // of a token
	Fingerprint string        `yaml:"fingerprint"`
	From        time.Duration `yaml:"from"`
	Apart       time.Duration `yaml:"apart"` // between the starts of two that are alike
	Times       int           `yaml:"times"` // 0: once
	Every       time.Duration `yaml:"every"` // after each repetition
	Steps       []fileStep    `yaml:"steps"`
}

type fileStep struct {
	Request   string        `yaml:"request"`
	Status    int           `yaml:"status"` // 0: 200
	Account   string        `yaml:"account"`
	Body      string        `yaml:"body"`
	Bytes     uint64        `yaml:"bytes"` // of the answer
	Upload    uint64        `yaml:"upload"`
	Took      time.Duration `yaml:"took"`
	Wait      time.Duration `yaml:"wait"`      // after it
	Anonymous bool          `yaml:"anonymous"` // without credentials
	Leaks     string        `yaml:"leaks"`     // what a stranger gets
}

// UnmarshalYAML reads a step that is one line: "METHOD /path", or "METHOD /path STATUS".
func (s *fileStep) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		type plain fileStep
		return n.Decode((*plain)(s))
	}
	words := strings.Fields(n.Value)
	if len(words) == 3 {
		status, err := strconv.Atoi(words[2])
		if err != nil {
			return fmt.Errorf("line %d: %q is no status", n.Line, words[2])
		}
		s.Status, words = status, words[:2]
	}
	s.Request = strings.Join(words, " ")
	return nil
}

// The bounds of a file.
const (
	maxCount = 100_000 // actors that are alike, and repetitions
	maxSent  = 5_000_000
)

// ParseTimelines reads a file of timelines. The error names every mistake.
func ParseTimelines(data []byte) ([]Timeline, error) {
	var f file
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read timelines: %w", err)
	}
	var errs []error
	var all []Timeline
	for i := range f.Timelines {
		t := &f.Timelines[i]
		if err := t.check(); err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, t.timeline())
	}
	if len(f.Timelines) == 0 {
		errs = append(errs, errors.New("it has no timelines"))
	}
	return all, errors.Join(errs...)
}

func (t *fileTimeline) check() error {
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("timeline %q: %s", t.Name, fmt.Sprintf(format, args...)))
	}
	if t.Name == "" || len(t.Actors) == 0 {
		wrong("it needs a name and actors")
	}
	if t.Workers < 0 || t.Workers > 500 {
		wrong("workers are 1 to 500")
	}
	if t.Interval != 0 && (t.Interval < 100*time.Millisecond || t.Interval > time.Second) {
		wrong("interval is 100ms to 1s")
	}
	sent := 0
	for i := range t.Actors {
		a := &t.Actors[i]
		if err := a.check(); err != nil {
			wrong("actor %q: %v", a.Name, err)
			continue
		}
		sent += max(a.Count, 1) * max(a.Times, 1) * len(a.Steps)
	}
	if sent > maxSent {
		wrong("%d requests are more than %d", sent, maxSent)
	}
	return errors.Join(errs...)
}

func (a *fileActor) check() error {
	if a.Count < 0 || a.Count > maxCount || a.Times < 0 || a.Times > maxCount {
		return fmt.Errorf("count and times are 1 to %d", maxCount)
	}
	if a.From < 0 || a.Apart < 0 || a.Every < 0 {
		return errors.New("time does not go back")
	}
	if a.Name == "" || len(a.Steps) == 0 {
		return errors.New("it needs a name and steps")
	}
	if _, err := a.network(); err != nil {
		return err
	}
	for _, s := range a.Steps {
		method, path, ok := strings.Cut(s.Request, " ")
		if !ok || method == "" || !strings.HasPrefix(path, "/") || strings.Contains(path, " ") {
			return fmt.Errorf("step %q: write METHOD /path, or METHOD /path STATUS", s.Request)
		}
		if s.Status != 0 && (s.Status < 100 || s.Status > 599) || s.Wait < 0 {
			return fmt.Errorf("step %q: the status is 100 to 599, and time does not go back", s.Request)
		}
	}
	return nil
}

func (a *fileActor) network() (netip.Prefix, error) {
	if a.Address == "" {
		return netip.PrefixFrom(at(homes, 0), 8).Masked(), nil
	}
	if one, err := netip.ParseAddr(a.Address); err == nil {
		return netip.PrefixFrom(one, one.BitLen()), nil
	}
	p, err := netip.ParsePrefix(a.Address)
	if err != nil {
		return p, errors.New("address is an address or a network")
	}
	return p.Masked(), nil
}

func (t *fileTimeline) timeline() Timeline {
	return Timeline{
		Name: t.Name, About: cmp.Or(t.About, "-"), Fires: t.Fires, After: t.After, Workers: t.Workers, Scatter: t.Scatter,
		Interval: t.Interval, recorded: true, Play: t.play,
	}
}

func (t *fileTimeline) play(s *Scene) {
	for i := range t.Actors {
		f := &t.Actors[i]
		network, _ := f.network() // check looked at it
		for k := range max(f.Count, 1) {
			f.act(s, network, i, k)
		}
	}
}

// act plays the k-th of those that are alike; i tells it from those of other actors.
func (a *fileActor) act(s *Scene, network netip.Prefix, i, k int) {
	one := s.actor(a.Name, a.Attacker, pick(network, i<<16+k))
	if a.Count > 1 {
		one.Name += " " + strconv.Itoa(k)
	}
	one.Victim = a.Victim
	one.wait(a.From + time.Duration(k)*a.Apart)
	for n := range max(a.Times, 1) {
		fill := strings.NewReplacer("{i}", strconv.Itoa(k), "{n}", strconv.Itoa(n), "{random}", fmt.Sprintf("%06d", s.rng.IntN(1_000_000))).Replace
		if a.Rotate {
			one.Caller.Address = pick(network, i<<16+k*max(a.Times, 1)+n)
		}
		a.credentials(&one.Caller, fill)
		for j := range a.Steps {
			one.send(a.Steps[j].request(one, fill))
			one.wait(a.Steps[j].Wait)
		}
		one.wait(a.Every)
	}
}

func (a *fileActor) credentials(c *Caller, fill func(string) string) {
	c.Key, c.Session = fill(a.Key), fill(a.Session)
	c.Fingerprint = cmp.Or(fill(a.Fingerprint), c.Fingerprint)
	if a.Subject != "" {
		c.Token = jwtOf(`{"sub":`+strconv.Quote(fill(a.Subject))+`}`, 1)
	}
}

func (s *fileStep) request(a *Actor, fill func(string) string) Request {
	method, path, _ := strings.Cut(fill(s.Request), " ")
	r := Request{
		Method: method, Path: path, Account: fill(s.Account), Body: fill(s.Body), Upload: s.Upload, Caller: a.Caller,
		recorded: answer{status: cmp.Or(s.Status, 200), bytes: s.Bytes, took: s.Took, leaked: fill(s.Leaks)},
	}
	if s.Anonymous {
		r.Caller = a.Caller.without()
	}
	return r
}

// pick gives the n-th address of a network; there is an end to it, and then it begins anew.
func pick(p netip.Prefix, n int) netip.Addr {
	b := p.Addr().AsSlice()
	for i, host := len(b)-1, p.Addr().BitLen()-p.Bits(); host > 0 && n > 0; i, host = i-1, host-8 {
		room := min(host, 8)
		b[i] |= byte(n & (1<<room - 1))
		n >>= room
	}
	a, _ := netip.AddrFromSlice(b) // of as many bytes as it had
	return a
}
