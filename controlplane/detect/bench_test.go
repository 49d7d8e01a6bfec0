package detect_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/detect"
	"picket/controlplane/scenario"
)

// traffic makes rollups of about 10 requests each by consumers of whom some come often (Zipf) and most have a token, at
// endpoints that most APIs have.
type traffic struct {
	rng  *rand.Rand
	zipf *rand.Zipf
	s    *scene
	at   time.Time
}

func newTraffic(s *scene, consumers uint64) *traffic {
	rng := rand.New(rand.NewPCG(1, 2))
	return &traffic{rng: rng, zipf: rand.NewZipf(rng, 1.1, 10, consumers-1), s: s, at: start}
}

func (t *traffic) rollup() controlplane.Rollup {
	n := int(t.zipf.Uint64())
	t.at = t.at.Add(10 * time.Microsecond)
	names := []string{record, record, record, "GET /v1/me", "GET /v1/feed", "GET /v1/products/{id}", "GET /v1/search", signIn, "POST /v1/payments", "GET /v1/flags"}
	i := t.rng.IntN(len(names))
	r := controlplane.Rollup{
		Node: controlplane.Node{ID: fmt.Sprint("n", n%100), Group: "edge"}, Start: t.at, End: t.at, Caller: t.s.known(n),
		Endpoint: t.s.endpoint(names[i]), Outcome: ok, Requests: 10, ResponseBytes: 10_000, Latency: []uint32{0, 0, 0, 5, 5},
	}
	if t.rng.IntN(20) == 0 {
		r.Outcome = []controlplane.Outcome{denied, notFound, badInput}[t.rng.IntN(3)]
	}
	if strings.HasSuffix(names[i], "{id}") {
		for k := range 3 {
			r.Objects = r.Objects.Merge(controlplane.Sketch{Values: []uint64{uint64(n*8+k+t.rng.IntN(4)) * 0x9e3779b97f4a7c15}})
		}
	}
	return r
}

func (t *traffic) batch(n int) []controlplane.Rollup {
	all := make([]controlplane.Rollup, n)
	for i := range all {
		all[i] = t.rollup()
	}
	return all
}

// BenchmarkIngest is the whole pack's cost. One rollup represents ten requests or more (BUDGETS: 1,000,000 requests a second
// on one core).
func BenchmarkIngest(b *testing.B) {
	s := newScene(b)
	refuse(s)
	all := newTraffic(s, 100_000).batch(200_000)
	s.engine.Ingest(context.Background(), all)
	b.ReportAllocs()
	b.ResetTimer()
	s.measure(b, all)
}

// measure goes through all again and again, a thousand at a time.
func (s *scene) measure(b *testing.B, all []controlplane.Rollup) {
	began := worked()
	done := 0
	for ; done < b.N; done += 1000 {
		at := done % (len(all) - 1000)
		s.engine.Ingest(context.Background(), all[at:at+1000])
	}
	b.ReportMetric(float64(done)/(worked()-began).Seconds(), "rollups/core-s")
}

// worked is the processor time of this process, so that others on the machine count as little as can be.
func worked() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// refuse shows that the service wants credentials, so that the traffic's are proven.
func refuse(s *scene) {
	for _, name := range []string{record, "GET /v1/me", "GET /v1/feed", "POST /v1/payments"} {
		s.ask(stranger(9999), name, denied, 0)
	}
}

// BenchmarkMemory tells what 100,000 active consumers take.
func BenchmarkMemory(b *testing.B) {
	for range b.N {
		before := heap()
		s := newScene(b)
		refuse(s)
		for n := range 100_000 {
			for i, name := range []string{record, "GET /v1/me", "GET /v1/products/{id}", "GET /v1/search"} {
				s.ask(s.known(n), name, ok, time.Microsecond, object(uint64(n*3)), times(10))
				if i == 0 {
					s.ask(s.known(n), name, ok, 0, object(uint64(n*3+1)), times(10))
				}
			}
		}
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB/100k-consumers")
		runtime.KeepAlive(s)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// others makes scenarios for endpoints that the traffic never calls.
func others(n int) string {
	var docs []string
	for i := range n {
		purpose := []string{"admin", "export", "sim_swap", "port_out", "decoy"}[i%5]
		docs = append(docs, fmt.Sprintf("scenario: other-%d\ndescription: Another.\nmatch: endpoint.purpose == %q && outcome == \"ok\" && objects > 0\n"+
			"by: [consumer, endpoint]\ncount: distinct(object)\nover: %d\nwithin: 1h\n", i, purpose, 1_000_000+i))
	}
	return strings.Join(docs, "---\n")
}

// BenchmarkScenariosThatCannotMatch compares the pack with the pack and 200 scenarios for other purposes: the index keeps
// them from costing anything.
func BenchmarkScenariosThatCannotMatch(b *testing.B) {
	own, err := scenario.Parse("others", []byte(others(200)))
	if err != nil {
		b.Fatal(err)
	}
	builtin, err := scenario.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	packs := map[string]*scenario.Pack{"the pack": builtin, "and 200 others": {Scenarios: append(own.Scenarios, builtin.Scenarios...)}}
	for _, name := range []string{"the pack", "and 200 others", "the pack", "and 200 others"} {
		b.Run(name, func(b *testing.B) {
			s := newSceneOf(b, packs[name])
			for _, sc := range own.Scenarios {
				d := sc.Default()
				s.settings.Scenarios[d.Name] = detect.Scenario{Over: d.Over, Within: d.Within, Action: d.Action, For: d.For}
			}
			refuse(s)
			all := newTraffic(s, 10_000).batch(50_000)
			s.engine.Ingest(context.Background(), all)
			b.ResetTimer()
			s.measure(b, all)
		})
	}
}
