package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"picket/controlplane/detect"
	"picket/controlplane/scenario"
	picketv1 "picket/proto/picket/v1"
)

const (
	attacker = "203.0.113.7"
	honest   = "198.51.100.20"
)

// loginPolicy declares the login, and tells a failed one from a scan.
const loginPolicy = enforcing + `
endpoints:
  - match: POST /login
    purpose: login
    account: user
`

// only has the policy look for these scenarios, so that no other one denies the same caller first.
func only(names ...string) string {
	text := "scenarios:\n"
	for _, d := range scenario.Defaults() {
		if !slices.Contains(names, d.Name) {
			text += "  " + d.Name + ": {off: true}\n"
		}
	}
	return text
}

func TestTheLoopCloses(t *testing.T) {
	ways := map[string]options{
		"by stream alone":      {deltas: true},
		"by ECDS alone":        {ecds: true},
		"by stream and by xDS": both(),
	}
	for name, o := range ways {
		t.Run(name, func(t *testing.T) {
			o.policy = loginPolicy + only(detect.ObjectEnumeration, detect.FailedLogins)
			r := newRig(t, o)
			r.warm()
			t.Run("on enumeration by one credential", func(t *testing.T) { enumerationIsStopped(r.in(t)) })
			t.Run("on passwords tried from one address", func(t *testing.T) { guessingIsStopped(r.in(t)) })
			t.Run("when an operator changes his mind", func(t *testing.T) { undoneIsServed(r.in(t)) })
			t.Run("and only the ways that are open were used", func(t *testing.T) { waysAreAs(r.in(t), o) })
		})
	}
}

// enumerationIsStopped goes through records with one token, from many addresses.
func enumerationIsStopped(r *rig) {
	t := r.t
	mallory, alice := bearer(token("mallory")), bearer(token("alice"))
	r.seen(func() { r.get(attacker, "/account/1") }) // the service refuses callers without a token here
	stopped := answer{}
	for id := 1000; stopped.decision == "" && id < 5000; id++ {
		stopped = r.get(fmt.Sprintf("203.0.113.%d", id%250), fmt.Sprintf("/account/%d", id), mallory...)
	}
	d := r.waitDecision(detect.ObjectEnumeration)
	wantDenied(t, stopped, d.Id)
	if d.Facet != "subject" || d.Action != "deny" || d.Group != "edge" {
		t.Errorf("decided %v, want to deny the subject in its group", d)
	}
	r.wantStory(d.Id, "distinct records", "The subject is proven")
	r.deniedByAll("192.0.2.77", "/account/7", d.Id, mallory...)
	wantServed(t, r.get(attacker, "/account/7", alice...))
	if a := r.get(attacker, "/account/7"); a.status != http.StatusUnauthorized || a.decision != "" {
		t.Errorf("the attacker's address without his token got %d by %q, want the service's own 401", a.status, a.decision)
	}
}

// guessingIsStopped tries one account after another from one address.
func guessingIsStopped(r *rig) {
	t := r.t
	const form = "application/x-www-form-urlencoded"
	stopped := answer{}
	for i := 0; stopped.decision == "" && i < 5000; i++ {
		stopped = r.post("203.0.113.99", "/login", fmt.Sprintf("user=u%d&password=x", i), "Content-Type", form)
	}
	d := r.waitDecision(detect.FailedLogins)
	wantDenied(t, stopped, d.Id)
	if d.Facet != "ip" || d.Value != "203.0.113.99" {
		t.Errorf("decided %v, want the address", d)
	}
	r.wantStory(d.Id, "failed logins", "distinct accounts were tried")
	if a := r.post(honest, "/login", "user=bob&password=y", "Content-Type", form); a.status != http.StatusUnauthorized || a.decision != "" {
		t.Errorf("another address got %d by %q, want the service's own 401", a.status, a.decision)
	}
}

// undoneIsServed denies an address by hand, and takes it back.
func undoneIsServed(r *rig) {
	id := r.decide("deny", "198.51.100.66")
	r.waitEnforced(id)
	r.deniedByAll("198.51.100.66", "/warm", id)
	wantServed(r.t, r.get(honest, "/warm"))
	r.undo(id)
	r.waitWorkers(instances)
	r.servedByAll("198.51.100.66", "/warm")
}

// waysAreAs looks at where the workers have their policy from. In the end one over ECDS includes every delta.
func waysAreAs(r *rig, o options) {
	if !o.ecds {
		for _, w := range r.instances("current") {
			if w.PolicyRevision != 0 || w.Source != "stream" {
				r.t.Errorf("without ECDS a worker has policy revision %d from %q", w.PolicyRevision, w.Source)
			}
		}
		return
	}
	r.eventually("the policy over ECDS includes all", func() bool {
		for _, w := range r.instances("current") {
			if w.PolicyRevision != w.Revision {
				return false
			}
		}
		return r.nodes()[0].XdsState == "acknowledged"
	})
	if sent := r.metric("picket_deltas_sent_total"); o.deltas != (sent > 0) {
		r.t.Errorf("%v deltas sent", sent)
	}
}

// wantStory waits for all receipts of a decision and looks for sentences in its story.
func (r *rig) wantStory(id string, sentences ...string) {
	r.t.Helper()
	e := r.waitEnforced(id)
	if e.Decision.Workers != workers {
		r.t.Errorf("%d of %d workers enforce, want %d of %d", e.Decision.WorkersEnforcing, e.Decision.Workers, workers, workers)
	}
	story := strings.Join(e.Story, "\n")
	for _, s := range append(sentences, fmt.Sprintf("Enforced on %d of %d workers", workers, workers)) {
		if !strings.Contains(story, s) {
			r.t.Errorf("no %q in the story:\n%s", s, story)
		}
	}
	if n := len(enforcingAll(e)); n < workers {
		r.t.Errorf("%d instances with a receipt for it, want %d at least:\n%v", n, workers, e.Workers)
	}
}

func enforcingAll(e *picketv1.ExplainResponse) (out []*picketv1.WorkerView) {
	for _, w := range e.Workers {
		if w.Enforced != nil {
			out = append(out, w)
		}
	}
	return out
}

// seen sends a request again and again until the control plane has counted one more.
func (r *rig) seen(send func()) {
	r.t.Helper()
	before := r.metric("picket_requests_total")
	r.eventually("a request is counted", func() bool {
		send()
		return r.metric("picket_requests_total") > before
	})
}

// token is a JWT that names a subject. Nobody verifies it: the service takes any.
func token(subject string) string {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return part(`{"alg":"HS256"}`) + "." + part(`{"sub":"`+subject+`"}`) + "." + part("a signature of thirty-two bytes")
}
