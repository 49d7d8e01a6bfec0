package main

import (
	"fmt"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"

	coreruleset "github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/experimental/plugins/plugintypes"
	"github.com/corazawaf/coraza/v3/types"
)

// Settings of the rule set as somebody would choose them for APIs; ids of our own rules are from the range kept for
// local use.
const (
	methods = "GET HEAD POST PUT PATCH DELETE OPTIONS"
	// contentTypes are what APIs speak.
	contentTypes = "|application/x-www-form-urlencoded| |multipart/form-data| |multipart/related| |text/xml| |application/xml| |application/soap+xml| " +
		"|application/json| |application/problem+json| |application/merge-patch+json| |application/json-patch+json| |application/vnd.api+json| " +
		"|application/ld+json| |application/hal+json| |application/graphql| |application/graphql+json| |application/x-ndjson| |application/cloudevents+json| " +
		"|application/csp-report| |application/reports+json| |application/octet-stream| |application/grpc| |application/grpc-web| |text/plain| |text/csv| |text/markdown|"
	// leftOut are the rules about browsers' manners, which programs do not have: an address as Host, no Accept, an empty
	// one, no User-Agent, an empty one.
	leftOut = "920300 920310 920311 920320 920330 920350"
	// jsonTypes is a pattern of what is read as JSON beside application/json.
	jsonTypes = `^application/(?:[a-z0-9.-]+\+json|graphql\+json)`
)

func directives(paranoia int) string {
	return fmt.Sprintf(`
Include @coraza.conf-recommended
SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess Off
SecAuditEngine Off
SecRule REQUEST_HEADERS:Content-Type "@rx %s" "id:1000,phase:1,pass,nolog,t:none,t:lowercase,ctl:requestBodyProcessor=JSON"
Include @crs-setup.conf.example
SecAction "id:1001,phase:1,pass,nolog,t:none,setvar:tx.blocking_paranoia_level=%d,setvar:tx.detection_paranoia_level=%d"
SecAction "id:1002,phase:1,pass,nolog,t:none,setvar:'tx.allowed_methods=%s'"
SecAction "id:1003,phase:1,pass,nolog,t:none,setvar:'tx.allowed_request_content_type=%s'"
Include @owasp_crs/*.conf
SecRuleRemoveById %s
`, jsonTypes, paranoia, paranoia, methods, contentTypes, leftOut)
}

// description tells the versions and the settings in one line.
func description(paranoia int) string {
	return fmt.Sprintf("Coraza %s with the OWASP Core Rule Set %s, run natively at paranoia %d with its own limit (5); set for APIs: methods %s, "+
		"%d content types, +json read as JSON, rules %s left out; libinjection %s on each decoded value",
		version("github.com/corazawaf/coraza/v3"), version("github.com/corazawaf/coraza-coreruleset/v4"), paranoia,
		methods, len(strings.Fields(contentTypes)), leftOut, version("github.com/corazawaf/libinjection-go"))
}

func version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == module {
				return strings.TrimPrefix(m.Version, "v")
			}
		}
	}
	return "(unknown)"
}

// firewall is Coraza with the rule set. It is not safe for concurrent use.
type firewall struct{ waf coraza.WAF }

func newFirewall(paranoia int) (*firewall, error) {
	waf, err := coraza.NewWAF(coraza.NewWAFConfig().WithRootFS(coreruleset.FS).WithDirectives(directives(paranoia)))
	if err != nil {
		return nil, fmt.Errorf("set up Coraza: %w", err)
	}
	return &firewall{waf: waf}, nil
}

// passes is how often a request is judged whose verdict may change from time to time.
const passes = 7

// settled judges a request so that the answer is the same each time: Coraza walks through parts of a multipart body and
// cookies of one name in the order of a Go map, and some rules hang on it. Such a request counts as refused when any of
// several passes refuses it.
func (w *firewall) settled(q question) (verdict, error) {
	v, err := w.judge(q)
	for n := 1; n < passes && err == nil && q.unsettled(); n++ {
		var again verdict
		again, err = w.judge(q)
		v.Coraza, v.Score = v.Coraza || again.Coraza, max(v.Score, again.Score)
	}
	return v, err
}

// unsettled says whether the order of a map can show in the verdict.
func (q question) unsettled() bool {
	names := map[string]bool{}
	for _, h := range q.Headers {
		switch strings.ToLower(h[0]) {
		case "content-type":
			if strings.HasPrefix(strings.ToLower(h[1]), "multipart/") {
				return true
			}
		case "cookie":
			for pair := range strings.SplitSeq(h[1], ";") {
				name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
				if names[name] {
					return true
				}
				names[name] = true
			}
		}
	}
	return false
}

// judge takes a request through the phases that a proxy runs before it asks the service.
func (w *firewall) judge(q question) (verdict, error) {
	tx := w.waf.NewTransaction()
	defer func() { tx.ProcessLogging(); _ = tx.Close() }()
	tx.ProcessConnection("192.0.2.7", 40000, "192.0.2.1", 8080)
	tx.ProcessURI(q.Path, q.Method, "HTTP/1.1")
	for _, h := range q.Headers {
		tx.AddRequestHeader(h[0], h[1])
		if strings.EqualFold(h[0], "host") {
			tx.SetServerName(h[1])
		}
	}
	v := verdict{ID: q.ID}
	stopped := tx.ProcessRequestHeaders()
	if stopped == nil {
		var err error
		if stopped, err = body(tx, q.Body); err != nil {
			return v, err
		}
	}
	v.Coraza, v.Score = stopped != nil, score(tx)
	return v, nil
}

func body(tx types.Transaction, b []byte) (*types.Interruption, error) {
	if len(b) > 0 {
		if stopped, _, err := tx.WriteRequestBody(b); err != nil || stopped != nil {
			return stopped, err
		}
	}
	return tx.ProcessRequestBody()
}

// score is the sum that the rule set compares with its limit; 0 when it was refused before there was one.
func score(tx types.Transaction) int {
	state, ok := tx.(plugintypes.TransactionState)
	if !ok {
		return 0
	}
	for _, v := range state.Variables().TX().Get("blocking_inbound_anomaly_score") {
		if n, err := strconv.Atoi(v); err == nil {
			return n
		}
	}
	return 0
}

// whole makes a question a request as a client would send it: a value by itself stands in a query; Host and
// Content-Length are there.
func (q question) whole() question {
	if q.Value != nil {
		q.Method, q.Path = "GET", "/v1/items?q="+url.QueryEscape(*q.Value)
		q.Headers = [][2]string{{"user-agent", "okhttp/4.12.0"}, {"accept", "application/json"}}
	}
	if !q.has("host") {
		q.Headers = append([][2]string{{"host", "api.example.com"}}, q.Headers...)
	}
	if len(q.Body) > 0 && !q.has("content-length") && !q.has("transfer-encoding") {
		q.Headers = append(q.Headers[:len(q.Headers):len(q.Headers)], [2]string{"content-length", strconv.Itoa(len(q.Body))})
	}
	return q
}

func (q question) has(name string) bool {
	for _, h := range q.Headers {
		if strings.EqualFold(h[0], name) {
			return true
		}
	}
	return false
}
