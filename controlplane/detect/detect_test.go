package detect_test

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/controlplane"
	"picket/controlplane/detect"
)

const (
	customers controlplane.EndpointID = 1
	login     controlplane.EndpointID = 2
)

var (
	start    = time.Unix(1_800_000_000, 0)
	attacker = netip.MustParsePrefix("203.0.113.7/32")
	home     = netip.MustParsePrefix("198.51.100.1/32")
)

// bench is an engine with what it decided.
type bench struct {
	t        *testing.T
	engine   *detect.Engine
	settings detect.Settings
	fired    []controlplane.Detection
	at       time.Time
	object   uint64
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, at: start, settings: detect.Settings{
		Scenarios: map[string]detect.Scenario{
			detect.ObjectEnumeration: {Over: 50, Within: time.Minute, Action: controlplane.ActionDeny, For: 15 * time.Minute},
			detect.FailedLogins:      {Over: 10, Within: time.Minute, Action: controlplane.ActionDeny, For: 15 * time.Minute},
		},
		Purposes: map[controlplane.EndpointID]controlplane.Purpose{login: controlplane.PurposeLogin},
	}}
	b.engine = detect.New(detect.Options{
		Settings: func() *detect.Settings { return &b.settings },
		Decide:   func(_ context.Context, d controlplane.Detection) { b.fired = append(b.fired, d) },
		Name:     func(controlplane.EndpointID) string { return "GET /v1/customers/{id}" },
	})
	return b
}

// send sends n requests in one rollup, each for a new object whose number is next to the one before.
func (b *bench) send(c controlplane.Caller, at controlplane.EndpointID, o controlplane.Outcome, n uint64) {
	r := controlplane.Rollup{
		Node: controlplane.Node{ID: "n1", Group: "edge"}, Start: b.at, End: b.at,
		Caller: c, Endpoint: at, Outcome: o, Requests: n,
	}
	if at == customers {
		r.Neighbours = n
		for range n {
			b.object++
			r.Objects = r.Objects.Merge(controlplane.Sketch{Values: []uint64{b.object * 0x9e3779b97f4a7c15}})
		}
	}
	b.engine.Ingest(context.Background(), []controlplane.Rollup{r})
}

func (b *bench) values() (out []controlplane.Value) {
	for _, d := range b.fired {
		out = append(out, d.Value)
	}
	return out
}

func bearer(from netip.Prefix, subject, credential uint64) controlplane.Caller {
	return controlplane.Caller{Network: from, Subject: subject, Credential: credential}
}

func anonymous(from netip.Prefix) controlplane.Caller { return controlplane.Caller{Network: from} }

func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestACallerThatGoesThroughRecordsIsDetectedWithItsNumbers(t *testing.T) {
	b := newBench(t)
	b.send(anonymous(attacker), customers, controlplane.OutcomeOK, 40)
	b.at = b.at.Add(time.Second)
	b.send(anonymous(attacker), customers, controlplane.OutcomeNotFound, 11)
	equal(t, []controlplane.Detection{{
		Scenario: detect.ObjectEnumeration, Value: controlplane.Value{Facet: controlplane.FacetIP, Network: attacker},
		Endpoint: customers, Group: "edge", At: b.at, Window: time.Minute, Confidence: 0.99,
		Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
		Evidence: []string{
			"51 distinct records of GET /v1/customers/{id} asked for within 1m; more than 50 is counted as going through them.",
			"The service answered 51 requests, 40 of them with a record and 11 with not found.",
			"100 % of the requests asked for a number next to the one before.",
		},
		Action: controlplane.ActionDeny, For: 15 * time.Minute,
	}}, b.fired)
}

func TestNeighbouringNumbersRaiseTheConfidence(t *testing.T) {
	b := newBench(t)
	r := controlplane.Rollup{Caller: anonymous(attacker), Endpoint: customers, Outcome: controlplane.OutcomeOK, Requests: 60, Neighbours: 60, End: start}
	for i := range uint64(60) {
		r.Objects.Values = append(r.Objects.Values, i+1)
	}
	b.engine.Ingest(context.Background(), []controlplane.Rollup{r})
	if len(b.fired) != 1 || b.fired[0].Confidence != 0.99 {
		t.Errorf("fired %+v, want one with confidence 0.99", b.fired)
	}
}

// TestAnOfficeBehindOneAddressMayReadALot: without a second sign an address alone must ask for four times as much.
func TestAnOfficeBehindOneAddressMayReadALot(t *testing.T) {
	for n, fires := range map[int]bool{51: false, 150: false, 300: true} {
		b := newBench(t)
		rng := rand.New(rand.NewPCG(1, 2))
		for range n {
			r := controlplane.Rollup{Caller: anonymous(home), Endpoint: customers, Outcome: controlplane.OutcomeOK, Requests: 1, End: start}
			r.Objects.Values = []uint64{rng.Uint64()}
			b.engine.Ingest(context.Background(), []controlplane.Rollup{r})
		}
		if got := len(b.fired) > 0; got != fires {
			t.Errorf("%d records: fired %v, want %v", n, got, fires)
		}
	}
}

func TestWhatTheServiceDidNotServeIsNoEvidenceOfEnumeration(t *testing.T) {
	for name, o := range map[string]controlplane.Outcome{
		"blocked by Picket": controlplane.OutcomeBlocked, "throttled": controlplane.OutcomeThrottled,
		"denied by the service": controlplane.OutcomeDenied, "a failure of the service": controlplane.OutcomeServerError,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.send(anonymous(attacker), customers, o, 500)
			equal(t, []controlplane.Detection(nil), b.fired)
		})
	}
}

func TestADetectionFiresAgainWhenItsCountHasDoubled(t *testing.T) {
	b := newBench(t)
	var fired []int
	for range 12 { // 55 s: 30 to 360 records
		b.send(anonymous(attacker), customers, controlplane.OutcomeOK, 30)
		fired = append(fired, len(b.fired))
		b.at = b.at.Add(5 * time.Second)
	}
	equal(t, []int{0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3}, fired) // above 50, 100, 200
	b.send(anonymous(attacker), customers, controlplane.OutcomeOK, 1)
	b.at = b.at.Add(30 * time.Second)
	b.send(anonymous(attacker), customers, controlplane.OutcomeOK, 120)
	if len(b.fired) != 4 {
		t.Errorf("fired %d times after a window, want 4", len(b.fired))
	}
}

func TestADetectionIsArmedAgainBelowHalfOfTheThreshold(t *testing.T) {
	for name, c := range map[string]struct {
		between uint64
		fires   int
	}{
		"when the window fell below half":          {1, 2},
		"but not while it stayed at half or above": {25, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.settings.Scenarios[detect.ObjectEnumeration] = detect.Scenario{Over: 50, Within: time.Hour, Action: controlplane.ActionDeny}
			b.at = start.Add(4*time.Minute + 59*time.Second)
			b.send(anonymous(attacker), customers, controlplane.OutcomeOK, 60)
			b.at = start.Add(time.Hour) // the first bucket of five minutes leaves the window
			b.send(anonymous(attacker), customers, controlplane.OutcomeOK, c.between)
			b.send(anonymous(attacker), customers, controlplane.OutcomeOK, 51)
			if len(b.fired) != c.fires {
				t.Errorf("fired %d times, want %d", len(b.fired), c.fires)
			}
		})
	}
}

// victim is a subject with a good token, which the service accepts and refuses callers without.
func (b *bench) victim() controlplane.Caller {
	v := bearer(home, 100, 1000)
	b.send(anonymous(home), customers, controlplane.OutcomeDenied, 1)
	b.send(v, customers, controlplane.OutcomeOK, 1)
	return v
}

func TestAProvenSubjectIsDetectedWhateverItsAddress(t *testing.T) {
	b := newBench(t)
	v := b.victim()
	for i := range 60 {
		v.Network = netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), 32)
		b.send(v, customers, controlplane.OutcomeOK, 1)
	}
	equal(t, []controlplane.Value{{Facet: controlplane.FacetSubject, Hash: 100}}, b.values())
}

func TestAForgedNameNeverCountsTowardsTheStranger(t *testing.T) {
	forged := bearer(attacker, 100, 6666)
	for name, attack := range map[string]func(*bench){
		"with a token that the service refuses": func(b *bench) {
			b.send(forged, customers, controlplane.OutcomeDenied, 1)
		},
		"where a login answers anyone": func(b *bench) {
			b.send(anonymous(attacker), login, controlplane.OutcomeDenied, 1)
			b.send(anonymous(attacker), login, controlplane.OutcomeOK, 1)
			b.send(forged, login, controlplane.OutcomeOK, 1)
		},
		"where the login is seen to answer anyone only later": func(b *bench) {
			b.send(anonymous(attacker), login, controlplane.OutcomeDenied, 1)
			b.send(forged, login, controlplane.OutcomeOK, 1)
			b.send(anonymous(attacker), login, controlplane.OutcomeOK, 1)
		},
		"with an answer that comes before the credential is looked at": func(b *bench) {
			b.send(forged, customers, controlplane.OutcomeClientError, 1)
			b.send(forged, customers, controlplane.OutcomeServerError, 1)
			b.send(forged, customers, controlplane.OutcomeBlocked, 1)
		},
		"beside a key of his own that the service accepts": func(b *bench) {
			own := controlplane.Caller{Network: attacker, Key: 55, Credential: 55}
			b.send(anonymous(attacker), 3, controlplane.OutcomeDenied, 1)
			b.send(own, 3, controlplane.OutcomeOK, 1)
			both := forged
			both.Key = 55
			b.send(both, 3, controlplane.OutcomeOK, 1)
		},
		"beside a bad key that is refused": func(b *bench) {
			b.send(anonymous(attacker), 3, controlplane.OutcomeDenied, 1)
			b.send(controlplane.Caller{Network: attacker, Key: 56, Credential: 56}, 3, controlplane.OutcomeDenied, 1)
			both := forged
			both.Key = 55
			b.send(both, 3, controlplane.OutcomeOK, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.victim()
			attack(b)
			const open = 9 // an endpoint that forgets to check who asks
			for range 60 {
				b.object++
				b.engine.Ingest(context.Background(), []controlplane.Rollup{{
					Node: controlplane.Node{Group: "edge"}, End: b.at, Caller: forged, Endpoint: open, Outcome: controlplane.OutcomeOK,
					Requests: 1, Neighbours: 1, Objects: controlplane.Sketch{Values: []uint64{b.object}},
				}})
			}
			equal(t, []controlplane.Value{{Facet: controlplane.FacetIP, Network: attacker}}, b.values())
		})
	}
}

func TestATokenBesideAKeyIsProvenWhereTheKeyAloneIsRefused(t *testing.T) {
	b := newBench(t)
	app := controlplane.Caller{Network: home, Key: 55, Credential: 55}
	b.send(anonymous(home), 3, controlplane.OutcomeDenied, 1)
	b.send(app, 3, controlplane.OutcomeOK, 1)
	b.send(app, customers, controlplane.OutcomeDenied, 1)
	user := bearer(home, 100, 1000)
	user.Key = 55
	b.send(user, customers, controlplane.OutcomeOK, 60)
	equal(t, []controlplane.Value{{Facet: controlplane.FacetSubject, Hash: 100}}, b.values())
}

func TestASubjectThatEnvoyVerifiedNeedsNoProof(t *testing.T) {
	b := newBench(t)
	c := bearer(home, 100, 100)
	c.Verified = true
	b.send(c, customers, controlplane.OutcomeOK, 60)
	equal(t, []controlplane.Value{{Facet: controlplane.FacetSubject, Hash: 100}}, b.values())
}

func TestFailedLogins(t *testing.T) {
	for name, c := range map[string]struct {
		denied, ok uint64
		fires      bool
	}{
		"above the threshold they are detected":                  {11, 0, true},
		"at the threshold they are not":                          {10, 0, false},
		"of an office that mostly gets in are not":               {30, 70, false},
		"with a hit now and then, a fifth at most, are detected": {80, 20, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.send(anonymous(attacker), login, controlplane.OutcomeOK, c.ok)
			b.send(anonymous(attacker), login, controlplane.OutcomeDenied, c.denied)
			if got := len(b.fired) == 1; got != c.fires {
				t.Errorf("fired %d times, want fired: %v", len(b.fired), c.fires)
			}
		})
	}
}

func TestOnlyADeclaredLoginCountsFailedLogins(t *testing.T) {
	b := newBench(t)
	b.send(anonymous(attacker), customers, controlplane.OutcomeDenied, 100)
	equal(t, []controlplane.Detection(nil), b.fired)
}

func TestFailedLoginsTellHowManyAccountsWereTried(t *testing.T) {
	b := newBench(t)
	r := controlplane.Rollup{Caller: anonymous(attacker), Endpoint: login, Outcome: controlplane.OutcomeDenied, Requests: 20, End: start}
	for i := range uint64(15) {
		r.Accounts.Values = append(r.Accounts.Values, i+1)
	}
	b.engine.Ingest(context.Background(), []controlplane.Rollup{r})
	equal(t, []controlplane.Detection{{
		Scenario: detect.FailedLogins, Value: controlplane.Value{Facet: controlplane.FacetIP, Network: attacker}, Endpoint: login,
		At: start, Window: time.Minute, Confidence: 0.99, Action: controlplane.ActionDeny, For: 15 * time.Minute,
		Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
		Evidence: []string{
			"20 failed logins at GET /v1/customers/{id} within 1m; more than 10 is counted as guessing.",
			"100 % of 20 attempts failed.", "15 distinct accounts were tried.",
		},
	}}, b.fired)
}

func TestAScenarioThatIsOffOrAbsentDoesNotFire(t *testing.T) {
	b := newBench(t)
	set := b.settings.Scenarios[detect.ObjectEnumeration]
	set.Off = true
	b.settings.Scenarios = map[string]detect.Scenario{detect.ObjectEnumeration: set}
	b.send(anonymous(attacker), customers, controlplane.OutcomeOK, 100)
	b.send(anonymous(attacker), login, controlplane.OutcomeDenied, 100)
	equal(t, []controlplane.Detection(nil), b.fired)
}

func TestGroupsAreCountedApart(t *testing.T) {
	b := newBench(t)
	for i, group := range []string{"edge", "mesh"} {
		r := controlplane.Rollup{Node: controlplane.Node{Group: group}, Caller: anonymous(attacker), Endpoint: customers, Outcome: controlplane.OutcomeOK, Requests: 40, End: start}
		for n := range uint64(40) {
			r.Objects.Values = append(r.Objects.Values, uint64(i)*40+n+1)
		}
		b.engine.Ingest(context.Background(), []controlplane.Rollup{r})
	}
	equal(t, []controlplane.Detection(nil), b.fired)
}
