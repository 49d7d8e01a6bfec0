package detect_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"picket/controlplane"
	"picket/controlplane/detect"
	"picket/controlplane/scenario"
)

const (
	orderList = "GET /v1/customers/{id}/orders"
	order     = "GET /v1/orders/{id}"
)

// shopsWithLists has n customers open what a list has shown them.
func (s *scene) shopsWithLists(n int) {
	s.declareOrders()
	for i := range n {
		c := s.customer(100 + i)
		s.ask(c, orderList, ok, time.Second, object(uint64(100+i)))
		for k := range 3 {
			s.ask(c, order, ok, 5*time.Second, object(uint64(1000*i+k)))
		}
	}
}

func (s *scene) declareOrders() {
	for _, name := range []string{orderList, order, "POST /v1/orders/search"} {
		s.settings.Purposes[s.endpoint(name)] = ""
	}
}

func attacksLearned() map[string]attack {
	return map[string]attack{
		"object-unlisted": func(s *scene) controlplane.Value {
			s.shopsWithLists(30)
			c := s.customer(1)
			for range 30 {
				s.ask(c, order, ok, time.Minute, s.random())
			}
			return subject(c)
		},
		"pages-walked": func(s *scene) controlplane.Value {
			s.scrollers(20)
			c := s.customer(1)
			for i := range 250 {
				s.ask(c, messages, ok, 5*time.Second, asking(uint64(i)))
			}
			return subject(c)
		},
	}
}

const messages = "GET /v1/feed"

// scrollers has n customers scroll through a list, some pages each.
func (s *scene) scrollers(n int) {
	for i := range n {
		c := s.customer(100 + i)
		for k := range 20 {
			s.ask(c, messages, ok, 4*time.Second, asking(uint64(k)))
		}
	}
}

// asking is a question of a query.
func asking(n uint64) change {
	return func(r *controlplane.Rollup) {
		r.Queries = controlplane.Sketch{Values: []uint64{n*0x9e3779b97f4a7c15 | 1}}
	}
}

func honestLearned() []honest {
	return []honest{
		{"a partner's machine takes the whole feed page by page", "pages-walked", func(s *scene) {
			s.scrollers(20)
			c := s.partner(1)
			for i := range 400 {
				s.ask(c, messages, ok, 5*time.Second, asking(uint64(i)))
			}
		}},
		{"a page asks for the same ten pages again and again", "pages-walked", func(s *scene) {
			s.scrollers(20)
			c := s.customer(1)
			for i := range 600 {
				s.ask(c, messages, ok, 5*time.Second, asking(uint64(i%10)))
			}
		}},
		{"on the day after the holidays, everybody scrolls back for weeks", "pages-walked", func(s *scene) {
			for k := range 230 {
				for i := range 12 {
					c := s.known(100 + i)
					if k == 0 {
						c = s.customer(100 + i)
					}
					s.ask(c, messages, ok, time.Second, asking(uint64(k)))
				}
			}
		}},
		{"somebody opens orders from the links in his mails, and never the list", "object-unlisted", func(s *scene) {
			s.shopsWithLists(30)
			c := s.customer(1)
			for range 18 {
				s.ask(c, order, ok, time.Minute, s.random())
			}
		}},
		{"a buyer lists once and opens sixty orders of the last years", "object-unlisted", func(s *scene) {
			s.shopsWithLists(30)
			c := s.customer(1)
			s.ask(c, "POST /v1/orders/search", ok, time.Second)
			for range 55 {
				s.ask(c, order, ok, 10*time.Second, s.random())
			}
		}},
		{"the list comes after the first orders, from another worker", "object-unlisted", func(s *scene) {
			s.declareOrders()
			for i := range 40 {
				c := s.customer(100 + i)
				for k := range 30 {
					s.ask(c, order, ok, time.Second, object(uint64(1000*i+k)))
					if k == 2 {
						s.ask(c, orderList, ok, time.Second, object(uint64(100+i)))
					}
				}
			}
		}},
		{"applications keep the ids of their orders, and only every third asks for a list", "object-unlisted", func(s *scene) {
			s.declareOrders()
			for i := range 60 {
				c := s.customer(100 + i)
				if i%3 == 0 {
					s.ask(c, orderList, ok, time.Second, object(uint64(100+i)))
				}
				for k := range 30 {
					s.ask(c, order, ok, 5*time.Second, object(uint64(1000*i+k)))
				}
			}
		}},
		{"a partner's machine has the ids of its orders", "object-unlisted", func(s *scene) {
			s.shopsWithLists(30)
			c := s.partner(1)
			for range 100 {
				s.ask(c, order, ok, 20*time.Second, s.random())
			}
		}},
	}
}

// unlisted is a scenario about those who never asked for a list.
const unlisted = `scenario: s
description: d
match: objects > 0 && endpoint.listed && !caller.listed
by: [consumer, endpoint]
count: distinct(object)
over: 5
within: 1h
response: {scope: [consumer], action: observe}
`

// newUnlisted runs it alone.
func newUnlisted(t testing.TB, l detect.Limits) (*scene, *scenario.Pack) {
	pack, err := scenario.Parse("test", []byte(unlisted))
	if err != nil {
		t.Fatal(err)
	}
	s := newSceneOf(t, pack)
	s.settings.Scenarios["s"] = detect.Scenario{Over: 5, Within: time.Hour}
	s.engine = detect.New(detect.Options{
		Settings: func() *detect.Settings { return s.settings }, Pack: pack, Name: func(id controlplane.EndpointID) string { return s.names[id] }, Limits: l,
		Decide: func(_ context.Context, d controlplane.Detection) { s.fired = append(s.fired, d) },
	})
	return s, pack
}

func TestWhoNeverAskedForAListIsToldFromThoseWhoDid(t *testing.T) {
	for name, c := range map[string]struct {
		play func(*scene, controlplane.Caller)
		want bool
	}{
		"he reads what others list":                 {func(s *scene, c controlplane.Caller) {}, true},
		"he listed the same thing elsewhere":        {func(s *scene, c controlplane.Caller) { s.ask(c, "GET /v2/orders", ok, time.Second) }, false},
		"he searched for it":                        {func(s *scene, c controlplane.Caller) { s.ask(c, "POST /v1/orders/search", ok, time.Second) }, false},
		"he was refused the list":                   {func(s *scene, c controlplane.Caller) { s.ask(c, orderList, denied, time.Second) }, true},
		"he listed other things":                    {func(s *scene, c controlplane.Caller) { s.ask(c, "GET /v1/lines", ok, time.Second) }, true},
		"he made one, and was given its id in turn": {func(s *scene, c controlplane.Caller) { s.ask(c, "POST /v1/orders", ok, time.Second) }, false},
		"he deleted one":                            {func(s *scene, c controlplane.Caller) { s.ask(c, "DELETE /v1/orders/{id}", ok, time.Second, s.random()) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newUnlisted(t, detect.Limits{})
			s.shopsWithLists(25)
			who := s.customer(1)
			c.play(s, who)
			for range 10 {
				s.ask(who, order, ok, time.Minute, s.random())
			}
			if got := len(s.fired) > 0; got != c.want {
				t.Errorf("fired: %v, want %v", got, c.want)
			}
		})
	}
}

func TestNobodyIsUnlistedWhereTooFewAreKnownOrSomeWereForgotten(t *testing.T) {
	few, _ := newUnlisted(t, detect.Limits{})
	few.shopsWithLists(15)
	forgotten, _ := newUnlisted(t, detect.Limits{Keys: 20})
	forgotten.shopsWithLists(40)
	for name, s := range map[string]*scene{"few": few, "forgotten": forgotten} {
		who := s.customer(1)
		for range 10 {
			s.ask(who, order, ok, time.Minute, s.random())
		}
		if len(s.fired) > 0 {
			t.Errorf("%s: it fired", name)
		}
	}
}

func TestWhoAskedForAListIsRememberedInACheckpoint(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, pack := newUnlisted(t, detect.Limits{})
		s.shopsWithLists(25)
		lister, other := s.customer(1), s.customer(2)
		s.ask(lister, orderList, ok, time.Second, object(1))
		restart := rapid.IntRange(0, 9).Draw(rt, "restart")
		for i := range 10 {
			if i == restart {
				s.restart(rt, pack)
			}
			s.ask(lister, order, ok, time.Minute, s.random())
			s.ask(other, order, ok, time.Minute, s.random())
		}
		if len(s.fired) == 0 || slices.ContainsFunc(s.fired, func(d controlplane.Detection) bool { return d.Value != subject(other) }) {
			rt.Fatalf("fired %v", s.fired)
		}
	})
}
