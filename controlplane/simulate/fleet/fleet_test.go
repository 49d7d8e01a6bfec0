package fleet

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane/simulate"
)

// asReplica makes this test's binary one replica.
const asReplica = "PICKET_TEST_FLEET_REPLICA"

func TestMain(m *testing.M) {
	if os.Getenv(asReplica) == "" {
		os.Exit(m.Run())
	}
	if err := Serve(context.Background(), os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestAFleetIsServedAndItsAttackersAreStoppedOnEveryNode(t *testing.T) {
	t.Setenv(asReplica, "1")
	r, err := Run(t.Context(), Options{
		Nodes: 12, RPS: 3000, Consumers: 300, Groups: 2, Attacks: 4, Decisions: 5, For: 2 * time.Second, WarmUp: time.Second,
		Policy: simulate.ServicePolicy(), Replica: []string{os.Args[0]}, Dir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	type counted struct{ Attacks, Detected, Everywhere, Proven, Reopened, Invalid int }
	got := counted{r.Attacks, r.Detected, r.Everywhere, r.Proven, r.Reopened, int(r.Invalid)}
	if diff := cmp.Diff(counted{Attacks: 4, Detected: 4, Everywhere: 4, Proven: 4}, got); diff != "" {
		t.Error(diff)
	}
	if r.Requests == 0 || r.Rollups == 0 || r.Active == 0 || r.Plane <= 0 || len(r.Parts) == 0 || r.Rest.Heap == 0 {
		t.Errorf("%+v", r)
	}
	var b strings.Builder
	if err := r.Write(&b); err != nil || !strings.Contains(b.String(), "4 decided about, 4 enforced by every node, 4 with every receipt") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestOnlyOneOrThreeReplicas(t *testing.T) {
	if _, err := Run(t.Context(), Options{Replicas: 2}); err == nil {
		t.Error("two replicas were taken")
	}
}

func TestAllTrafficIsSomeNodes(t *testing.T) {
	p := newPopulation(5000, 40)
	sum := 0.0
	for node, share := range p.share {
		sum += share
		own := 0.0
		for _, r := range p.homes[node] {
			own += r.weight
			if r.weight*40 > perNode+1e-9 {
				t.Errorf("consumer %d sends %.2f of a node's traffic through one", r.consumer, r.weight*40)
			}
		}
		if math.Abs(own-share) > 1e-9 {
			t.Errorf("node %d: its consumers send %v, it has %v", node, own, share)
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the nodes have %v of all traffic", sum)
	}
}

func TestConsumersAreDrawnByWeight(t *testing.T) {
	c := crowd{burst: -1}
	c.at(time.Unix(1, 0), []resident{{7, 1}, {8, 3}})
	rng := rand.New(rand.NewPCG(1, 2))
	drawn := map[int]int{}
	for range 10_000 {
		who, ok := c.draw(rng)
		if !ok {
			t.Fatal("nobody is there")
		}
		drawn[who]++
	}
	if share := float64(drawn[8]) / 10_000; math.Abs(share-0.75) > 0.02 {
		t.Errorf("%v of the draws, want 3/4", share)
	}
	if _, ok := new(crowd).draw(rng); ok {
		t.Error("somebody was drawn from nobody")
	}
}

func TestWhatAStackBelongsTo(t *testing.T) {
	for name, c := range map[string]struct{ stack, want string }{
		"the server inside the process":   {"runtime.memmove\ngithub.com/nats-io/nats-server/v2/server.(*client).readLoop\n", partNATS},
		"a scenario":                      {"runtime.mapaccess2\npicket/controlplane/detect.(*Engine).Ingest\npicket/controlplane/journal.(*term).Fold\n", "detect"},
		"a report on its way in":          {"google.golang.org/protobuf/proto.Unmarshal\ngoogle.golang.org/grpc.(*serverStream).RecvMsg\npicket/controlplane/ingest.(*stream).read\n", "ingest: read reports"},
		"protobuf of the journal":         {"google.golang.org/protobuf/proto.Marshal\npicket/controlplane/journal.Encode\npicket/controlplane/ingest.(*stream).record\n", "journal: encode"},
		"what nobody asked for":           {"runtime.schedule\nruntime.mcall\n", partOthers},
		"what is collected in background": {"runtime.scanobject\nruntime.gcBgMarkWorker\n", partGC},
	} {
		t.Run(name, func(t *testing.T) {
			if got := partOf(c.stack); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestAProfileIsReadAsGoWritesIt(t *testing.T) {
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 0); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	// A goroutine profile's samples have one value, a CPU profile's two: each gets the second.
	if err := samples(data, func(string, int64) {}); err == nil {
		t.Error("a profile of another kind was taken")
	}
	if err := samples([]byte{0xff}, func(string, int64) {}); err == nil {
		t.Error("garbage was taken")
	}
}

func FuzzSamples(f *testing.F) {
	f.Add([]byte{0x12, 0x06, 0x0a, 0x01, 0x01, 0x12, 0x01, 0x02})
	f.Fuzz(func(_ *testing.T, data []byte) { _ = samples(data, func(string, int64) {}) })
}

func TestThePlotIsXMLThatHasEveryPoint(t *testing.T) {
	var b bytes.Buffer
	all := []Series{{With: "nodes", Results: []*Result{{Nodes: 10, PlanePerMillion: 1}, {Nodes: 1000, PlanePerMillion: 2}}}}
	if err := Plot(&b, all); err != nil {
		t.Fatal(err)
	}
	circles := 0
	for d := xml.NewDecoder(&b); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if s, ok := token.(xml.StartElement); ok && s.Name.Local == "circle" {
			circles++
		}
	}
	if want := 2 * len(panels()); circles != want {
		t.Errorf("%d points, want %d", circles, want)
	}
}

func TestPercentilesAreOfTheNearestRank(t *testing.T) {
	var all []time.Duration
	for i := range 100 {
		all = append(all, time.Duration(100-i)*time.Second)
	}
	if diff := cmp.Diff(Times{51, 100, 100}, timesOf(all)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Times{}, timesOf(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestNATSInsideTheProcessIsCountedApart(t *testing.T) {
	r := &Result{Replicas: 1, Seconds: 10, Requests: 2e6, Rollups: 1e5, Plane: 5, Parts: []Share{{"detect", 0.8}, {partNATS, 0.2}}}
	r.reckon()
	if r.Plane != 4 || r.NATS != 1 || r.RequestsPerCore != 5e5 || r.RequestsPerRollup != 20 || r.PlanePerMillion != 2 {
		t.Errorf("%+v", r)
	}
}
