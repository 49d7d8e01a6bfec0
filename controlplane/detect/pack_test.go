package detect_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/detect"
	"picket/controlplane/scenario"
)

// scene is the whole pack with an API of a few endpoints.
type scene struct {
	t        testing.TB
	engine   *detect.Engine
	settings *detect.Settings
	names    map[controlplane.EndpointID]string
	ids      map[string]controlplane.EndpointID
	at       time.Time
	fired    []controlplane.Detection
	rng      *rand.Rand
	next     uint64 // the next object that counts up
}

func packSettings() *detect.Settings {
	s := &detect.Settings{
		Scenarios: map[string]detect.Scenario{}, Purposes: map[controlplane.EndpointID]controlplane.Purpose{}, Owners: map[controlplane.EndpointID]bool{},
	}
	for _, d := range scenario.Defaults() {
		s.Scenarios[d.Name] = detect.Scenario{Over: d.Over, Within: d.Within, Action: d.Action, For: d.For}
	}
	return s
}

func newScene(t testing.TB) *scene { return newSceneOf(t, nil) }

// newSceneOf has a pack that was compiled before; nil: it compiles the built-in one.
func newSceneOf(t testing.TB, pack *scenario.Pack) *scene {
	s := &scene{
		t: t, names: map[controlplane.EndpointID]string{}, ids: map[string]controlplane.EndpointID{}, at: start,
		rng: rand.New(rand.NewPCG(3, 4)), next: 1000,
	}
	settings := packSettings()
	s.settings = settings
	for i, p := range []controlplane.Purpose{controlplane.PurposeDecoy, controlplane.PurposeOld} {
		settings.Purposes[s.endpoint([]string{"GET /v1/debug/config", "GET /v0/records/{id}"}[i])] = p
	}
	for _, name := range declared() {
		settings.Purposes[s.endpoint(name)] = ""
	}
	settings.Owners[s.endpoint(person)] = true
	s.engine = detect.New(detect.Options{
		Locate:   locate,
		Settings: func() *detect.Settings { return settings }, Pack: pack, Name: func(id controlplane.EndpointID) string { return s.names[id] },
		Decide: func(_ context.Context, d controlplane.Detection) { s.fired = append(s.fired, d) },
	})
	return s
}

// declared are the endpoints that the policy names, without a purpose.
func declared() []string {
	names := strings.Split(voucher+","+download+","+free+","+pay+","+iban+",GET /healthz,"+record+","+signIn+",POST /v1/otp/verify,POST /v1/otp/send,"+giftCheck+",GET /v1/pictures/{id},POST /v1/password/reset,POST /v1/register,"+
		"GET /v1/me,GET /v1/feed,GET /v1/search,GET /v1/report,GET /v1/products/{id},GET /v1/export/{id},GET /v1/flags,"+
		"POST /v1/payments,POST /v1/lines/{id}/sim-swap,GET /v1/admin/users,GET /v1/admin/users/{id},"+person+",DELETE /v1/cache/{id}", ",")
	for i := range 10 {
		names = append(names, fmt.Sprintf("GET /v1/declared/%d", i))
	}
	return names
}

func (s *scene) endpoint(name string) controlplane.EndpointID {
	id, ok := s.ids[name]
	if !ok {
		id = controlplane.EndpointID(0x9e3779b97f4a7c15 * uint64(len(s.ids)+1))
		s.ids[name], s.names[id] = id, name
	}
	return id
}

// far is the first number of the addresses that lie in Tokyo; all others lie in Berlin.
const far = 20_000

func locate(a netip.Addr) detect.Place {
	if b := a.As4(); int(b[1])<<8|int(b[2]) >= far {
		return detect.Place{Country: "JP", ASN: 2, Latitude: 35.7, Longitude: 139.7, Located: true}
	}
	return detect.Place{Country: "DE", ASN: 1, Latitude: 52.5, Longitude: 13.4, Located: true}
}

// change makes a rollup out of the ordinary.
type change func(*controlplane.Rollup)

// ask sends one request and lets some time pass.
func (s *scene) ask(c controlplane.Caller, endpoint string, o controlplane.Outcome, after time.Duration, changes ...change) {
	r := controlplane.Rollup{
		Node: controlplane.Node{ID: "n1", Group: "edge"}, Start: s.at, End: s.at, Caller: c, Endpoint: s.endpoint(endpoint),
		Outcome: o, Requests: 1, ResponseBytes: 1000, Latency: []uint32{0, 0, 0, 0, 0, 1},
	}
	for _, f := range changes {
		f(&r)
	}
	if c.Account != 0 {
		r.Accounts = controlplane.Sketch{Values: []uint64{c.Account}}
	}
	s.engine.Ingest(context.Background(), []controlplane.Rollup{r})
	s.at = s.at.Add(after)
}

// object is a record of any number; counted is the one after the last.
func object(n uint64) change {
	return func(r *controlplane.Rollup) {
		r.Objects = controlplane.Sketch{Values: []uint64{n*0x9e3779b97f4a7c15 | 1}}
	}
}

func (s *scene) counted() change {
	s.next++
	n := s.next
	return func(r *controlplane.Rollup) { object(n)(r); r.Neighbours = r.Requests }
}

func (s *scene) random() change { return object(s.rng.Uint64N(1 << 40)) }

func foreign(r *controlplane.Rollup) { r.Foreign = r.Requests }

func newField(r *controlplane.Rollup) { r.NewFields = r.Requests }

func times(n uint64) change {
	return func(r *controlplane.Rollup) {
		r.Requests *= n
		r.ResponseBytes *= n
		r.Latency = []uint32{0, 0, 0, 0, 0, uint32(n)}
	}
}

func address(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{100, byte(n >> 8), byte(n), 7}), 32)
}

// stranger calls from an address of his own, in a network of his own.
func stranger(n int) controlplane.Caller {
	return controlplane.Caller{Network: address(n), Fingerprint: 77}
}

func account(c controlplane.Caller, n int) controlplane.Caller {
	c.Account = uint64(n+1) * 0x9e3779b97f4a7c15
	return c
}

// customer has a token that the service has accepted, at an endpoint that refuses callers without.
func (s *scene) customer(n int) controlplane.Caller {
	c := controlplane.Caller{Network: address(n), Subject: uint64(n)*3 + 5_000_003, Credential: uint64(n)*7 + 9_000_011, Fingerprint: uint64(n) + 1_000_000}
	s.ask(stranger(9999), "GET /v1/me", controlplane.OutcomeDenied, 0)
	s.ask(c, "GET /v1/me", controlplane.OutcomeOK, 0)
	return c
}

// partner has a key that the service has accepted.
func (s *scene) partner(n int) controlplane.Caller {
	c := controlplane.Caller{Network: address(n), Key: uint64(n)*11 + 7_000_003, Fingerprint: 5}
	c.Credential = c.Key
	s.ask(stranger(9999), "GET /v1/feed", controlplane.OutcomeDenied, 0)
	s.ask(c, "GET /v1/feed", controlplane.OutcomeOK, 0)
	return c
}

func (s *scene) find(c controlplane.Caller, class string, count uint64, answers controlplane.DecisionID, after time.Duration) {
	s.findAt(c, "POST /v1/notes", class, "header", func(f *controlplane.Finding) { f.Count, f.Answers = count, answers })
	s.at = s.at.Add(after)
}

// findAt is about one request, but for what it changes.
func (s *scene) findAt(c controlplane.Caller, endpoint, class, place string, changes ...func(*controlplane.Finding)) {
	f := controlplane.Finding{
		Node: controlplane.Node{ID: "n1", Group: "edge"}, Caller: c, Endpoint: s.endpoint(endpoint), Class: class, Place: place,
		Confidence: 0.9, Count: 1, First: s.at, Last: s.at,
	}
	for _, change := range changes {
		change(&f)
	}
	s.engine.IngestFindings(context.Background(), []controlplane.Finding{f})
}

// personal is a response with so many values of personal data.
func (s *scene) personal(c controlplane.Caller, n int, after time.Duration) {
	s.findAt(c, "GET /v1/directory", "personal", "response", func(f *controlplane.Finding) { f.Evidence = strconv.Itoa(n) })
	s.at = s.at.Add(after)
}

// about gives whom a scenario fired about.
func (s *scene) about(name string) (values []controlplane.Value) {
	for _, d := range s.fired {
		if d.Scenario == name {
			values = append(values, d.Value)
		}
	}
	return values
}

func (s *scene) told() (names []string) {
	for _, d := range s.fired {
		if !slices.Contains(names, d.Scenario) {
			names = append(names, d.Scenario)
		}
	}
	slices.Sort(names)
	return names
}

func ip(c controlplane.Caller) controlplane.Value { return c.IP() }

func subject(c controlplane.Caller) controlplane.Value {
	return controlplane.Value{Facet: controlplane.FacetSubject, Hash: c.Subject}
}

func apiKey(c controlplane.Caller) controlplane.Value {
	return controlplane.Value{Facet: controlplane.FacetKey, Hash: c.Key}
}

const (
	ok       = controlplane.OutcomeOK
	denied   = controlplane.OutcomeDenied
	notFound = controlplane.OutcomeNotFound
	badInput = controlplane.OutcomeClientError
)
