//go:build !wasip1

package plugin

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/proxywasm"
	"picket/proto/wire"
)

// peer plays the control plane.
type peer struct {
	opened  uint32
	refuse  bool
	reports []*wire.Report
}

func (p *peer) Open(cluster, service, method string) (uint32, bool) {
	if p.refuse || cluster != "control" || service != "picket.v1.Signals" || method != "Stream" {
		return 0, false
	}
	p.opened++
	return p.opened, true
}

func (p *peer) Send(_ uint32, message []byte) bool {
	var r wire.Report
	if err := r.Decode(slices.Clone(message)); err != nil {
		panic(err)
	}
	p.reports = append(p.reports, &r)
	return true
}

func (p *peer) Close(uint32) {}

// take gives what was sent since the last time.
func (p *peer) take() []*wire.Report {
	r := p.reports
	p.reports = nil
	return r
}

type rig struct {
	t    *testing.T
	w    *worker
	peer *peer
	host proxytest.HostEmulator
}

var secret = []byte("0123456789abcdef")

func testKey() *identify.Key {
	k, _ := identify.NewKey(9, secret)
	return &k
}

// start runs the filter natively under the SDK's host emulator.
func start(t *testing.T) *rig {
	t.Helper()
	w := newWorker()
	proxywasm.Handle(w, w)
	host, reset := proxytest.NewHostEmulator(proxytest.NewEmulatorOption().WithVMContext(&vm{worker: w}).
		WithPluginConfiguration([]byte("signals=control tick=50 workers=3 address=xff:0 nonsense=1")).
		WithProperty([]string{"plugin_root_id"}, []byte(trafficRoot)).
		WithProperty([]string{"source", "address"}, []byte("192.0.2.9:1234")).
		WithProperty([]string{"xds", "node", "id"}, []byte("edge-1")).
		WithProperty([]string{"xds", "node", "cluster"}, []byte("edge")))
	t.Cleanup(reset)
	p := &peer{}
	proxywasm.Connect(p)
	t.Cleanup(func() { proxywasm.Connect(nil) })
	if host.StartVM() != types.OnVMStartStatusOK || host.StartPlugin() != types.OnPluginStartStatusOK {
		t.Fatal("the filter did not start")
	}
	return &rig{t: t, w: w, peer: p, host: host}
}

func (r *rig) direct(d wire.Directive) {
	r.t.Helper()
	r.w.Receive(r.w.signals.stream, d.Append(nil))
}

// ready starts a rig that has its key and settings.
func ready(t *testing.T, s wire.Settings, put ...wire.Decision) *rig {
	r := start(t)
	r.host.Tick()
	r.direct(wire.Directive{Keys: &wire.Keys{ID: 9, Key: secret}, Deltas: []wire.Delta{
		{Epoch: 1, Revision: 5, SnapshotBegin: true, SnapshotEnd: true, Settings: &s, Put: put}}})
	r.peer.take()
	return r
}

func (r *rig) request(end bool, kv ...string) uint32 {
	id := r.host.InitializeHttpContext()
	h := [][2]string{{":method", "GET"}, {":path", "/v1/customers/7"}, {":authority", "api.example.com"}, {"x-forwarded-for", "203.0.113.9"}}
	for i := 0; i < len(kv); i += 2 {
		h = slices.DeleteFunc(h, func(p [2]string) bool { return p[0] == kv[i] })
		h = append(h, [2]string{kv[i], kv[i+1]})
	}
	r.host.CallOnRequestHeaders(id, h, end)
	return id
}

func (r *rig) finish(id uint32, status string) {
	r.host.CallOnResponseHeaders(id, [][2]string{{":status", status}, {"content-length", "321"}}, true)
	r.host.CompleteHttpContext(id)
}

func modeSettings(mode wire.Mode) wire.Settings {
	return wire.Settings{Mode: mode, IPPrivacy: wire.IPPrivacyClear, KeyHeaders: []string{"x-api-key"},
		Subjects: []wire.SubjectKind{wire.SubjectKindJWT, wire.SubjectKindBasic}}
}

// far is an expiry that no test lives to see.
const far = 4_000_000_000

func denyKey(key string, rank enforce.Rank) wire.Decision {
	return wire.Decision{Match: testKey().Hash(identify.DomainKey, []byte(key)), ID: 0xabc, Expires: far,
		Meta: uint32(enforce.NewMeta(enforce.ActionDeny, rank, enforce.ModeEnforce, false, 0))}
}

func TestHelloIntroducesTheWorkerOnce(t *testing.T) {
	r := start(t)
	r.host.Tick()
	got := r.peer.take()
	if len(got) != 1 || got[0].Hello == nil {
		t.Fatalf("%d messages at the first tick", len(got))
	}
	h := got[0].Hello
	want := &wire.Hello{NodeID: "edge-1", Cluster: "edge", FilterVersion: Version, Protocol: 1, Worker: 1, Workers: 3,
		Instance: h.Instance, StartedUnixNano: h.StartedUnixNano}
	if diff := cmp.Diff(want, h); diff != "" || h.Instance == 0 || h.StartedUnixNano == 0 {
		t.Error(diff)
	}
	r.host.Tick()
	if got := r.peer.take(); len(got) != 0 {
		t.Errorf("%d messages with nothing to say", len(got))
	}
	if r.host.GetTickPeriod() != 50 || len(r.host.GetWarnLogs()) != 1 {
		t.Errorf("tick %d, warnings %q", r.host.GetTickPeriod(), r.host.GetWarnLogs())
	}
}

func TestNothingIsReportedBeforeAKeyIsKnown(t *testing.T) {
	r := start(t)
	r.host.Tick()
	r.peer.take()
	r.finish(r.request(true), "200")
	r.host.Tick()
	for _, got := range r.peer.take() {
		if got.Sequence != 0 || len(got.Rollups) != 0 || !got.Receipt.Serving {
			t.Errorf("without a key it sent %+v", got)
		}
	}
	if r.w.totals().Unkeyed != 1 || r.w.totals().Requests != 1 {
		t.Errorf("%+v", r.w.totals())
	}
}

func TestARequestBecomesARollup(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeObserve))
	token := "Bearer " + base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"alice"}`)) + "."
	for range 3 {
		r.finish(r.request(true, "x-api-key", "k1", "authorization", token), "200")
	}
	r.host.Tick()
	got := r.peer.take()
	if len(got) != 1 || len(got[0].Rollups) != 1 || len(got[0].Endpoints) != 1 {
		t.Fatalf("reports %+v", got)
	}
	k := testKey()
	g := got[0].Rollups[0]
	want := wire.Rollup{
		Caller: &wire.Caller{IP: []byte{203, 0, 113, 9}, Key: k.Hash(identify.DomainKey, []byte("k1")), Subject: k.Hash(identify.DomainSubject, []byte("alice")),
			Credential: k.Hash(identify.DomainCredential, []byte(token)), SubjectSource: wire.SubjectSourceJWT},
		Endpoint: got[0].Endpoints[0].ID, Outcome: wire.OutcomeOK, Requests: 3, ResponseBytes: 963, Latency: g.Latency,
		Objects: g.Objects,
	}
	if diff := cmp.Diff(want, g); diff != "" || len(g.Objects.Values) != 1 {
		t.Error(diff)
	}
	if got[0].KeyID != 9 || got[0].Totals.Requests != 3 || got[0].Totals.Reported != 3 {
		t.Errorf("key %d, totals %+v", got[0].KeyID, got[0].Totals)
	}
	if f := got[0].Findings; len(f) != 0 {
		t.Errorf("findings %+v, where the policy does not ask for an inspection", f)
	}
}

func TestADeltaIsInForceAtOnceAndTold(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeEnforce))
	r.direct(wire.Directive{Deltas: []wire.Delta{{Epoch: 1, Previous: 5, Revision: 6, Put: []wire.Decision{denyKey("k1", enforce.RankAutomatic)}}}})
	got := r.peer.take()
	if len(got) != 1 || got[0].Receipt.Revision != 6 || got[0].Receipt.Epoch != 1 || got[0].Receipt.Decisions != 1 || got[0].Sequence != 0 {
		t.Fatalf("receipts %+v", got)
	}
	id := r.request(true, "x-api-key", "k1")
	resp := r.host.GetSentLocalResponse(id)
	if resp == nil || resp.StatusCode != 403 {
		t.Fatalf("answered %+v", resp)
	}
	headers := [][2]string{{"content-type", "application/problem+json"}, {"x-picket-decision", "0000000000000abc"}}
	if diff := cmp.Diff(headers, resp.Headers); diff != "" {
		t.Error(diff)
	}
	if want := `{"type":"about:blank","title":"Forbidden","status":403}` + "\n"; string(resp.Data) != want {
		t.Errorf("body %q", resp.Data)
	}
	r.host.CompleteHttpContext(id)
	if other := r.request(true, "x-api-key", "k2"); r.host.GetSentLocalResponse(other) != nil {
		t.Error("another caller was answered")
	}
	r.host.Tick()
	report := r.peer.take()[0]
	if len(report.Strikes) != 1 || report.Strikes[0].Enforced != 1 || report.Rollups[0].Outcome != wire.OutcomeBlocked {
		t.Errorf("report %+v", report)
	}
	r.direct(wire.Directive{Deltas: []wire.Delta{{Epoch: 1, Previous: 6, Revision: 7, Undo: []wire.Undo{{Match: denyKey("k1", 1).Match, ID: 0xabc}}}}})
	if id := r.request(true, "x-api-key", "k1"); r.host.GetSentLocalResponse(id) != nil {
		t.Error("an undone decision still answers")
	}
}

func TestObserveModeOnlyCounts(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeObserve), denyKey("k1", enforce.RankAutomatic))
	if id := r.request(true, "x-api-key", "k1"); r.host.GetSentLocalResponse(id) != nil {
		t.Error("observe mode answered a request")
	}
	r.host.Tick()
	if s := r.peer.take()[0].Strikes; len(s) != 1 || s[0].Observed != 1 || s[0].Enforced != 0 {
		t.Errorf("strikes %+v", s)
	}
}

func TestAGapAsksForASnapshot(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeEnforce))
	r.direct(wire.Directive{Deltas: []wire.Delta{{Epoch: 1, Previous: 8, Revision: 9, Put: []wire.Decision{denyKey("k1", 1)}}}})
	got := r.peer.take()
	if len(got) != 1 || !got[0].Receipt.Resync || got[0].Receipt.Revision != 5 {
		t.Fatalf("after a gap: %+v", got)
	}
	s := modeSettings(wire.ModeEnforce)
	r.direct(wire.Directive{Deltas: []wire.Delta{
		{Epoch: 1, Revision: 9, SnapshotBegin: true, Settings: &s, Put: []wire.Decision{{Match: 1, ID: 1, Expires: far}}},
		{Epoch: 1, Revision: 9, SnapshotEnd: true, Put: []wire.Decision{{Match: 2, ID: 2, Expires: far}}}}})
	if got := r.peer.take()[0].Receipt; got.Resync || got.Revision != 9 || got.Decisions != 2 {
		t.Errorf("after the snapshot: %+v", got)
	}
}

func TestReportsAreSentAgainByteForByteUntilAcknowledged(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeObserve))
	r.finish(r.request(true), "200")
	r.host.Tick()
	first := r.peer.take()[0]
	r.w.Close(r.w.signals.stream, 14)
	r.w.signals.retryAt = 0
	r.host.Tick()
	again := r.peer.take()
	if len(again) != 2 || again[0].Hello == nil {
		t.Fatalf("%d messages on the new stream", len(again))
	}
	if diff := cmp.Diff(first, again[1]); diff != "" {
		t.Error(diff)
	}
	r.direct(wire.Directive{Acknowledged: 1})
	if n := r.w.reporter.Outbox.Len(); n != 0 {
		t.Errorf("%d reports kept after their acknowledgement", n)
	}
}

func TestWithoutAcknowledgementsItSumsInsteadOfSending(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeObserve))
	const n = 100
	for range n {
		r.finish(r.request(true), "200")
		r.host.Tick()
	}
	sent := uint64(len(r.peer.take()))
	if sent >= n {
		t.Fatalf("%d reports without an acknowledgement", sent)
	}
	r.direct(wire.Directive{Acknowledged: sent})
	r.host.Tick()
	last := r.peer.take()[0]
	if last.Totals.Reported != n || last.Rollups[0].Requests != n-sent {
		t.Errorf("reported %d of %d; %d in the last", last.Totals.Reported, n, last.Rollups[0].Requests)
	}
}

func TestAThrottledCallerIsToldWhenToComeBack(t *testing.T) {
	s := modeSettings(wire.ModeEnforce)
	s.Throttles = []wire.Throttle{{PerMinute: 1, Burst: 1}}
	d := denyKey("k1", enforce.RankOperator)
	d.Meta = uint32(enforce.NewMeta(enforce.ActionThrottle, enforce.RankOperator, enforce.ModeEnforce, false, 0))
	r := ready(t, s, d)
	r.direct(wire.Directive{Shares: []wire.Share{{Decision: 0xabc, Permille: 1000}}})
	if id := r.request(true, "x-api-key", "k1"); r.host.GetSentLocalResponse(id) != nil {
		t.Fatal("the first request was throttled")
	}
	resp := r.host.GetSentLocalResponse(r.request(true, "x-api-key", "k1"))
	if resp == nil || resp.StatusCode != 429 || !slices.Contains(resp.Headers, [2]string{"retry-after", "60"}) {
		t.Errorf("answered %+v", resp)
	}
}

func TestAChallengedCallerIsAskedForMore(t *testing.T) {
	d := denyKey("k1", enforce.RankOperator)
	d.Meta = uint32(enforce.NewMeta(enforce.ActionChallenge, enforce.RankOperator, enforce.ModeEnforce, false, 0))
	r := ready(t, modeSettings(wire.ModeEnforce), d)
	resp := r.host.GetSentLocalResponse(r.request(true, "x-api-key", "k1"))
	if resp == nil || resp.StatusCode != 401 ||
		!slices.Contains(resp.Headers, [2]string{"www-authenticate", `Bearer error="insufficient_user_authentication"`}) {
		t.Errorf("answered %+v", resp)
	}
}

func TestATaggedRequestSaysSoAndNobodyElseMay(t *testing.T) {
	d := denyKey("k1", enforce.RankOperator)
	d.Meta = uint32(enforce.NewMeta(enforce.ActionTag, enforce.RankOperator, enforce.ModeEnforce, false, 0))
	r := ready(t, modeSettings(wire.ModeObserve), d)
	id := r.request(true, "x-api-key", "k1", "x-picket-action", "allow", "x-picket-other", "x")
	h := r.host.GetCurrentRequestHeaders(id)
	if !slices.Contains(h, [2]string{"x-picket-decision", "0000000000000abc"}) || !slices.Contains(h, [2]string{"x-picket-action", "tag"}) {
		t.Errorf("headers %v", h)
	}
	if slices.ContainsFunc(h, func(p [2]string) bool { return p[0] == "x-picket-other" || p[1] == "allow" }) {
		t.Errorf("forged headers passed: %v", h)
	}
}

func TestAGRPCCallGetsAGRPCStatus(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeEnforce), denyKey("k1", enforce.RankAutomatic))
	resp := r.host.GetSentLocalResponse(r.request(true, "x-api-key", "k1", "content-type", "application/grpc+proto"))
	if resp == nil || resp.GRPCStatus != 7 || len(resp.Data) != 0 {
		t.Errorf("answered %+v", resp)
	}
}

func TestWhatCannotBeJudgedFailsAsThePolicySays(t *testing.T) {
	for name, mode := range map[string]wire.FailMode{"open": wire.FailModeOpen, "closed": wire.FailModeClosed} {
		t.Run(name, func(t *testing.T) {
			s := modeSettings(wire.ModeEnforce)
			s.Fail = mode
			r := ready(t, s)
			if err := r.host.SetProperty([]string{"source", "address"}, []byte("/var/run/client.sock")); err != nil {
				t.Fatal(err)
			}
			resp := r.host.GetSentLocalResponse(r.request(true, "x-forwarded-for", "unknown"))
			open, closed := r.w.totals().FailedOpen, r.w.totals().FailedClosed
			if mode == wire.FailModeOpen && (resp != nil || open != 1 || closed != 0) {
				t.Errorf("answered %+v, counted %d and %d", resp, open, closed)
			}
			if mode == wire.FailModeClosed && (resp == nil || resp.StatusCode != 503 || closed != 1) {
				t.Errorf("answered %+v, counted %d and %d", resp, open, closed)
			}
		})
	}
}

func TestALoginsAccountIsCounted(t *testing.T) {
	s := modeSettings(wire.ModeObserve)
	s.Endpoints = []wire.EndpointRule{{Method: "POST", Path: "/v1/login", AccountField: "username", FailureStatuses: []uint32{200}}}
	r := ready(t, s)
	id := r.request(false, ":method", "POST", ":path", "/v1/login", "content-type", "application/json")
	r.host.CallOnRequestBody(id, []byte(`{"password":"x","user`), false)
	r.host.CallOnRequestBody(id, []byte(`name":"Alice"}`), true)
	r.finish(id, "200")
	r.host.Tick()
	got := r.peer.take()[0].Rollups[0]
	account := testKey().Hash(identify.DomainAccount, []byte("alice"))
	if got.Caller.Account != account || got.Outcome != wire.OutcomeDenied || !slices.Equal(got.Accounts.Values, []uint64{account}) {
		t.Errorf("rollup %+v", got)
	}
}

func TestPrivacyDecidesHowAnAddressLeaves(t *testing.T) {
	for name, tt := range map[string]struct {
		privacy wire.IPPrivacy
		want    string
	}{
		"clear":  {wire.IPPrivacyClear, "\xcb\x00\x71\x09"},
		"prefix": {wire.IPPrivacyPrefix, "\xcb\x00\x71\x00"},
		"hashed": {wire.IPPrivacyHashed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := modeSettings(wire.ModeObserve)
			s.IPPrivacy = tt.privacy
			r := ready(t, s)
			r.finish(r.request(true), "200")
			r.host.Tick()
			c := r.peer.take()[0].Rollups[0].Caller
			if string(c.IP) != tt.want || (c.IPHash != 0) != (tt.want == "") {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestAPanicCostsOneRequestItsJudgement(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeEnforce))
	r.w.router = nil // breaks an invariant on purpose
	if id := r.request(true); r.host.GetSentLocalResponse(id) != nil {
		t.Error("a panic answered the request")
	}
	if r.w.totals().Recovered != 1 || r.w.totals().FailedOpen != 1 || len(r.host.GetErrorLogs()) != 1 {
		t.Errorf("%+v, log %q", r.w.totals(), r.host.GetErrorLogs())
	}
	r.host.Tick()
	if got := r.peer.take(); len(got) != 1 || got[0].Totals.Recovered != 1 || len(got[0].Rollups) != 0 {
		t.Errorf("told %+v", got)
	}
}

func TestAnotherKeyNamesNothingThatTheOldOneNamed(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeObserve))
	r.finish(r.request(true), "200")
	flying := r.request(true)
	r.direct(wire.Directive{Keys: &wire.Keys{ID: 10, Key: secret}})
	got := r.peer.take()
	if len(got) != 2 || got[0].KeyID != 9 || len(got[0].Rollups) != 1 || got[0].Rollups[0].Requests != 1 {
		t.Errorf("under the old key it told %+v", got)
	} else if got[1].KeyID != 10 || got[1].Sequence != 0 || got[1].Receipt == nil {
		t.Errorf("that it has the new key it told as %+v", got[1])
	}
	r.finish(flying, "200")
	r.finish(r.request(true), "200")
	r.host.Tick()
	got = r.peer.take()
	if len(got) != 1 || got[0].KeyID != 10 || len(got[0].Endpoints) != 1 || got[0].Totals.Reported != 2 || got[0].Totals.Unkeyed != 1 {
		t.Errorf("under the new key it told %+v", got)
	}
}

func TestWhatCameBeforeAKeyIsToldInTheTotals(t *testing.T) {
	r := start(t)
	r.host.Tick()
	r.finish(r.request(true), "200")
	r.direct(wire.Directive{Keys: &wire.Keys{ID: 9, Key: secret}})
	r.peer.take()
	r.host.Tick()
	if got := r.peer.take(); len(got) != 1 || len(got[0].Rollups) != 0 || got[0].Totals.Requests != 1 || got[0].Totals.Unkeyed != 1 {
		t.Errorf("told %+v", got)
	}
	r.host.Tick()
	if got := r.peer.take(); len(got) != 0 {
		t.Errorf("told again: %+v", got)
	}
}

func TestLongLivedStreamsAreCountedWhileTheyLive(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeObserve))
	id := r.request(false, "upgrade", "websocket")
	r.w.streams.live[0].start -= 3e9
	r.host.Tick()
	if got := r.peer.take(); len(got) != 1 || got[0].Rollups[0].Requests != 1 {
		t.Fatalf("reports %+v", got)
	}
	r.finish(id, "101")
	r.host.Tick()
	if got := r.peer.take(); len(got) != 0 {
		t.Error("a long-lived stream was counted twice")
	}
}

// blobOf is a policy as xDS carries it.
func blobOf(epoch, revision uint64, s wire.Settings, records ...enforce.Record) []byte {
	var rows []byte
	for _, r := range records {
		rows = r.Append(rows)
	}
	return wire.AppendFilterPolicy(nil, wire.FilterPolicy{Epoch: epoch, Revision: revision, Settings: &s}, rows)
}

func inMemory(b []byte) blob {
	return blob{size: len(b), read: func(at, n int) []byte { return b[at:min(at+n, at+1000, len(b))] }}
}

func record(key string, id uint64) enforce.Record {
	return enforce.Record{Match: testKey().Hash(identify.DomainKey, []byte(key)), ID: id, Expires: far,
		Meta: enforce.NewMeta(enforce.ActionDeny, enforce.RankAutomatic, enforce.ModeEnforce, false, 0)}
}

func TestAPolicyAndNewerDeltasHoldTogether(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeEnforce))
	r.direct(wire.Directive{Deltas: []wire.Delta{
		{Epoch: 1, Previous: 5, Revision: 6, Put: []wire.Decision{denyKey("in-policy", enforce.RankAutomatic)}},
		{Epoch: 1, Previous: 6, Revision: 7, Put: []wire.Decision{denyKey("newer", enforce.RankAutomatic)}}}})
	if !r.w.take(inMemory(blobOf(1, 6, modeSettings(wire.ModeEnforce), record("in-policy", 0xabc))), "configure") {
		t.Fatal(r.w.at.PolicyError)
	}
	if r.w.at.Revision != 7 || r.w.at.PolicyRevision != 6 {
		t.Errorf("revision %d, policy %d", r.w.at.Revision, r.w.at.PolicyRevision)
	}
	for _, key := range []string{"in-policy", "newer"} {
		if r.host.GetSentLocalResponse(r.request(true, "x-api-key", key)) == nil {
			t.Errorf("%s is not enforced", key)
		}
	}
	if r.w.take(inMemory(blobOf(1, 6, modeSettings(wire.ModeObserve))), "configure") || r.w.table.Len() != 2 {
		t.Error("a policy that is not newer was taken")
	}
	if !r.w.take(inMemory(blobOf(1, 8, modeSettings(wire.ModeEnforce))), "configure") || r.w.table.Len() != 0 || len(r.w.deltas) != 0 {
		t.Error("a newer policy did not replace everything")
	}
	if !r.w.take(inMemory(blobOf(2, 1, modeSettings(wire.ModeEnforce), record("epoch", 5))), "configure") || r.w.at.Revision != 1 {
		t.Error("a new epoch did not replace everything")
	}
}

func TestABrokenPolicyLeavesTheLastGoodOne(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeEnforce))
	good := blobOf(1, 6, modeSettings(wire.ModeEnforce), record("k1", 1), record("k1", 2))
	if !r.w.take(inMemory(good), "configure") {
		t.Fatal(r.w.at.PolicyError)
	}
	broken := map[string][]byte{"cut": good[:len(good)-5], "garbage": []byte("garbage, not a policy at all")}
	for i := range good {
		b := slices.Clone(blobOf(1, 7, modeSettings(wire.ModeEnforce), record("k1", 1), record("k1", 2)))
		if i < len(b) {
			b[i] ^= 0x5a
			broken[string(rune('a'+i))] = b
		}
	}
	unordered := blobOf(1, 7, modeSettings(wire.ModeEnforce), enforce.Record{Match: 9}, enforce.Record{Match: 8})
	broken["unordered"] = unordered
	for name, b := range broken {
		was := r.w.totals().RejectedPolicies
		if r.w.take(inMemory(b), "configure") {
			t.Fatalf("%q was taken", name)
		}
		if r.w.at.PolicyError == "" || r.w.totals().RejectedPolicies != was+1 {
			t.Errorf("%q: error %q, rejected %d", name, r.w.at.PolicyError, r.w.totals().RejectedPolicies)
		}
	}
	if r.host.GetSentLocalResponse(r.request(true, "x-api-key", "k1")) == nil || r.w.at.PolicyRevision != 6 {
		t.Error("the last good policy is gone")
	}
	if r.w.take(inMemory(good), "configure") || r.w.at.PolicyError != "" {
		t.Errorf("the one in force came again, and the complaint stays: %q", r.w.at.PolicyError)
	}
}

func TestAFreshVMTakesPolicyAndKeyFromSharedData(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeEnforce))
	b := inMemory(blobOf(1, 6, modeSettings(wire.ModeEnforce), record("k1", 1)))
	b.read = func(at, n int) []byte { // pieces of the size that a host gives
		whole := blobOf(1, 6, modeSettings(wire.ModeEnforce), record("k1", 1))
		return whole[at:min(at+n, len(whole))]
	}
	if r.w.take(b, "configure") {
		r.w.share(b)
	}
	fresh := newWorker()
	again := &root{worker: fresh}
	fresh.start(again, r.w.static)
	if fresh.key == nil || fresh.at.PolicyRevision != 6 {
		t.Errorf("a fresh VM takes its first request with key %v, receipt %+v", fresh.key != nil, fresh.at)
	}
	fresh.tick(again)
	if fresh.key == nil || fresh.at.PolicyRevision != 6 || fresh.table.Len() != 1 || fresh.at.Source != "shared" {
		t.Errorf("fresh VM: key %v, receipt %+v", fresh.key != nil, fresh.at)
	}
	if fresh.signals.ordinal != 2 {
		t.Errorf("worker %d, want 2", fresh.signals.ordinal)
	}
}

func FuzzReceive(f *testing.F) {
	s := modeSettings(wire.ModeEnforce)
	d := wire.Directive{Acknowledged: 3, Keys: &wire.Keys{ID: 9, Key: secret}, Reveal: []uint64{1},
		Deltas: []wire.Delta{{Epoch: 1, Revision: 5, SnapshotBegin: true, SnapshotEnd: true, Settings: &s, Put: []wire.Decision{denyKey("k", 1)}}}}
	f.Add(d.Append(nil))
	host, reset := proxytest.NewHostEmulator(proxytest.NewEmulatorOption())
	defer reset()
	_ = host
	f.Fuzz(func(_ *testing.T, b []byte) {
		w := newWorker()
		w.signals.stream = 1
		w.Receive(1, b)
		w.judge = enforce.Judge{Table: w.table, Stance: enforce.Stance{Mode: enforce.ModeEnforce}}
		w.judge.Hash(1, 2)
	})
}

func FuzzPolicy(f *testing.F) {
	f.Add(blobOf(1, 6, modeSettings(wire.ModeEnforce), record("k1", 1)))
	f.Fuzz(func(t *testing.T, b []byte) {
		w := newWorker()
		if w.take(inMemory(b), "configure") && w.at.Epoch == 0 {
			t.Fatal("a policy without an epoch is in force")
		}
	})
}

func TestNoCertificateIsAskedForWhereNoListenerHasTLS(t *testing.T) {
	r := ready(t, wire.Settings{Mode: wire.ModeObserve, Subjects: []wire.SubjectKind{wire.SubjectKindMTLS}})
	if err := r.host.SetProperty([]string{"connection", "uri_san_peer_certificate"}, []byte("spiffe://a/b")); err != nil {
		t.Fatal(err)
	}
	if got := string(r.w.certificate()); got != "spiffe://a/b" {
		t.Errorf("certificate %q", got)
	}
	r.w.static = parseStatic("tls=no")
	if got := r.w.certificate(); got != nil || len(r.w.static.errors) != 0 {
		t.Errorf("certificate %q, errors %q", got, r.w.static.errors)
	}
	if s := parseStatic("tls=yes"); s.plain || len(s.errors) != 1 {
		t.Errorf("%+v", s)
	}
}

func TestAReportDoesNotWaitForAnotherTickBecauseOneCameEarly(t *testing.T) {
	const ms = 1e6
	w := newWorker()
	w.static.tick, w.settings.interval, w.signals.lastReport = 100, 100*ms, 1000*ms
	for now, want := range map[uint64]bool{1049 * ms: false, 1099 * ms: true, 1100 * ms: true, 1101 * ms: true} {
		if w.due(now) != want {
			t.Errorf("at %d ms: %v", now/ms, !want)
		}
	}
	w.settings.interval = 300 * ms
	if w.due(1201*ms) || !w.due(1299*ms) {
		t.Error("an interval of three ticks is not kept")
	}
}

func TestAControlPlaneThatIsBehindHasAWorkerSumForLonger(t *testing.T) {
	r := ready(t, modeSettings(wire.ModeObserve))
	w := r.w
	due := func() bool { return w.due(w.signals.lastReport + 500e6) }
	pace := func(ms uint32) { r.direct(wire.Directive{PaceMS: ms}) }
	if pace(800); due() {
		t.Error("it does not sum for longer")
	}
	if pace(0); due() {
		t.Error("a directive that says nothing of it ends it")
	}
	if pace(1); !due() {
		t.Error("it is not told that it need not")
	}
	if pace(1 << 31); !w.due(w.signals.lastReport + 1000e6) {
		t.Error("it never reports again")
	}
	for i := range 600 {
		r.visit(":path", "/", "x-forwarded-for", fmt.Sprintf("203.0.%d.%d", i/200, i%200))
	}
	if !due() {
		t.Error("it waits until there is no room")
	}
	r.w.Close(w.signals.stream, 14)
	if w.signals.pace != 0 {
		t.Error("the next control plane's nodes sum as the last one asked")
	}
}
