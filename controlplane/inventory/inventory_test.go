package inventory_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
	"picket/controlplane/inventory"
	"picket/filter/identify"
)

var start = time.Unix(1_800_000_000, 0).UTC()

type world struct {
	*inventory.Inventory
	key      identify.Key
	policy   inventory.Policy
	told     map[uint64]string
	registry *prometheus.Registry
}

func newWorld(l inventory.Limits) *world {
	key, _ := identify.NewKey(1, []byte("0123456789abcdef"))
	w := &world{key: key, policy: inventory.Policy{Words: 2, Hosts: []string{"api.example.com"}}, told: map[uint64]string{}, registry: prometheus.NewRegistry()}
	w.Inventory = inventory.New(inventory.Options{
		Key: &w.key, Policy: func() *inventory.Policy { return &w.policy }, Limits: l, Registerer: w.registry,
		Remember: func(_ context.Context, hash uint64, text string) { w.told[hash] = text },
		Clock:    func() time.Time { return start },
	})
	return w
}

func (w *world) word(text string) uint64 { return w.key.Hash(identify.DomainWord, []byte(text)) }

// endpoint makes one at api.example.com; an empty word is {id}.
func (w *world) endpoint(words ...string) inventory.Endpoint {
	e := inventory.Endpoint{Method: "GET", Host: w.key.Hash(identify.DomainHost, []byte("api.example.com"))}
	for _, word := range words {
		var hash uint64
		if word != "" {
			hash = w.word(word)
		}
		e.Segments = append(e.Segments, hash)
	}
	e.ID = controlplane.EndpointID(w.key.Endpoint(e.Method, e.Host, e.Segments))
	return e
}

func from(address string) controlplane.Caller {
	return controlplane.Caller{Network: netip.PrefixFrom(netip.MustParseAddr(address), 32)}
}

func (w *world) use(e inventory.Endpoint, callers ...controlplane.Caller) {
	for _, c := range callers {
		w.Count([]controlplane.Rollup{{Endpoint: e.ID, Caller: c, Requests: 1, End: start.Add(time.Second)}})
	}
}

func (w *world) metric(t *testing.T, name string) int {
	t.Helper()
	families, err := w.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return int(f.GetMetric()[0].GetCounter().GetValue())
		}
	}
	return 0
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAWordIsAskedForOnceEnoughConsumersUsedIt(t *testing.T) {
	w := newWorld(inventory.Limits{})
	e := w.endpoint("v1", "")
	w.See(e)
	equal(t, "GET api.example.com/{}/{id}", w.Name(e.ID))
	w.use(e, from("192.0.2.1"), from("192.0.2.1"))
	hashes, cursor := w.Reveal(0)
	equal(t, []uint64(nil), hashes)
	w.use(e, from("192.0.2.2"))
	hashes, cursor = w.Reveal(cursor)
	equal(t, []uint64{w.word("v1")}, hashes)
	hashes, _ = w.Reveal(cursor)
	equal(t, []uint64(nil), hashes)
	again, _ := w.Reveal(0)
	equal(t, []uint64{w.word("v1")}, again)
	if !w.Tell(context.Background(), w.word("v1"), "v1") {
		t.Error("the word was not taken")
	}
	equal(t, "GET api.example.com/v1/{id}", w.Name(e.ID))
	equal(t, map[uint64]string{w.word("v1"): "v1"}, w.told)
	after, _ := w.Reveal(0)
	equal(t, []uint64(nil), after)
}

func TestOneWhoChangesHisAddressOrSessionIsOneConsumer(t *testing.T) {
	w := newWorld(inventory.Limits{})
	e := w.endpoint("ada-lovelace")
	w.See(e)
	for i, address := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"} {
		c := from(address)
		c.Subject, c.Session = 5, uint64(i+1)
		w.use(e, c)
	}
	hashes, _ := w.Reveal(0)
	equal(t, []uint64(nil), hashes)
}

func TestOneAddressThatInventsNamesIsOneConsumer(t *testing.T) {
	w := newWorld(inventory.Limits{})
	e := w.endpoint("v1")
	w.See(e)
	for key := range uint64(5) {
		c := from("192.0.2.1")
		c.Key = key + 1
		w.use(e, c)
	}
	hashes, _ := w.Reveal(0)
	equal(t, []uint64(nil), hashes)
	for subject := range uint64(2) {
		w.use(e, controlplane.Caller{Network: from("192.0.2.1").Network, Subject: subject + 77, Verified: true})
	}
	hashes, _ = w.Reveal(0)
	equal(t, []uint64{w.word("v1")}, hashes)
}

func TestAToldWordMustBeAskedForFitItsHashAndNotLookLikeData(t *testing.T) {
	long := "a-word-that-is-longer-than-anything-that-people-would-put-in-a-path"
	for name, c := range map[string]struct {
		used, told string
		taken      bool
	}{
		"the word itself":   {"orders", "orders", true},
		"another word":      {"orders", "customers", false},
		"an e-mail address": {"ada@example.com", "ada@example.com", false},
		"a phone number":    {"+491701234567", "+491701234567", false},
		"a long text":       {long, long, false},
		"a control code":    {"a\x1bb", "a\x1bb", false},
		"nothing":           {"orders", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(inventory.Limits{})
			e := w.endpoint(c.used)
			w.See(e)
			w.use(e, from("192.0.2.1"), from("192.0.2.2"))
			equal(t, c.taken, w.Tell(context.Background(), w.word(c.used), c.told))
			equal(t, c.taken, len(w.told) == 1)
		})
	}
	w := newWorld(inventory.Limits{})
	equal(t, false, w.Tell(context.Background(), w.word("orders"), "orders"))
}

func TestAWordOfTheRegisterNamesEndpointsAtOnce(t *testing.T) {
	w := newWorld(inventory.Limits{})
	e := w.endpoint("v1", "orders")
	w.See(e)
	equal(t, []bool{true, true, false}, []bool{w.Learn(w.word("v1"), "v1"), w.Learn(w.word("orders"), "orders"), w.Learn(1, "x")})
	equal(t, "GET api.example.com/v1/orders", w.Name(e.ID))
	w.use(e, from("192.0.2.1"), from("192.0.2.2"))
	hashes, _ := w.Reveal(0)
	equal(t, []uint64(nil), hashes)
}

func TestTheListHasWhatWasSeenAndWhatIsDeclared(t *testing.T) {
	w := newWorld(inventory.Limits{})
	seen, declared := w.endpoint("v1", ""), w.endpoint("login")
	w.policy.Declared = map[controlplane.EndpointID]inventory.Declared{
		declared.ID: {Name: "POST /login", Purpose: controlplane.PurposeLogin},
	}
	w.See(seen)
	w.use(seen, from("192.0.2.1"))
	equal(t, []inventory.View{
		{ID: seen.ID, Name: "GET api.example.com/{}/{id}", Requests: 1, FirstSeen: start, LastSeen: start.Add(time.Second)},
		{ID: declared.ID, Name: "POST /login", Purpose: controlplane.PurposeLogin, Declared: true},
	}, w.List())
	equal(t, "POST /login", w.Name(declared.ID))
}

func TestAnEndpointThatIsNotWhatItsIDSaysIsDropped(t *testing.T) {
	w := newWorld(inventory.Limits{})
	e := w.endpoint("v1")
	e.ID++
	equal(t, false, w.See(e))
	equal(t, []any{1, 0}, []any{w.metric(t, "picket_endpoints_invalid_total"), len(w.List())})
}

func TestEndpointsAndWordsAreBounded(t *testing.T) {
	w := newWorld(inventory.Limits{Endpoints: 1, Words: 1})
	one := w.endpoint("a", "b", "c")
	w.See(one)
	w.See(w.endpoint("d"))
	w.use(one, from("192.0.2.1"))
	w.use(w.endpoint("d"), from("192.0.2.1"))
	equal(t, []int{1, 1, 1, 2}, []int{
		len(w.List()), w.metric(t, "picket_endpoints_overflow_total"), w.metric(t, "picket_endpoints_unknown_total"),
		w.metric(t, "picket_words_forgotten_total"),
	})
}
