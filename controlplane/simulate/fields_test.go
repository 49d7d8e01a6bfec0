package simulate

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/wire"
)

// asking are settings that ask for fields of bodies.
func asking() *picketv1.Settings {
	s := enforcing()
	s.Inspection = &picketv1.Inspection{Classes: []*picketv1.ClassRule{{Class: "sqli", Mode: picketv1.Mode_MODE_OBSERVE, Threshold: 0.5}}}
	s.Endpoints = []*picketv1.EndpointRule{
		{Method: "POST", Path: "/v1/statements", ObjectFields: []string{"account.no"}},
		{Method: "POST", Path: "/v1/enter", AccountField: "who", FailureFields: []*picketv1.NameValue{{Name: "success", Value: "false"}},
			FailureHeaders: []*picketv1.NameValue{{Name: "location", Value: "/enter?error*"}}},
	}
	return s
}

func TestAWorkerReadsFieldsAsTheFilterDoes(t *testing.T) {
	key, _ := identify.NewKey(9, []byte("0123456789abcdef"))
	object := func(id string) uint64 {
		return key.Hash(identify.DomainObject, append([]byte{byte(len(id))}, id...))
	}
	account := func(name string) uint64 { return key.Hash(identify.DomainAccount, []byte(name)) }
	for name, tt := range map[string]struct {
		path, body string
		answer     answer
		account    uint64
		objects    []uint64
		outcome    wire.Outcome
	}{
		"a declared record":          {"/v1/statements", `{"account":{"no":"DE1"}}`, answer{status: 200}, 0, []uint64{object("DE1")}, wire.OutcomeOK},
		"a record named as such":     {"/v1/orders", `{"order_id":"7"}`, answer{status: 200}, 0, []uint64{object("7")}, wire.OutcomeOK},
		"a usual name of an account": {"/auth/sessions", `{"user":"Anna"}`, answer{status: 401}, account("anna"), nil, wire.OutcomeDenied},
		"an account in the query":    {"/v1/enter?who=anna", "", answer{status: 200}, account("anna"), nil, wire.OutcomeOK},
		"a failure by its field":     {"/v1/enter", `{"who":"anna"}`, answer{status: 200, body: `{"success":false}`}, account("anna"), nil, wire.OutcomeDenied},
		"a failure by its header":    {"/v1/enter", `{"who":"anna"}`, answer{status: 302, headers: [][2]string{{"location", "/enter?error"}}}, account("anna"), nil, wire.OutcomeDenied},
		"a success":                  {"/v1/enter", `{"who":"anna"}`, answer{status: 200, body: `{"success":true}`}, account("anna"), nil, wire.OutcomeOK},
	} {
		t.Run(name, func(t *testing.T) {
			w := ready(t, asking())
			r := &Request{Method: "POST", Path: tt.path, Body: tt.body, Caller: Caller{Address: netip.MustParseAddr("203.0.113.9")}}
			w.serve(r, testNow, func() answer { return tt.answer })
			got := told(t, w).Rollups[0]
			var objects []uint64
			if got.Objects != nil {
				objects = got.Objects.Values
			}
			if got.Outcome != tt.outcome || got.Caller.Account != tt.account || !slices.Equal(objects, tt.objects) {
				t.Errorf("outcome %d, account %x, objects %x", got.Outcome, got.Caller.Account, objects)
			}
		})
	}
}

func TestAWorkerTellsOfFieldsThatAreNewToAnEndpoint(t *testing.T) {
	w := ready(t, asking())
	ask := func(body string) {
		r := &Request{Method: "PATCH", Path: "/v1/members/7", Body: body, Caller: Caller{Address: netip.MustParseAddr("203.0.113.9")}}
		w.serve(r, testNow, func() answer { return answer{status: 200, took: time.Millisecond} })
	}
	for range 100 {
		ask(`{"name":"x","address":{"street":"y"}}`)
	}
	ask(`{"name":"x","role":"admin"}`)
	ask(`{"address":{"street":"y","verified":true}}`)
	if got := told(t, w).Rollups[0]; got.NewFields != 2 || got.Requests != 102 {
		t.Errorf("%d with new fields of %d", got.NewFields, got.Requests)
	}
}
