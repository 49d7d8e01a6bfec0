//go:build !wasip1

package plugin

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/proto/wire"
)

func wordHash(text string) uint64 { return testKey().Hash(identify.DomainWord, []byte(text)) }

// membersOf gives the endpoint GET /t/TENANT/members; 0 is {id}.
func membersOf(tenant uint64) uint64 {
	return testKey().Endpoint("GET", 0, []uint64{wordHash("t"), tenant, wordHash("members")})
}

func learnedSettings() wire.Settings {
	s := modeSettings(wire.ModeEnforce)
	s.Slugs = []wire.Slug{{Prefix: []uint64{wordHash("t")}, Words: []uint64{wordHash("all")}}}
	return s
}

func TestWhatTheControlPlaneHasLearnedIsOneEndpointWithObjects(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeEnforce))
	s := learnedSettings()
	r.direct(wire.Directive{Deltas: []wire.Delta{{Epoch: 1, Previous: 5, Revision: 6, Settings: &s}}})
	r.peer.take()
	for range 3 {
		for _, tenant := range []string{"acme", "umbra", "all"} {
			r.finish(r.request(true, ":path", "/t/"+tenant+"/members"), "200")
		}
	}
	r.host.Tick()
	got := map[uint64][]int{}
	for _, report := range r.peer.take() {
		for _, row := range report.Rollups {
			objects := 0
			if row.Objects != nil {
				objects = len(row.Objects.Values)
			}
			got[row.Endpoint] = []int{int(row.Requests), objects}
		}
		if len(report.Words) > 0 {
			t.Errorf("words left the node: %+v", report.Words)
		}
	}
	want := map[uint64][]int{membersOf(0): {6, 2}, membersOf(wordHash("all")): {3, 0}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("requests and objects by endpoint (-want +got):\n%s", d)
	}
}

func TestDecisionsHoldAtALearnedEndpointAndAtOneOfItsValues(t *testing.T) {
	key := testKey().Hash(identify.DomainKey, []byte("k1"))
	meta := uint32(enforce.NewMeta(enforce.ActionDeny, enforce.RankOperator, enforce.ModeEnforce, true, 0))
	for name, c := range map[string]struct {
		at   uint64
		want map[string]bool // denied, by tenant
	}{
		"at all values": {membersOf(0), map[string]bool{"acme": true, "umbra": true}},
		"at one value, as it was called before it was learned": {membersOf(wordHash("acme")), map[string]bool{"acme": true, "umbra": false}},
	} {
		t.Run(name, func(t *testing.T) {
			r := ready(t, learnedSettings(), wire.Decision{Match: identify.Match(key, c.at), ID: 0xabc, Expires: far, Meta: meta})
			got := map[string]bool{}
			for _, tenant := range []string{"acme", "umbra"} {
				id := r.request(true, "x-api-key", "k1", ":path", "/t/"+tenant+"/members")
				got[tenant] = r.host.GetSentLocalResponse(id) != nil
				r.host.CompleteHttpContext(id)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("denied (-want +got):\n%s", d)
			}
		})
	}
}
