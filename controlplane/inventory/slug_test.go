package inventory_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane"
	"picket/controlplane/inventory"
	"picket/filter/identify"
)

// crowd is what learning sees of many callers.
type crowd struct {
	*world
	kept []controlplane.Slug
	seen map[controlplane.EndpointID]bool
	fail bool // the register does not answer
	now  time.Time
}

func newCrowd() *crowd { return newCrowdOf(inventory.Limits{}) }

func newCrowdOf(l inventory.Limits) *crowd {
	c := &crowd{world: newWorld(inventory.Limits{}), seen: map[controlplane.EndpointID]bool{}, now: start}
	c.Inventory = inventory.New(inventory.Options{
		Key: &c.key, Policy: func() *inventory.Policy { return &c.policy }, Clock: func() time.Time { return c.now }, Limits: l,
		Learned: func(s controlplane.Slug) bool {
			if !c.fail {
				c.kept = append(c.kept, s)
			}
			return !c.fail
		},
	})
	return c
}

// caller is the n-th one, at home.
func caller(n int) controlplane.Caller {
	a := netip.AddrFrom4([4]byte{198, 51, byte(n >> 8), byte(n)})
	return controlplane.Caller{Network: netip.PrefixFrom(a, 32), Subject: uint64(n) + 1}
}

// ask has a caller ask for a path, "METHOD /a/{}/b", several times.
func (c *crowd) ask(by controlplane.Caller, times int, outcome controlplane.Outcome, paths ...string) {
	for _, path := range paths {
		method, rest, _ := strings.Cut(path, " /")
		e := c.at(method, strings.Split(rest, "/"))
		if !c.seen[e.ID] {
			c.See(e)
			c.seen[e.ID] = true
		}
		c.Count([]controlplane.Rollup{{Endpoint: e.ID, Caller: by, Outcome: outcome, Requests: uint64(times), End: c.now}})
	}
}

// at makes an endpoint; {} is an id.
func (c *crowd) at(method string, words []string) inventory.Endpoint {
	for i, w := range words {
		if w == "{}" {
			words[i] = ""
		}
	}
	e := c.endpoint(words...)
	e.Method = method
	e.ID = controlplane.EndpointID(c.key.Endpoint(method, e.Host, e.Segments))
	return e
}

// prefixes gives the paths behind which words were learned to be values.
func (c *crowd) prefixes(known ...string) (out []string) {
	names := map[uint64]string{0: "{}"}
	for _, w := range known {
		names[c.word(w)] = w
	}
	for _, s := range c.kept {
		var path string
		for _, h := range s.Prefix {
			path += "/" + names[h]
		}
		out = append(out, path)
	}
	return out
}

const ok = controlplane.OutcomeOK

func tenants(c *crowd) {
	for n := range 60 {
		t := fmt.Sprintf("/t/tenant-%c%c", 'a'+n/2%6, 'a'+n/2/6)
		c.ask(caller(n), 3, ok, "GET "+t+"/projects", "GET "+t+"/members")
		if n%7 == 0 {
			c.ask(caller(n), 3, ok, "POST "+t+"/projects", "GET "+t+"/projects/{}")
		}
	}
}

func TestNamesThatEachCallerHasForHimselfAreLearnedToBeValues(t *testing.T) {
	for name, c := range map[string]struct {
		play func(*crowd)
		want []string
	}{
		"tenants, of whom each has two members": {tenants, []string{"/t"}},
		"users who read their own profile, and me": {func(c *crowd) {
			for n := range 40 {
				c.ask(caller(n), 3, ok, "GET /v1/users/me", fmt.Sprintf("GET /v1/users/%c%cson", 'a'+n%26, 'a'+n/26))
			}
		}, []string{"/v1/users"}},
		"shops that everybody reads some of": {func(c *crowd) {
			rng := rand.New(rand.NewPCG(1, 2))
			for n := range 200 {
				for range 5 {
					shop := rng.IntN(700)
					c.ask(caller(n), 2, ok, fmt.Sprintf("GET /shops/shop-%c%c/orders", 'a'+shop%26, 'a'+shop/26))
				}
			}
		}, []string{"/shops"}},
		"projects behind tenants whose names are learned": {func(c *crowd) {
			tenants(c)
			for n := range 40 {
				c.ask(caller(n), 3, ok, fmt.Sprintf("GET /t/{}/projects/launch-%c%c", 'a'+n%26, 'a'+n/26))
			}
		}, []string{"/t", "/t/{}/projects"}},
	} {
		t.Run(name, func(t *testing.T) {
			crowd := newCrowd()
			c.play(crowd)
			if d := cmp.Diff(c.want, crowd.prefixes("t", "v1", "users", "shops", "projects")); d != "" {
				t.Errorf("learned (-want +got):\n%s", d)
			}
		})
	}
}

func TestWordsOfAnAPIAreNotLearnedToBeValues(t *testing.T) {
	noun := func(i int) string { return fmt.Sprintf("noun%c%c", 'a'+i%26, 'a'+i/26) }
	for name, play := range map[string]func(*crowd){
		"thirty kinds of records with lists and ids": func(c *crowd) {
			for n := range 120 {
				at := "/v1/" + noun(n%30)
				c.ask(caller(n), 5, ok, "GET "+at, "GET "+at+"/{}", "POST "+at)
			}
		},
		"thirty resources with other children each, of which each caller uses one": func(c *crowd) {
			for n := range 120 {
				i := n % 30
				at := "/v1/" + noun(i)
				c.ask(caller(n), 5, ok, "GET "+at+"/"+noun(100+2*i), "GET "+at+"/"+noun(101+2*i))
			}
		},
		"sixty leaves that a page calls one after the other": func(c *crowd) {
			for n := range 200 {
				for k := range 8 {
					c.ask(caller(n), 3, ok, "GET /api/"+noun((n*7+k*k*5)%60))
				}
			}
		},
		"rare leaves, of which one caller in four happens to use one": func(c *crowd) {
			rng := rand.New(rand.NewPCG(3, 4))
			for n := range 1000 {
				c.ask(caller(n), 3, ok, "GET /api/home")
				for k := range 40 {
					if rng.IntN(130) == 0 {
						c.ask(caller(n), 3, ok, "GET /api/"+noun(k))
					}
				}
			}
		},
		"150 procedures, of which each caller uses few, and some far more than others": func(c *crowd) {
			rng := rand.New(rand.NewPCG(5, 6))
			for n := range 1000 {
				for range 1 + rng.IntN(4) {
					c.ask(caller(n), 3, ok, "POST /rpc/"+noun(int(149*rng.Float64()*rng.Float64())))
				}
			}
		},
		"first segments": func(c *crowd) {
			for n := range 60 {
				c.ask(caller(n), 5, ok, "GET /"+noun(n)+"/home")
			}
		},
		"names in requests that were not answered with success": func(c *crowd) {
			for n := range 200 {
				for _, o := range []controlplane.Outcome{controlplane.OutcomeNotFound, controlplane.OutcomeDenied, controlplane.OutcomeServerError, controlplane.OutcomeBlocked} {
					c.ask(caller(n), 5, o, "GET /v1/"+noun(n))
				}
			}
		},
		"names that one caller invents where everything is answered": func(c *crowd) {
			for n := range 400 {
				c.ask(caller(1), 5, ok, "GET /v1/"+noun(n))
			}
		},
		"names that one address invents under many names": func(c *crowd) {
			for n := range 400 {
				by := caller(1)
				by.Subject = uint64(n) + 1
				c.ask(by, 5, ok, "GET /v1/"+noun(n))
			}
		},
		"scanners who come once with many names each, where everything is answered": func(c *crowd) {
			for n := range 60 {
				for k := range 30 {
					c.ask(caller(n), 1, ok, "GET /v1/"+noun(n*30+k))
				}
			}
		},
		"too few callers": func(c *crowd) {
			for n := range 23 {
				c.ask(caller(n), 5, ok, "GET /t/"+noun(n)+"/projects")
			}
		},
		"declared endpoints": func(c *crowd) {
			for n := range 60 {
				e := c.at("GET", []string{"t", noun(n)})
				if c.policy.Declared == nil {
					c.policy.Declared = map[controlplane.EndpointID]inventory.Declared{}
				}
				c.policy.Declared[e.ID] = inventory.Declared{Name: "GET /t/" + noun(n)}
				c.ask(caller(n), 5, ok, "GET /t/"+noun(n))
			}
		},
		"places where the policy wants words": func(c *crowd) {
			c.policy.Learns = func(prefix []uint64) bool { return len(prefix) != 1 || prefix[0] != c.word("t") }
			tenants(c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd()
			play(c)
			if len(c.kept) > 0 {
				t.Errorf("learned %v", c.prefixes("v1", "t", "api"))
			}
		})
	}
}

func TestWhatManyUseOrLeadsElsewhereStaysAWord(t *testing.T) {
	c := newCrowd()
	for n := range 40 {
		c.ask(caller(n), 3, ok, "GET /v1/users/me", fmt.Sprintf("GET /v1/users/%c%cson", 'a'+n%26, 'a'+n/26))
		if n < 4 {
			c.ask(caller(n), 3, ok, "POST /v1/users/bulk/imports", "GET /v1/users/bulk/imports/{}")
		}
	}
	if len(c.kept) != 1 {
		t.Fatalf("%d places were learned", len(c.kept))
	}
	want := controlplane.Slug{
		Host: c.key.Hash(identify.DomainHost, []byte("api.example.com")), Prefix: []uint64{c.word("v1"), c.word("users")},
		Words: []uint64{min(c.word("me"), c.word("bulk")), max(c.word("me"), c.word("bulk"))}, Values: 31, Callers: 32, Learned: start,
	}
	if d := cmp.Diff(want, c.kept[0]); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAPlaceIsLearnedOnceAndAgainAfterTheRegisterDidNotTakeIt(t *testing.T) {
	c := newCrowd()
	c.fail = true
	tenants(c)
	c.fail = false
	if len(c.kept) != 0 {
		t.Fatal("what the register did not take is known")
	}
	tenants(c) // nobody new: those who are regular are
	for n := range 30 {
		c.ask(caller(100+n), 3, ok, fmt.Sprintf("GET /t/more-%c%c/projects", 'a'+n%26, 'a'+n/26))
	}
	if len(c.kept) != 1 {
		t.Errorf("%d places, want 1", len(c.kept))
	}
}

func TestEndpointsThatDifferInLearnedValuesAreListedAsOne(t *testing.T) {
	c := newCrowd()
	tenants(c)
	c.now = start.Add(time.Hour) // filters know by now
	c.ask(caller(1), 5, ok, "GET /t/{}/members", "GET /t/login/members")
	var got []inventory.View
	for _, v := range c.List() {
		if strings.HasPrefix(v.Name, "GET") && v.Requests > 0 {
			got = append(got, v)
		}
	}
	ignore := cmpopts.IgnoreFields(inventory.View{}, "ID", "FirstSeen", "LastSeen")
	values := c.kept[0].Values
	want := []inventory.View{
		{Name: "GET api.example.com/{}/{id}/{}", Requests: 180, Learned: values},
		{Name: "GET api.example.com/{}/{id}/{}", Requests: 185, Learned: values},
		{Name: "GET api.example.com/{}/{id}/{}/{id}", Requests: 27, Learned: values},
		{Name: "GET api.example.com/{}/{}/{}", Requests: 5},
	}
	byRequests := cmpopts.SortSlices(func(a, b inventory.View) bool { return a.Name+fmt.Sprint(a.Requests) < b.Name+fmt.Sprint(b.Requests) })
	if d := cmp.Diff(want, got, ignore, byRequests); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestEndpointsThatAreOneMakeRoomForOthers(t *testing.T) {
	c := newCrowdOf(inventory.Limits{Endpoints: 50})
	for n := range 40 {
		c.ask(caller(n), 3, ok, fmt.Sprintf("GET /v1/users/%c%cson", 'a'+n%26, 'a'+n/26))
	}
	for _, at := range []time.Duration{0, time.Hour, 2 * time.Hour} {
		c.now = start.Add(at)
		for n := range 30 {
			c.ask(caller(n), 1, ok, fmt.Sprintf("GET /v2/other%c%c/%d", 'a'+n%26, 'a'+n/26, at/time.Hour))
		}
	}
	all := c.List()
	requests := uint64(0)
	for _, v := range all {
		if v.Learned > 0 {
			requests += v.Requests
		}
	}
	if len(all) != 50 || requests != 120 {
		t.Errorf("%d endpoints, the learned one with %d requests", len(all), requests)
	}
}

func TestAPlaceOfTheRegisterIsKnownAtOnce(t *testing.T) {
	first := newCrowd()
	tenants(first)
	c := newCrowd()
	c.LearnSlug(first.kept[0])
	tenants(c)
	if len(c.kept) > 0 {
		t.Error("it is learned again")
	}
	for _, v := range c.List() {
		if v.Learned == 0 {
			t.Errorf("%s is not taken for one with a learned value", v.Name)
		}
	}
}

func TestAPlaceIsNamedAsFarAsItsWordsAreTold(t *testing.T) {
	c := newCrowd()
	tenants(c)
	c.Tell(t.Context(), c.word("t"), "t")
	if got := c.Place(c.kept[0]); got != "api.example.com/t/{id}" {
		t.Errorf("%q", got)
	}
}

func TestAPlaceToWhichNobodyComesMakesWayForAnother(t *testing.T) {
	c := newCrowd()
	watch := func(prefix string, callers int) {
		for n := range callers {
			c.ask(caller(n), 3, ok, fmt.Sprintf("GET /%s/mine-%c%c/x", prefix, 'a'+n%26, 'a'+n/26))
		}
	}
	for k := range 70 {
		watch(fmt.Sprintf("few%c%c", 'a'+k%26, 'a'+k/26), 12)
	}
	if watch("t", 40); len(c.kept) != 0 {
		t.Error("there is room for all: the test sees too little")
	}
	c.now = start.Add(20 * time.Minute)
	if watch("t", 40); len(c.kept) != 1 {
		t.Errorf("learned %d places, want 1", len(c.kept))
	}
}

func TestPlacesAreBounded(t *testing.T) {
	c := newCrowd()
	for n := range 6000 {
		c.ask(caller(1), 5, ok, fmt.Sprintf("GET /a/b%d/c%d", n, n))
	}
	for n := range 40 {
		for k := range 100 { // more places than are watched at a time
			c.ask(caller(n), 3, ok, fmt.Sprintf("GET /place%d/mine-%c%c/x", k, 'a'+n%26, 'a'+n/26))
		}
	}
	if got := len(c.kept); got == 0 || got > controlplane.MaxSlugs {
		t.Errorf("%d places were learned", got)
	}
}
