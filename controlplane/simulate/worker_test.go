package simulate

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/filter/enforce"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/wire"
)

const testNow = uint64(1_800_000_000e9)

// ready gives a worker that has a key and these settings and decisions, as a control plane would have told it.
func ready(t *testing.T, s *picketv1.Settings, put ...*picketv1.Decision) *worker {
	t.Helper()
	w := newWorker(t.Context(), 0, testNow)
	w.reporter.Reopened()
	w.obey(&picketv1.Directive{
		Keys:   &picketv1.Keys{Id: 9, Key: []byte("0123456789abcdef")},
		Deltas: []*picketv1.Delta{{Epoch: 1, Revision: 5, SnapshotBegin: true, SnapshotEnd: true, Settings: s, Put: put}},
	})
	return w
}

func enforcing() *picketv1.Settings {
	return &picketv1.Settings{
		Mode: picketv1.Mode_MODE_ENFORCE, IpPrivacy: picketv1.IpPrivacy_IP_PRIVACY_CLEAR, KeyHeaders: []string{"x-api-key"},
		Subjects:  []picketv1.SubjectKind{picketv1.SubjectKind_SUBJECT_KIND_JWT},
		Throttles: []*picketv1.Throttle{{PerMinute: 60, Burst: 10}},
	}
}

// told decodes what the worker would report.
func told(t *testing.T, w *worker) *wire.Report {
	t.Helper()
	var m wire.Report
	if err := m.Decode(w.reporter.Build(testNow, w.key.ID, &w.at)); err != nil {
		t.Fatal(err)
	}
	return &m
}

func ok(w *worker, r *Request) effect {
	e, _ := w.serve(r, testNow, func() answer { return answer{status: 200, bytes: 321, took: time.Millisecond} })
	return e
}

func TestAWorkerReportsWhatTheFilterWould(t *testing.T) {
	w := ready(t, enforcing())
	r := &Request{Method: "GET", Path: "/v1/customers/7", Caller: Caller{Address: netip.MustParseAddr("203.0.113.9"), Key: "k1", Token: jwt(5, 1)}}
	for range 3 {
		ok(w, r)
	}
	got := told(t, w)
	if len(got.Rollups) != 1 || len(got.Endpoints) != 1 || len(got.Rollups[0].Objects.Values) != 1 {
		t.Fatalf("report %+v", got)
	}
	g, k := got.Rollups[0], w.key
	want := wire.Rollup{
		Caller: &wire.Caller{
			IP: []byte{203, 0, 113, 9}, Key: k.Hash(identify.DomainKey, []byte("k1")), Subject: k.Hash(identify.DomainSubject, []byte("100005")),
			Credential: k.Hash(identify.DomainCredential, []byte("Bearer "+r.Caller.Token)), SubjectSource: wire.SubjectSourceJWT,
		},
		Endpoint: got.Endpoints[0].ID, Outcome: wire.OutcomeOK, Requests: 3, ResponseBytes: 963, Latency: g.Latency, Objects: g.Objects,
	}
	if diff := cmp.Diff(want, g); diff != "" {
		t.Error(diff)
	}
	if got.KeyID != 9 || got.Totals.Requests != 3 || got.Totals.Reported != 3 {
		t.Errorf("key %d, totals %+v", got.KeyID, got.Totals)
	}
}

func TestAWorkerEnforcesWhatItIsTold(t *testing.T) {
	w := ready(t, enforcing())
	r := &Request{Method: "GET", Path: "/v1/me", Caller: Caller{Address: netip.MustParseAddr("203.0.113.9"), Key: "k1"}}
	decision := func(action enforce.Action) *picketv1.Decision {
		return &picketv1.Decision{
			Match: w.key.Hash(identify.DomainKey, []byte("k1")), Id: 7, Expires: 4_000_000_000,
			Meta: uint32(enforce.NewMeta(action, enforce.RankAutomatic, enforce.ModeEnforce, false, 0)),
		}
	}
	if e := ok(w, r); e != passed {
		t.Fatalf("effect %d before any decision", e)
	}
	w.apply(&picketv1.Delta{Epoch: 1, Previous: 5, Revision: 6, Put: []*picketv1.Decision{decision(enforce.ActionDeny)}})
	if e := ok(w, r); e != denied {
		t.Errorf("effect %d, want denied", e)
	}
	w.apply(&picketv1.Delta{Epoch: 1, Previous: 6, Revision: 7, Put: []*picketv1.Decision{decision(actionChallenge)}})
	if e := ok(w, r); e != denied {
		t.Errorf("effect %d, want denied by a challenge", e)
	}
	w.apply(&picketv1.Delta{Epoch: 1, Previous: 7, Revision: 8, Put: []*picketv1.Decision{decision(enforce.ActionThrottle)}})
	effects := map[effect]int{}
	for range 40 {
		effects[ok(w, r)]++
	}
	if effects[passed] == 0 || effects[throttled] < 25 {
		t.Errorf("effects %v of a throttle", effects)
	}
	w.apply(&picketv1.Delta{Epoch: 1, Previous: 8, Revision: 9, Undo: []*picketv1.Undo{{Match: decision(0).GetMatch(), Id: 7}}})
	if e := ok(w, r); e != passed {
		t.Errorf("effect %d after the decision was undone", e)
	}
	if got := told(t, w); len(got.Strikes) != 1 || got.Strikes[0].Enforced < 27 {
		t.Errorf("strikes %+v", got.Strikes)
	}
}

func TestAWorkerThatCannotHoldADeltaAsksForASnapshot(t *testing.T) {
	w := ready(t, enforcing())
	d := &picketv1.Delta{Epoch: 1, Previous: 5, Revision: 6}
	for i := range enforce.MaxDeltas + 1 {
		d.Put = append(d.Put, &picketv1.Decision{Match: uint64(i + 1), Id: uint64(i + 1), Expires: 4_000_000_000})
	}
	w.apply(d)
	if !w.at.Resync || w.at.Revision != 5 {
		t.Errorf("receipt %+v", w.at)
	}
}

func TestInjectionsAreFoundAndAnsweredByTheirMode(t *testing.T) {
	s := enforcing()
	s.Inspection = &picketv1.Inspection{Classes: []*picketv1.ClassRule{{Class: "sqli", Mode: picketv1.Mode_MODE_ENFORCE, Threshold: 0.5}, {Class: "leak", Mode: picketv1.Mode_MODE_OBSERVE, Threshold: 0.4}}}
	r := &Request{Method: "GET", Path: "/v1/search?q=" + injections(1), Caller: Caller{Address: netip.MustParseAddr("203.0.113.9")}}
	w := ready(t, s)
	if e := ok(w, r); e != found {
		t.Errorf("effect %d, want found", e)
	}
	s.Inspection.Classes[0].Mode = picketv1.Mode_MODE_OBSERVE
	w = ready(t, s)
	e, _ := w.serve(r, testNow, func() answer { return newService().answer(&Request{Method: "GET", Path: r.Path, actor: &Actor{}}) })
	if e != passed {
		t.Errorf("effect %d, want passed", e)
	}
	got := told(t, w)
	if len(got.Findings) != 2 || got.Findings[1].Class != "leak" || got.Findings[1].Answers != got.Findings[0].ID {
		t.Errorf("findings %+v", got.Findings)
	}
}

func TestTheServiceAnswersByItsRules(t *testing.T) {
	s := newScene(1)
	own := s.customer(5)
	partner := Caller{Address: home(1), Key: s.key("p")}
	tests := map[string]struct {
		r      Request
		status int
		leaked string
	}{
		"its own record":                 {Request{Method: "GET", Path: "/v1/customers/100005"}, 200, ""},
		"another's record, the hole":     {Request{Method: "GET", Path: "/v1/customers/100006"}, 200, "record 6"},
		"a record that does not exist":   {Request{Method: "GET", Path: "/v1/customers/7"}, 404, ""},
		"no credential":                  {Request{Method: "GET", Path: "/v1/customers/100005", Caller: own.Caller.without()}, 401, ""},
		"a partner's key":                {Request{Method: "GET", Path: "/v1/customers/100005", Caller: partner}, 200, ""},
		"a forged token":                 {Request{Method: "GET", Path: "/v1/me", Caller: Caller{Address: home(1), Token: tampered(5, 1)}}, 401, ""},
		"the right password":             {Request{Method: "POST", Path: "/v1/login", Account: accountOf(5), Secret: passwordOf(5)}, 200, ""},
		"another's right password":       {Request{Method: "POST", Path: "/v1/login", Account: accountOf(6), Secret: passwordOf(6)}, 200, "account 6"},
		"a wrong password":               {Request{Method: "POST", Path: "/v1/login", Account: accountOf(5), Secret: "x"}, 401, ""},
		"an unknown name at the reset":   {Request{Method: "POST", Path: "/v1/password/reset", Account: "x"}, 404, ""},
		"a known name at the reset":      {Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(6)}, 200, "name 6"},
		"a method that nobody serves":    {Request{Method: "PUT", Path: "/v1/products"}, 405, ""},
		"a path that nobody serves":      {Request{Method: "GET", Path: "/wp-admin"}, 404, ""},
		"its own line":                   {Request{Method: "GET", Path: "/v1/lines/" + msisdnOf(5)}, 200, ""},
		"a number that nobody has":       {Request{Method: "GET", Path: "/v1/lines/491700000001"}, 404, ""},
		"its own invoice":                {Request{Method: "GET", Path: "/v1/invoices/" + uuidOf(5, 3)}, 200, ""},
		"another's invoice":              {Request{Method: "GET", Path: "/v1/invoices/" + uuidOf(6, 11)}, 200, "invoice 6"},
		"an invoice that does not exist": {Request{Method: "GET", Path: "/v1/invoices/00000000-0000-4000-8000-000000000000"}, 404, ""},
		"its own order":                  {Request{Method: "POST", Path: "/v1/orders/51/payment"}, 200, ""},
		"an apostrophe":                  {Request{Method: "GET", Path: "/v1/search?q=O%27Neill"}, 500, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := tt.r
			if r.actor = own; !r.Caller.Address.IsValid() {
				r.Caller = own.Caller
			}
			if a := s.service.answer(&r); a.status != tt.status || a.leaked != tt.leaked {
				t.Errorf("%d, leaked %q; want %d, %q", a.status, a.leaked, tt.status, tt.leaked)
			}
		})
	}
}
