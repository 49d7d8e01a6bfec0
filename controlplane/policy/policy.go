// Package policy reads the policy file, and keeps what each group of nodes enforces at each revision of the register:
// the file's settings and the decisions in force, as deltas, as snapshots and as the whole that goes over xDS.
package policy

import (
	"net/netip"
	"strings"
	"time"

	"picket/controlplane"
)

// Version is what a policy file's key `picket` says.
const Version = "v1"

// The scenarios that a policy can set.
const (
	ScenarioObjects = "object-enumeration"
	ScenarioLogins  = "failed-logins"
)

// File is a policy file as it was read, with the default of every key that it does not set. It is immutable once
// parsed, and safe for concurrent use.
type File struct {
	Picket         string            `yaml:"picket" doc:"The version of this format. Required: v1."`
	Mode           controlplane.Mode `yaml:"mode" doc:"observe counts what automatic decisions would do; canary does it to a fraction of all consumers (rails.canary), and only observes what stands inside requests; enforce does it. An operator's decisions act in all three."`
	KillSwitch     bool              `yaml:"kill_switch" doc:"true: nothing is enforced, whoever decided it, and nothing is decided automatically."`
	Fail           FailMode          `yaml:"fail" doc:"What becomes of a request that the filter cannot judge: open lets it pass, closed answers 503. Both are counted."`
	ReportInterval time.Duration     `yaml:"report_interval" doc:"How often each worker reports: 10ms to 10s."`
	Identity       Identity          `yaml:"identity" doc:"Who calls."`
	Privacy        Privacy           `yaml:"privacy" doc:"What may leave a node."`
	Hosts          []string          `yaml:"hosts" doc:"Hosts that are part of an endpoint's name, without port. All others are one. At most 256."`
	Objects        Objects           `yaml:"objects" doc:"What names a record, beside what looks like it."`
	// Endpoints are those that the file declares, then those that only exceptions of the inspection name.
	Endpoints  []Endpoint          `yaml:"endpoints" doc:"Endpoints with something to know about them. At most 1000."`
	Allow      []Allow             `yaml:"allow" doc:"Whom no automatic decision may hit. At most 10000."`
	Scenarios  map[string]Scenario `yaml:"scenarios" doc:"What counts as an attack, by scenario: see below."`
	Own        OwnScenarios        `yaml:"own_scenarios" doc:"Scenarios beside the built-in ones: controlplane/scenario/LANGUAGE.md describes their keys. At most 500."`
	Profiles   map[string]Profile  `yaml:"profiles" doc:"Which detections lead to what, by profile. The profile default is for all scenarios that no other names: see below. At most 64."`
	Rails      Rails               `yaml:"rails" doc:"What bounds automatic decisions."`
	Inspection Inspection          `yaml:"inspection" doc:"What is looked for inside requests and responses."`
	// Trial is which scenarios only observe, though the file says otherwise; nil: none. It is not the file's to say.
	Trial  *Trial                `yaml:"-"`
	Groups map[string]GroupRules `yaml:"groups" doc:"Nodes that share a policy, by name. A node of no group here belongs to that of its xDS cluster. At most 128."`
}

// FailMode says what becomes of a request that the filter cannot judge.
type FailMode string

// The ways to fail.
const (
	FailOpen   FailMode = "open"
	FailClosed FailMode = "closed"
)

// Identity says where facets are read.
type Identity struct {
	Key         KeySource            `yaml:"key" doc:"Where API keys stand."`
	Subject     []SubjectKind        `yaml:"subject" doc:"What names a subject: jwt, basic, mtls (a client certificate; the filter then asks Envoy for it on each request, which costs about 2 µs)."`
	Session     SessionSource        `yaml:"session" doc:"Where sessions stand."`
	Fingerprint FingerprintSource    `yaml:"fingerprint" doc:"Where a TLS fingerprint stands."`
	Consumer    []controlplane.Facet `yaml:"consumer" doc:"Which facet names the consumer, the preferred one first: subject, key, session, ip."`
}

// KeySource says where API keys stand.
type KeySource struct {
	Headers []string `yaml:"headers" doc:"Header names. At most 32."`
	Query   []string `yaml:"query" doc:"Query parameters. At most 32."`
}

// SubjectKind is a way to name a subject.
type SubjectKind string

// The kinds of subjects.
const (
	SubjectJWT   SubjectKind = "jwt"
	SubjectBasic SubjectKind = "basic"
	SubjectMTLS  SubjectKind = "mtls"
)

// SessionSource says where sessions stand.
type SessionSource struct {
	Cookies []string `yaml:"cookies" doc:"Cookie names. At most 32."`
}

// FingerprintSource says where a TLS fingerprint stands.
type FingerprintSource struct {
	FilterState string `yaml:"filter_state" doc:"The filter state object that holds JA4. Absent: not read."`
}

// IPPrivacy says how a caller's address leaves a node.
type IPPrivacy string

// The settings of ip privacy.
const (
	IPClear  IPPrivacy = "clear"
	IPPrefix IPPrivacy = "prefix"
	IPHashed IPPrivacy = "hashed"
)

// Privacy says what may leave a node.
type Privacy struct {
	IP    IPPrivacy `yaml:"ip" doc:"How addresses leave a node: clear, prefix (the /24 or /48 network) or hashed. See below for what each disables."`
	Words int       `yaml:"words" doc:"How many distinct consumers must have used a word of a path before it is told: 1 to 1000."`
}

// Objects says what names a record.
type Objects struct {
	Query   []string `yaml:"query" doc:"Query parameters that name a record, beside id, *_id, *-id and *Id. At most 64."`
	Learned bool     `yaml:"learned" doc:"Where many callers each use words of their own in the same place of a path, as the names of tenants in /t/acme/members, these count as ids from then on: picket get endpoints says where. What endpoints declares goes before. false: words stay words."`
	Fixed   []string `yaml:"fixed" doc:"Paths behind which words stay words whatever was learned: /v1/reports is about the next segment. At most 64."`
}

// Endpoint declares an endpoint.
type Endpoint struct {
	Match   string               `yaml:"match" doc:"METHOD [host]/path. {name} stands for one segment, a trailing ** for the rest. Required."`
	Purpose controlplane.Purpose `yaml:"purpose" doc:"What the endpoint is for: see below. Absent: learned from its method and path."`
	Account string               `yaml:"account" doc:"Where callers show who they are (login, reset, otp, register, token): the JSON or form field, or the query parameter, that names the account. user.email is a field within a field. Absent: username, user, email, login, phone, msisdn or account, whichever comes first of those that are there."`
	Failure Failure              `yaml:"failure" doc:"For such an endpoint that does not answer 401 or 403 to a failure. Any of these means failure."`
	Object  []string             `yaml:"object" doc:"JSON or form fields of requests that hold the ids of records, as objects.query does for queries; filter.line.number is a field within fields, and each element of a list counts. Absent: where neither path nor query has an id, fields at the top that are named id, *_id, *-id or *Id, and those of GraphQL's variables. At most 8."`
	Owner   string               `yaml:"owner" doc:"The path parameter that names the record's owner, to compare with the caller's subject."`
	Inspect map[string]ClassRule `yaml:"inspect" doc:"Classes at this endpoint; they go before those of inspection. What is absent is as there."`
	Fields  []FieldRule          `yaml:"fields" doc:"What is known of fields at this endpoint. At most 64."`
	// Name is "METHOD [host]/path" as people see it. It follows from Match.
	Name string `yaml:"-"`
}

// Failure says how a login fails.
type Failure struct {
	Statuses []int `yaml:"statuses" doc:"Statuses that mean failure: 100 to 599. At most 16."`
	// Field and Header have a value, "*" for any but null and the empty text, or how the value begins, with * at its end.
	Field  map[string]string `yaml:"field" doc:"Fields of the response's JSON that mean failure, with their values, as in {success: false}: error.code is a field within a field, and * at a value's end stands for anything. The first 16 KiB of a successful response are read for it. At most 16."`
	Header map[string]string `yaml:"header" doc:"Headers of the response that mean failure, with their values, as in {location: \"/login?error*\"}. At most 16."`
}

// Allow exempts an address, a network or a subject from automatic decisions. One of IP and Subject is set.
type Allow struct {
	IP      netip.Prefix `yaml:"ip" doc:"An address or a network."`
	Subject string       `yaml:"subject" doc:"A subject's name. It is hashed before it reaches a node."`
	Reason  string       `yaml:"reason" doc:"Why. Required."`
}

// Scenario sets one scenario.
type Scenario struct {
	Over       int                 `yaml:"over" doc:"It fires above this count: 0 to 1000000000000."`
	Within     time.Duration       `yaml:"within" doc:"The time that is counted over: 1s to 24h."`
	Action     controlplane.Action `yaml:"action" doc:"observe, tag, throttle or deny."`
	For        time.Duration       `yaml:"for" doc:"How long a decision holds: 1s to 24h."`
	PerMinute  uint32              `yaml:"per_minute" doc:"For throttle: requests a minute, 1 to 60000."`
	Mode       controlplane.Mode   `yaml:"mode" doc:"observe: its decisions only count, whatever the mode above says. canary: they act on a fraction of all consumers."`
	Off        bool                `yaml:"off" doc:"true: it is not looked for."`
	Confidence float64             `yaml:"confidence" doc:"The least confidence that makes a decision: 0 to 1."`
}

// GroupRules is what the file says of one group.
type GroupRules struct {
	Nodes []string          `yaml:"nodes" doc:"Names in node certificates (SAN); one * stands for anything. The longest pattern that fits wins. At most 256."`
	Mode  controlplane.Mode `yaml:"mode" doc:"observe, canary or enforce; the weaker one of this and the file's mode holds. Absent: the file's."`
}

// Default is what an absent file means, and an absent key. Each call gives a new one.
func Default() *File {
	return &File{
		Picket: Version, Mode: controlplane.ModeObserve, Fail: FailOpen, ReportInterval: 100 * time.Millisecond,
		Identity: Identity{
			Key:     KeySource{Headers: []string{"x-api-key", "apikey"}, Query: []string{"api_key", "apikey", "key"}},
			Subject: []SubjectKind{SubjectJWT, SubjectBasic},
			Session: SessionSource{Cookies: []string{
				"session", "sid", "sessionid", "session_id", "connect.sid", "JSESSIONID", "PHPSESSID", "laravel_session", "_session_id",
			}},
			Consumer: []controlplane.Facet{
				controlplane.FacetSubject, controlplane.FacetKey, controlplane.FacetSession, controlplane.FacetIP,
			},
		},
		Privacy:    Privacy{IP: IPClear, Words: 3},
		Objects:    Objects{Learned: true},
		Scenarios:  defaultScenarios(),
		Profiles:   defaultProfiles(),
		Rails:      defaultRails(),
		Inspection: defaultInspection(),
	}
}

// GroupMode is the weaker one of the file's mode and the group's.
func (f *File) GroupMode(group string) controlplane.Mode {
	return WeakerMode(f.Mode, f.Groups[group].Mode)
}

// GroupOf gives the group whose pattern fits a node certificate's name best, and whether there is one. The longest
// pattern wins; patterns of the same length that both fit are settled by the pattern, then the group, in byte order.
func (f *File) GroupOf(nodeSAN string) (group string, ok bool) {
	var best string
	for name, rules := range f.Groups {
		for _, p := range rules.Nodes {
			if !fits(p, nodeSAN) {
				continue
			}
			if !ok || len(p) > len(best) || len(p) == len(best) && (p < best || p == best && name < group) {
				group, best, ok = name, p, true
			}
		}
	}
	return group, ok
}

// fits says whether a pattern with at most one * is a name's.
func fits(pattern, name string) bool {
	before, after, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == name
	}
	return len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
}
