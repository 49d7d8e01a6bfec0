package fleet

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"picket/filter/identify"
	"picket/filter/report"
)

// The traffic is that of machines and applications: how much each consumer sends follows Zipf's law, and it comes in bursts
// that go mostly to one endpoint. With a tick of a second at the most that makes about ten requests a rollup.
const (
	zipfExponent = 1.1
	zipfShift    = 10              // of the ranks, so that the first does not send a seventh of everything
	burst        = 4 * time.Second // how long a consumer goes on
	oneIn        = 8               // bursts in which it does
	mainShare    = 0.85            // of a burst's requests at its one endpoint
	failing      = 0.015           // requests that the service does not answer with success
	anonymous    = 0.002           // requests that come without the credential
	perNode      = 0.1             // of a node's traffic that one consumer sends there at the most
	ownRecords   = 6               // that a consumer asks for again and again
	products     = 2000            // that all ask for
)

// endpoint is one of the simulated service.
type endpoint struct {
	method, path string
	own          bool // names a record of the consumer's own
	shared       bool // names one that all ask for
	refuses      bool // callers without a credential
}

func endpoints() []endpoint {
	return []endpoint{
		{method: "GET", path: "/v1/customers/1", own: true, refuses: true},
		{method: "GET", path: "/v1/me", refuses: true},
		{method: "GET", path: "/v1/messages", refuses: true},
		{method: "GET", path: "/v1/orders/1", own: true, refuses: true},
		{method: "GET", path: "/v1/invoices/1", own: true, refuses: true},
		{method: "GET", path: "/v1/products/1", shared: true},
		{method: "GET", path: "/v1/products"},
		{method: "GET", path: "/v1/search"},
		{method: "GET", path: "/v1/feed", refuses: true},
		{method: "POST", path: "/v1/events", refuses: true},
		{method: "POST", path: "/v1/payments", refuses: true},
	}
}

// login is where attackers guess passwords.
func login() endpoint { return endpoint{method: "POST", path: "/v1/login"} }

// population is all consumers with the nodes that they come through. It is safe for concurrent use once made.
type population struct {
	callers []report.Caller
	homes   [][]resident
	share   []float64 // of all traffic, by node
	seen    []atomic.Bool
}

// resident is a consumer at one of its nodes.
type resident struct {
	consumer int
	weight   float64 // of all traffic
}

func newPopulation(consumers, nodes int) *population {
	p := &population{
		callers: make([]report.Caller, consumers), homes: make([][]resident, nodes), share: make([]float64, nodes), seen: make([]atomic.Bool, consumers),
	}
	sum := 0.0
	for c := range consumers {
		sum += rank(c)
	}
	for c := range consumers {
		p.callers[c] = newCaller(c)
		p.settle(c, rank(c)/sum)
	}
	return p
}

// rank is Zipf's weight.
func rank(c int) float64 { return math.Pow(float64(zipfShift+c), -zipfExponent) }

// settle gives a consumer as many nodes as its traffic needs.
func (p *population) settle(c int, weight float64) {
	nodes := len(p.homes)
	n := min(nodes, max(1, int(math.Ceil(weight*float64(nodes)/perNode))))
	first := int(mix(uint64(c)) % uint64(nodes))
	for i := range n {
		node := (first + i*nodes/n) % nodes
		p.homes[node] = append(p.homes[node], resident{c, weight / float64(n)})
		p.share[node] += weight / float64(n)
	}
}

// active counts the consumers that sent anything.
func (p *population) active() (n int) {
	for i := range p.seen {
		if p.seen[i].Load() {
			n++
		}
	}
	return n
}

// newCaller makes a consumer with a token, or a key where it is one of five.
func newCaller(c int) report.Caller {
	out := report.Caller{IPLen: 4, Fingerprint: mix(uint64(c%40) + 1<<40)}
	binary.BigEndian.PutUint32(out.IP[:], 10<<24|uint32(c))
	if id := mix(uint64(c) + 1<<41); c%5 == 0 {
		out.Key, out.Credential = id, id
	} else {
		out.Subject, out.Credential, out.Source = id, mix(id), identify.SubjectJWT
	}
	return out
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014); never 0.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return max(1, x^x>>31)
}

// crowd is a node's consumers that go on at present.
type crowd struct {
	burst int64
	who   []resident
	upTo  []float64 // sum of their weights up to and with each
}

// at gathers those of a burst.
func (c *crowd) at(now time.Time, all []resident) {
	n := now.UnixNano() / int64(burst)
	if n == c.burst {
		return
	}
	c.burst, c.who, c.upTo = n, c.who[:0], c.upTo[:0]
	sum := 0.0
	for _, r := range all {
		if mix(uint64(r.consumer)^uint64(n)<<32)%oneIn == 0 || len(all) < oneIn {
			sum += r.weight
			c.who, c.upTo = append(c.who, r), append(c.upTo, sum)
		}
	}
}

// draw gives one by weight; false: nobody is there.
func (c *crowd) draw(rng *rand.Rand) (consumer int, ok bool) {
	if len(c.who) == 0 {
		return 0, false
	}
	x := rng.Float64() * c.upTo[len(c.upTo)-1]
	low, high := 0, len(c.upTo)-1
	for low < high {
		if middle := (low + high) / 2; c.upTo[middle] > x {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return c.who[low].consumer, true
}

// scene is what a node knows of the endpoints, in the words of the hash key.
type scene struct {
	endpoints []endpoint
	places    []identify.Place
	login     identify.Place
}

func newScene(k *identify.Key, rules []identify.Rule) *scene {
	s := &scene{endpoints: endpoints()}
	router := identify.NewRouter(k, rules, nil, nil)
	for _, e := range s.endpoints {
		s.places = append(s.places, placeOf(router, e))
	}
	s.login = placeOf(router, login())
	return s
}

func placeOf(r *identify.Router, e endpoint) identify.Place {
	return *r.Place([]byte(e.method), nil, []byte(e.path))
}

// request draws one of a consumer's.
func (s *scene) request(sample *report.Sample, consumer int, caller *report.Caller, epoch int64, rng *rand.Rand) (at int) {
	at = int(mix(uint64(consumer)^uint64(epoch)<<24) % uint64(len(s.endpoints)))
	if rng.Float64() > mainShare {
		at = int(mix(uint64(consumer)+rng.Uint64N(3)) % uint64(len(s.endpoints)))
	}
	e := &s.endpoints[at]
	*sample = report.Sample{Caller: *caller, Outcome: report.OutcomeOK, ResponseBytes: 200 + rng.Uint64N(4000), Nanos: 1e6 + rng.Uint64N(30e6)}
	switch x := rng.Float64(); {
	case x < anonymous && e.method == "GET":
		sample.Caller.Key, sample.Caller.Subject, sample.Caller.Credential, sample.Caller.Source = 0, 0, 0, 0
		if e.refuses {
			sample.Outcome = report.OutcomeDenied
		}
	case x < failing:
		sample.Outcome = [...]report.Outcome{report.OutcomeNotFound, report.OutcomeClientError, report.OutcomeServerError}[rng.IntN(3)]
	}
	switch {
	case e.own:
		sample.Object = mix(uint64(consumer)<<8 + rng.Uint64N(ownRecords) + uint64(at)<<60)
	case e.shared:
		sample.Object = mix(1<<50 + uint64(float64(products)*math.Pow(rng.Float64(), 3)))
	}
	return at
}
