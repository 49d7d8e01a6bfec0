//go:build !wasip1

package plugin

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/proto/wire"
)

// throttledAccount is a rig in which guesses of anna's password are throttled to one a minute; she was let in from
// 198.51.100.0/24 of late, or from an address by its hash.
func throttledAccount(t *testing.T, privacy wire.IPPrivacy, mode enforce.Mode) *rig {
	t.Helper()
	s := inspected(modeSettings(wire.ModeEnforce))
	s.IPPrivacy = privacy
	s.Inspection.HoldBytes, s.Inspection.HoldMs = 1<<14, 1000
	s.Inspection.Classes[0].Mode = wire.ModeEnforce
	s.Throttles = []wire.Throttle{{PerMinute: 1, Burst: 1}}
	s.Endpoints = []wire.EndpointRule{
		{Method: "POST", Path: "/v1/login", AccountField: "username"}, {Method: "GET", Path: "/v1/enter", AccountField: "username"},
	}
	router := identify.NewRouter(testKey(), []identify.Rule{{Method: "POST", Path: "/v1/login"}, {Method: "GET", Path: "/v1/enter"}}, nil, nil)
	var put []wire.Decision
	for _, line := range [][2]string{{"POST", "/v1/login"}, {"GET", "/v1/enter"}} {
		at := router.Place([]byte(line[0]), []byte("api.example.com"), []byte(line[1])).Endpoint
		add := func(match uint64, a enforce.Action) {
			put = append(put, wire.Decision{
				Match: identify.Match(match, at), ID: 0xacc, Expires: far, Meta: uint32(enforce.NewMeta(a, enforce.RankAutomatic, mode, true, 0)),
			})
		}
		add(accountOf("anna"), enforce.ActionThrottle)
		for _, p := range []uint64{identify.Network(netip.MustParsePrefix("198.51.100.0/24")), testKey().Address(netip.MustParseAddr("198.51.100.7"))} {
			add(enforce.OwnerAt(accountOf("anna"), p), enforce.ActionAllow)
		}
	}
	slices.SortFunc(put, func(a, b wire.Decision) int { return cmp.Compare(a.Match, b.Match) })
	r := ready(t, s, put...)
	r.direct(wire.Directive{Shares: []wire.Share{{Decision: 0xacc, Permille: 1000}}})
	return r
}

// try logs in from an address, the body in two pieces, and gives the status of Picket's answer; 0: there was none.
func (r *rig) try(from, account string) uint32 {
	r.t.Helper()
	id := r.request(false, ":method", "POST", ":path", "/v1/login", "content-type", "application/json", "x-forwarded-for", from)
	body := []byte(`{"username":"` + account + `","password":"x"}`)
	r.host.CallOnRequestBody(id, body[:9], false)
	if r.host.GetSentLocalResponse(id) != nil {
		r.t.Fatal("answered before the account was known")
	}
	r.host.CallOnRequestBody(id, body[9:], true)
	return r.over(id)
}

func (r *rig) over(id uint32) uint32 {
	a := r.host.GetSentLocalResponse(id)
	if a == nil {
		r.finish(id, "401")
		return 0
	}
	if !slices.Contains(a.Headers, [2]string{"x-picket-decision", "0000000000000acc"}) {
		r.t.Errorf("answered %+v", a)
	}
	r.host.CompleteHttpContext(id)
	return a.StatusCode
}

func TestAThrottledAccountIsNotItsOwnersPrison(t *testing.T) {
	for name, privacy := range map[string]wire.IPPrivacy{"clear": wire.IPPrivacyClear, "prefix": wire.IPPrivacyPrefix, "hashed": wire.IPPrivacyHashed} {
		t.Run(name, func(t *testing.T) {
			r := throttledAccount(t, privacy, enforce.ModeEnforce)
			var got []uint32
			for _, from := range []string{"203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.1"} {
				got = append(got, r.try(from, "anna"))
			}
			// One of the account's rate, one of that for fresh addresses, and no more.
			if !slices.Equal(got, []uint32{0, 0, 429, 429}) {
				t.Errorf("an address that guesses gets %v", got)
			}
			got = []uint32{r.try("198.51.100.7", "anna"), r.try("203.0.113.1", "bert"), r.try("198.51.100.7", "anna")}
			if !slices.Equal(got, []uint32{0, 0, 429}) {
				t.Errorf("its owner at home, another account, and the owner once more at the same moment get %v", got)
			}
		})
	}
}

func TestAThrottledAccountInAQueryIsAnsweredAtOnce(t *testing.T) {
	r := throttledAccount(t, wire.IPPrivacyClear, enforce.ModeEnforce)
	var got []uint32
	for range 3 {
		got = append(got, r.over(r.request(true, ":path", "/v1/enter?username=Anna", "x-forwarded-for", "203.0.113.1")))
	}
	if !slices.Equal(got, []uint32{0, 0, 429}) {
		t.Errorf("got %v", got)
	}
}

func TestPaddingHidesNoThrottledAccount(t *testing.T) {
	r := throttledAccount(t, wire.IPPrivacyClear, enforce.ModeEnforce)
	r.try("203.0.113.1", "anna")
	r.try("203.0.113.1", "anna")
	id := r.request(false, ":method", "POST", ":path", "/v1/login", "content-type", "application/json", "x-forwarded-for", "203.0.113.1")
	r.host.CallOnRequestBody(id, []byte(`{"username":"anna","password":"x"}`), false)
	r.host.CallOnRequestBody(id, []byte(strings.Repeat(" ", 1<<14)), false)
	if got := r.over(id); got != 429 {
		t.Errorf("got %d before the body was let go", got)
	}
}

func TestAThrottleOfAnAccountThatObservesOnlyCounts(t *testing.T) {
	r := throttledAccount(t, wire.IPPrivacyClear, enforce.ModeObserve)
	for range 4 {
		if got := r.try("203.0.113.1", "anna"); got != 0 {
			t.Errorf("got %d", got)
		}
	}
	if n := r.w.totals().Observed; n != 4 {
		t.Errorf("%d are counted", n)
	}
}
