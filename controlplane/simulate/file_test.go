package simulate

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

const fileText = `
timelines:
  - name: counting
    about: Somebody counts through receipts.
    fires: [object-enumeration]
    after: receipts
    actors:
      - name: stranger
        steps:
          - {request: GET /shop/receipts/1, status: 401}
      - name: reader
        count: 3
        address: 198.51.100.0/24
        subject: reader{i}
        apart: 10s
        times: 5
        every: 20s
        steps:
          - GET /shop/receipts/{random}
          - GET /shop/nothing 404
      - name: counter
        attacker: true
        address: 192.0.2.7
        subject: counter
        from: 30s
        times: 400
        every: 200ms
        steps:
          - {request: "GET /shop/receipts/{n}", bytes: 900, took: 3ms, leaks: "receipt {n}"}
`

func TestAFileOfTimelinesIsPlayed(t *testing.T) {
	all, err := ParseTimelines([]byte(fileText))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Play(t.Context(), &all[0], Options{Policy: "picket: v1\nmode: enforce\n"})
	if err != nil {
		t.Fatal(err)
	}
	a := r.Attackers()
	if !r.OK() || len(r.Actors) != 5 || r.Requests != 431 || a.Denied == 0 || a.Leaked == 0 || a.Leaked+a.Denied != 400 {
		t.Errorf("%d actors, %d requests, missing %v, attackers %+v", len(r.Actors), r.Requests, r.Missing(), a)
	}
	if r.Took < 100*time.Second {
		t.Errorf("took %v", r.Took)
	}
}

func TestEveryMistakeOfAFileIsTold(t *testing.T) {
	_, err := ParseTimelines([]byte(`
timelines:
  - {name: a, workers: 501, actors: [{name: x, steps: ["GET /"]}]}
  - {name: b, actors: [{name: x, steps: [GET]}, {name: y, address: here, steps: [GET /]}]}
  - {name: c, interval: 1ms, actors: [{name: x, count: -1, steps: ["GET /"]}]}
  - {name: d}
`))
	for _, want := range []string{"workers are", "METHOD /path", "an address or a network", "interval is", "count and times", "needs a name and actors"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told: %v", want, err)
		}
	}
	if _, err := ParseTimelines([]byte("timelines: [{name: a, colour: red}]")); err == nil || !strings.Contains(err.Error(), "colour") {
		t.Errorf("an unknown key is taken: %v", err)
	}
}

func TestAddressesAreOfTheirNetwork(t *testing.T) {
	for network, n := range map[string]int{"192.0.2.0/24": 300, "10.0.0.0/8": 70_000, "192.0.2.7/32": 5, "2001:db8::/64": 1 << 20, "198.51.100.4/30": 9} {
		p := netip.MustParsePrefix(network)
		for _, i := range []int{0, 1, n} {
			if a := pick(p, i); !p.Contains(a) {
				t.Errorf("%v is not in %s", a, network)
			}
		}
	}
	if a, b := pick(netip.MustParsePrefix("10.0.0.0/8"), 1), pick(netip.MustParsePrefix("10.0.0.0/8"), 65537); a == b {
		t.Error("two numbers have one address")
	}
}
