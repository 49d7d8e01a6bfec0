// Package controlplane is the vocabulary of Picket's control plane: plain values that every stage of the pipeline
// understands. It imports only the standard library, so that any package may import it.
package controlplane

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

// Facet is one way to name who calls.
type Facet string

// The facets, in no order of preference.
const (
	FacetIP          Facet = "ip"
	FacetKey         Facet = "key"
	FacetSubject     Facet = "subject"
	FacetSession     Facet = "session"
	FacetFingerprint Facet = "fingerprint"
	FacetAccount     Facet = "account"
	// FacetEverybody is all callers. A decision has it at an endpoint only, and an operator's only; its value is no more.
	FacetEverybody Facet = "everybody"
)

// Action is what happens to a request that a decision matches.
type Action string

// The actions, the least severe first.
const (
	ActionAllow    Action = "allow"
	ActionObserve  Action = "observe"
	ActionTag      Action = "tag"
	ActionThrottle Action = "throttle"
	// ActionChallenge is 401, so that the caller shows once more who he is.
	ActionChallenge Action = "challenge"
	ActionDeny      Action = "deny"
)

// Mode says how far Picket acts.
type Mode string

// The modes, the weakest first.
const (
	ModeObserve Mode = "observe"
	ModeCanary  Mode = "canary" // acts on a share of the consumers, by a hash of who they are
	ModeEnforce Mode = "enforce"
)

// Purpose says what an endpoint is for.
type Purpose string

// The purposes.
const (
	PurposeLogin    Purpose = "login"    // a caller proves who it is
	PurposeReset    Purpose = "reset"    // a forgotten password
	PurposeOTP      Purpose = "otp"      // a one-time code
	PurposeRegister Purpose = "register" // a new account
	PurposeExists   Purpose = "exists"   // whether the name of an account is taken
	PurposeToken    Purpose = "token"    // one token for another
	PurposeAdmin    Purpose = "admin"
	PurposePayment  Purpose = "payment"
	PurposeExport   Purpose = "export" // many records, or whole ones, for machines
	PurposeSearch   Purpose = "search"
	PurposeHealth   Purpose = "health"
	PurposeRedeem   Purpose = "redeem" // a code that is worth something: a voucher, a gift card
	PurposeChange   Purpose = "change" // where money, goods or codes for an account go: a bank account, an address, a password
	PurposeSIMSwap  Purpose = "sim_swap"
	PurposePortOut  Purpose = "port_out"
	PurposeDecoy    Purpose = "decoy" // nobody honest has reason to call it
	PurposeOld      Purpose = "old"   // deprecated
)

// Outcome is what became of a request.
type Outcome uint8

// The outcomes; their numbers are those of picket.v1.Outcome.
const (
	OutcomeOK          Outcome = 1
	OutcomeDenied      Outcome = 2
	OutcomeNotFound    Outcome = 3
	OutcomeClientError Outcome = 4
	OutcomeServerError Outcome = 5
	OutcomeBlocked     Outcome = 6
	OutcomeThrottled   Outcome = 7
	OutcomeAborted     Outcome = 8
)

// EndpointID is the keyed hash of method, host and templated path; 0 stands for anywhere.
type EndpointID uint64

// DecisionID names a decision. It is a hash of what was decided, so that two replicas that decide the same make one.
type DecisionID uint64

// String gives 16 hexadecimal digits, as in the x-picket-decision header.
func (id DecisionID) String() string { return fmt.Sprintf("%016x", uint64(id)) }

// ParseDecisionID reads what String wrote.
func ParseDecisionID(s string) (DecisionID, error) {
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil || len(s) != 16 {
		return 0, fmt.Errorf("decision id %q: want 16 hexadecimal digits", s)
	}
	return DecisionID(n), nil
}

// Value is a facet with a value: who a decision is about, or whom a window counts.
// An address known in clear is in Network (a single one as /32 or /128); all else is in Hash.
type Value struct {
	Facet   Facet
	Network netip.Prefix `json:",omitzero"`
	Hash    uint64       `json:",omitempty"`
}

// String gives the address or network in clear, and a short form of a hash.
func (v Value) String() string {
	switch {
	case v.Facet == FacetEverybody:
		return "(all callers)"
	case v.Network.IsValid() && v.Network.IsSingleIP():
		return v.Network.Addr().String()
	case v.Network.IsValid():
		return v.Network.String()
	default:
		return fmt.Sprintf("#%08x", v.Hash>>32)
	}
}

// Caller names who sent a rollup's requests, by every facet they carried. Absent ones are zero.
type Caller struct {
	Network     netip.Prefix // the address in clear, or its prefix; zero when the policy hashes it
	IPHash      uint64
	Key         uint64
	Subject     uint64
	Session     uint64
	Fingerprint uint64
	Account     uint64
	Credential  uint64 // the whole credential: what can be proven
	Verified    bool   // Envoy verified the subject, by mTLS
}

// IP gives the address facet, in clear or hashed.
func (c Caller) IP() Value { return Value{Facet: FacetIP, Network: c.Network, Hash: c.IPHash} }

// Facet gives the caller's value of f and whether it has one.
func (c Caller) Facet(f Facet) (Value, bool) {
	if f == FacetIP {
		v := c.IP()
		return v, v.Network.IsValid() || v.Hash != 0
	}
	var h uint64
	switch f {
	case FacetKey:
		h = c.Key
	case FacetSubject:
		h = c.Subject
	case FacetSession:
		h = c.Session
	case FacetFingerprint:
		h = c.Fingerprint
	case FacetAccount:
		h = c.Account
	}
	return Value{Facet: f, Hash: h}, h != 0
}

// Node says where a report came from.
type Node struct {
	ID    string // the certificate's SAN with mTLS, else xds.node.id
	Group string // nodes that share a policy
}

// Rollup sums the requests of one caller, endpoint and outcome within one report.
type Rollup struct {
	Node          Node
	Start, End    time.Time
	Caller        Caller
	Endpoint      EndpointID
	Outcome       Outcome
	Requests      uint64
	RequestBytes  uint64
	ResponseBytes uint64
	Latency       []uint32 // picket.v1.Rollup.latency
	Objects       Sketch
	Accounts      Sketch
	Neighbours    uint64
	Foreign       uint64
	Overflow      bool
	NewFields     uint64
	Queries       Sketch
}

// Severity is how bad it is when a scenario is right.
type Severity string

// The severities, the least first.
const (
	SeverityLow      Severity = "low"
	SeverityMedium   Severity = "medium"
	SeverityHigh     Severity = "high"
	SeverityCritical Severity = "critical"
)

// Detection is a scenario that fired.
type Detection struct {
	Scenario   string
	Value      Value
	Endpoint   EndpointID // 0: anywhere
	Group      string     // "" for all
	At         time.Time  // event time of the rollup that made it fire
	Window     time.Duration
	Confidence float64
	Severity   Severity
	Labels     []string // "API1:2023", "CWE-639"
	Evidence   []string // plain sentences
	// What the scenario asks for.
	Action Action
	For    time.Duration
}

// Decision says what to do about whom, for how long, and why.
type Decision struct {
	ID           DecisionID
	Value        Value
	Endpoint     EndpointID `json:",omitempty"`
	EndpointName string     `json:",omitempty"`
	Group        string     `json:",omitempty"`
	Action       Action
	PerMinute    uint32 `json:",omitempty"` // for throttle
	Mode         Mode
	Operator     bool   `json:",omitempty"` // taken by a person: acts in every mode
	Scenario     string `json:",omitempty"`
	Who          string
	Reason       string
	Evidence     []string `json:",omitempty"`
	Decided      time.Time
	Expires      time.Time
	Undone       time.Time `json:",omitzero"`
	UndoneBy     string    `json:",omitempty"`
	UndoneWhy    string    `json:",omitempty"`
	// Places are hashes of the networks from which the owner of an account logged in of late: a throttle of the account
	// counts each of them by itself.
	Places []uint64 `json:",omitempty"`
	// Revision is the register's revision of the last change to this decision. The register sets it; it is not stored.
	Revision uint64 `json:"-"`
}

// State is "active", "expired" or "undone" at the given time.
func (d Decision) State(now time.Time) string {
	switch {
	case !d.Undone.IsZero():
		return "undone"
	case !d.Expires.After(now):
		return "expired"
	default:
		return "active"
	}
}

// AuditEntry records one change: who did what, what was before, what is after, and why.
type AuditEntry struct {
	At            time.Time
	Who, What     string
	Before, After string
	Why           string
}

// Clock tells event time; simulations and tests hand in their own.
type Clock func() time.Time
