//go:build !wasip1

package plugin

import (
	"bytes"
	"compress/gzip"
	"slices"
	"testing"

	"picket/filter/identify"
	"picket/proto/wire"
)

// fieldSettings declare what bodies are asked for.
func fieldSettings() wire.Settings {
	s := modeSettings(wire.ModeObserve)
	s.Endpoints = []wire.EndpointRule{
		{Method: "POST", Path: "/v1/search", ObjectFields: []string{"filter.line"}},
		{Method: "POST", Path: "/v1/tenants/{t}/search", ObjectFields: []string{"line"}},
		{Method: "POST", Path: "/v1/enter", AccountField: "who", FailureFields: []wire.NameValue{{Name: "success", Value: "false"}},
			FailureHeaders: []wire.NameValue{{Name: "location", Value: "/enter?error*"}}},
	}
	return s
}

func inspected(s wire.Settings) wire.Settings {
	s.Inspection = &wire.Inspection{InflateBytes: 1 << 16, Classes: []wire.ClassRule{{Class: "sqli", Mode: wire.ModeObserve, Threshold: 0.5}}}
	return s
}

func objectOf(id string) uint64 {
	return testKey().Hash(identify.DomainObject, append([]byte{byte(len(id))}, id...))
}

func accountOf(name string) uint64 { return testKey().Hash(identify.DomainAccount, []byte(name)) }

// rollup gives the one that has been summed.
func (r *rig) rollup() wire.Rollup {
	r.t.Helper()
	r.host.Tick()
	got := r.peer.take()
	if len(got) != 1 || len(got[0].Rollups) != 1 {
		r.t.Fatalf("%d reports", len(got))
	}
	return got[0].Rollups[0]
}

func compressed(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

func TestRecordsInBodiesAreCounted(t *testing.T) {
	for name, tt := range map[string]struct {
		settings   wire.Settings
		path       string
		encoding   string
		body       string
		want       []string
		neighbours uint64
	}{
		"as declared":                         {fieldSettings(), "/v1/search", "", `{"filter":{"line":"4711"},"id":3}`, []string{"4711"}, 0},
		"each of a list":                      {fieldSettings(), "/v1/search", "", `{"filter":{"line":[1,2,3,4,5,6]}}`, []string{"1", "2", "3", "4", "5", "6"}, 0},
		"named as ids, where bodies are read": {inspected(fieldSettings()), "/v1/orders", "", `{"order_id":9}`, []string{"9"}, 0},
		"compressed":                          {inspected(fieldSettings()), "/v1/orders", "gzip", `{"order_id":9}`, []string{"9"}, 0},
		"named as ids, where none are":        {fieldSettings(), "/v1/orders", "", `{"order_id":9}`, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := ready(t, tt.settings)
			body, headers := []byte(tt.body), []string{":method", "POST", ":path", tt.path, "content-type", "application/json"}
			if tt.encoding != "" {
				body, headers = compressed(tt.body), append(headers, "content-encoding", tt.encoding)
			}
			id := r.request(false, headers...)
			r.host.CallOnRequestBody(id, body[:7], false)
			r.host.CallOnRequestBody(id, body[7:], true)
			r.finish(id, "200")
			got := r.rollup()
			var want, values []uint64
			for _, id := range tt.want {
				want = append(want, objectOf(id))
			}
			slices.Sort(want)
			if got.Objects != nil {
				values = got.Objects.Values
			}
			if !slices.Equal(values, want) {
				t.Errorf("objects %x, want %x", values, want)
			}
		})
	}
}

func TestARecordInABodyAndOneInItsPathAreOne(t *testing.T) {
	r := ready(t, fieldSettings())
	id := r.request(false, ":method", "POST", ":path", "/v1/tenants/7/search", "content-type", "application/json")
	r.host.CallOnRequestBody(id, []byte(`{"line":4711}`), true)
	r.finish(id, "200")
	if o := r.rollup().Objects; len(o.Values) != 1 || o.Values[0] == objectOf("4711") || o.Values[0] == objectOf("7") {
		t.Errorf("objects %x", o.Values)
	}
}

func TestNeighboursInBodiesAreTold(t *testing.T) {
	r := ready(t, fieldSettings())
	for _, line := range []string{"41", "42", "43", "90"} {
		id := r.request(false, ":method", "POST", ":path", "/v1/search", "content-type", "application/json")
		r.host.CallOnRequestBody(id, []byte(`{"filter":{"line":"`+line+`"}}`), true)
		r.finish(id, "200")
	}
	if got := r.rollup(); got.Neighbours != 2 || got.Requests != 4 {
		t.Errorf("%d neighbours of %d", got.Neighbours, got.Requests)
	}
}

func TestAccountsStandInQueriesAndUnderUsualNames(t *testing.T) {
	for name, tt := range map[string]struct{ line, body, want string }{
		"a declared one in the query":   {"/v1/enter?who=Anna%40x", "", "anna@x"},
		"the body goes before it":       {"/v1/enter?who=a", `{"who":"b"}`, "b"},
		"a usual one in the query":      {"/signup/available?login=anna", "", "anna"},
		"a usual one in a login's body": {"/v2/password-reset", `{"email":"Anna@x"}`, "anna@x"},
		"none elsewhere":                {"/v2/orders", `{"email":"Anna@x"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := ready(t, inspected(fieldSettings()))
			id := r.request(tt.body == "", ":method", "POST", ":path", tt.line, "content-type", "application/json")
			if tt.body != "" {
				r.host.CallOnRequestBody(id, []byte(tt.body), true)
			}
			r.finish(id, "200")
			want := uint64(0)
			if tt.want != "" {
				want = accountOf(tt.want)
			}
			if got := r.rollup(); got.Caller.Account != want {
				t.Errorf("account %x, want %x", got.Caller.Account, want)
			}
		})
	}
}

func TestALoginsFailureIsDeclared(t *testing.T) {
	for name, tt := range map[string]struct {
		settings wire.Settings
		status   string
		header   [2]string
		body     []byte
		want     wire.Outcome
	}{
		"by a field":                             {fieldSettings(), "200", [2]string{}, []byte(`{"user":null,"success":false}`), wire.OutcomeDenied},
		"by a field, where bodies are inspected": {inspected(fieldSettings()), "200", [2]string{}, []byte(`{"user":null,"success":false}`), wire.OutcomeDenied},
		"by a compressed field":                  {fieldSettings(), "200", [2]string{"content-encoding", "gzip"}, compressed(`{"user":null,"success":false}`), wire.OutcomeDenied},
		"by a header":                            {fieldSettings(), "302", [2]string{"location", "/enter?error=1"}, nil, wire.OutcomeDenied},
		"a success by its field":                 {fieldSettings(), "200", [2]string{}, []byte(`{"success":true}`), wire.OutcomeOK},
		"a success by its header":                {fieldSettings(), "302", [2]string{"location", "/home"}, nil, wire.OutcomeOK},
		"an error stays an error":                {fieldSettings(), "500", [2]string{}, []byte(`{"success":false}`), wire.OutcomeServerError},
		"not in a page":                          {fieldSettings(), "200", [2]string{"content-type", "text/html"}, []byte(`{"success":false}`), wire.OutcomeOK},
	} {
		t.Run(name, func(t *testing.T) {
			r := ready(t, tt.settings)
			id := r.request(true, ":method", "POST", ":path", "/v1/enter")
			headers := [][2]string{{":status", tt.status}}
			if tt.header[0] != "" {
				headers = append(headers, tt.header)
			}
			if tt.header[0] != "content-type" {
				headers = append(headers, [2]string{"content-type", "application/json"})
			}
			r.host.CallOnResponseHeaders(id, headers, len(tt.body) == 0)
			if len(tt.body) > 0 {
				r.host.CallOnResponseBody(id, tt.body[:5], false)
				r.host.CallOnResponseBody(id, tt.body[5:], true)
			}
			r.host.CompleteHttpContext(id)
			if got := r.rollup().Outcome; got != tt.want {
				t.Errorf("outcome %d, want %d", got, tt.want)
			}
			if r.w.fields.out != 0 || r.w.inflaters.out != 0 {
				t.Error("readers are not given back")
			}
		})
	}
}
