package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"picket/envoy/bootstrap"
	picketv1 "picket/proto/picket/v1"
)

// right is everybody's password at the service of newLogin.
const right = "correct horse"

// newLogin is a rig in front of a service with a login.
func newLogin(t *testing.T, o options) *rig {
	t.Helper()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var who struct{ User, Password string }
		w.Header().Set("Served", "yes")
		if json.NewDecoder(req.Body).Decode(&who) != nil || who.Password != right {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(service.Close)
	o.config = func(c *bootstrap.Config) { c.Upstream = mustURL(t, service.URL) }
	return newRig(t, o)
}

// login tries a password from an address.
func (r *rig) login(from, account, password string) answer {
	r.t.Helper()
	return r.post(from, "/login", fmt.Sprintf(`{"user":%q,"password":%q}`, account, password), "Content-Type", "application/json")
}

func TestGuessingOneAccountIsThrottledAndItsOwnerGetsIn(t *testing.T) {
	const scenario = "password-guessing"
	o := both()
	o.policy = loginPolicy + only(scenario)
	r := newLogin(t, o)
	r.onAll(func() { wantServed(t, r.login("198.51.100.20", "anna", right)) })
	for i := range 90 { // from everywhere, so that no address stands out
		if a := r.login(fmt.Sprintf("203.0.%d.7", i), "anna", "summer"); a.status != http.StatusUnauthorized && a.status != http.StatusTooManyRequests {
			t.Fatalf("try %d: %d", i, a.status)
		}
	}
	d := r.waitDecision(scenario)
	if d.Facet != "account" || d.Action != "throttle" || d.Mode != "enforce" {
		t.Fatalf("decided %v", d)
	}
	r.wantStory(d.Id, "the place from which its owner was let in of late has the rate for itself")
	r.waitEnforced(d.Id)
	var stopped answer
	r.eventually("guessing goes too fast", func() bool {
		stopped = r.login("203.0.1.7", "anna", "summer")
		return stopped.status == http.StatusTooManyRequests
	})
	if stopped.decision != d.Id || stopped.header.Get("Retry-After") == "" || stopped.header.Get("Served") != "" {
		t.Errorf("answered %+v", stopped)
	}
	wantServed(t, r.login("198.51.100.99", "anna", right)) // at home, with another address of the same network
	if a := r.login("203.0.1.7", "bert", "summer"); a.status != http.StatusUnauthorized || a.decision != "" {
		t.Errorf("another account: %+v", a)
	}
	r.undo(d.Id)
	r.eventually("the throttle is undone everywhere", func() bool {
		for range 20 {
			if r.login("203.0.1.7", "anna", "summer").status != http.StatusUnauthorized {
				return false
			}
		}
		return true
	})
}

func TestAnEndpointIsClosedToAllButWhomTheOperatorAllows(t *testing.T) {
	r := newRig(t, both())
	decide := func(action, facet, value string) string {
		return r.decideFor(&picketv1.DecideRequest{
			Action: action, Facet: facet, Value: value, Endpoint: "GET /v1/export/{id}", For: durationpb.New(time.Hour), Reason: "it asks nobody who he is",
		})
	}
	r.waitEnforced(decide("allow", "ip", "10.0.0.0/8"))
	closed := decide("deny", "everybody", "")
	a := r.waitEnforced(closed)
	if text := strings.Join(a.Story, " "); !strings.Contains(text, "deny everybody (all callers) at GET /v1/export/{id}") || !strings.Contains(text, "picket undo "+closed) {
		t.Errorf("story %q", text)
	}
	for _, from := range []string{"203.0.113.9", "2001:db8::9"} {
		r.deniedByAll(from, "/v1/export/7", closed)
		r.servedByAll(from, "/v1/orders/7")
	}
	r.servedByAll("10.1.2.3", "/v1/export/7")
	r.undo(closed)
	r.eventually("it is open again", func() bool {
		n := 0
		r.onAll(func() {
			n += r.get("203.0.113.9", "/v1/export/7").status - http.StatusOK + r.get("2001:db8::9", "/v1/export/7").status - http.StatusOK
		})
		return n == 0
	})
}
