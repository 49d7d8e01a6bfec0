package scenario

import "picket/controlplane"

// Text is a fact that is a text.
type Text int

// The texts, by their place in Facts.
const (
	EndpointMethod Text = iota
	EndpointPurpose
	EndpointName
	OutcomeName
	Group
	Node
	Class
	Place
	FacetName
	Country
	texts
)

// Number is a fact that is a number, or true (1) or false (0).
type Number int

// The numbers, by their place in Facts. Those up to Values are facts of a rollup or finding, and sums of a window.
const (
	Requests Number = iota
	BytesIn
	BytesOut
	UpstreamMS
	Neighbours
	Foreign
	Owned
	NewFields
	Values

	Objects
	FindingConfidence
	FindingEnforced
	FindingLate
	FindingAnswers
	EndpointDeclared
	EndpointRefuses
	EndpointPublic
	EndpointPersonal
	EndpointOlder
	EndpointOwners
	EndpointBrowsed
	EndpointListed
	EndpointsDeclared
	HasKey
	HasSubject
	HasSession
	HasCredential
	Proven
	Verified
	Elsewhere
	ProgramUsers
	AddressUsers
	KeyNetworks
	Staff
	Customer
	Program
	NewHere
	Listed
	Speed

	OK
	Denied
	NotFound
	ClientErrors
	ServerErrors
	Blocked
	Aborted
	DistinctObjects
	DistinctAccounts
	DistinctQueries
	DistinctEndpoints
	DistinctIPs
	DistinctNetworks
	DistinctFingerprints
	DistinctKeys
	DistinctSubjects
	DistinctSessions
	DistinctCredentials
	DistinctNodes
	DistinctClasses
	DistinctCountries
	DistinctASNs
	Counted
	Over
	Share
	Usual
	numbers
)

// Facts is what a condition is asked about: one rollup or finding, or a window, whose sums take the place of the rollup's.
type Facts struct {
	Text   [texts]string
	Number [numbers]float64
}

// Set makes a fact true or false.
func (f *Facts) Set(n Number, v bool) {
	f.Number[n] = 0
	if v {
		f.Number[n] = 1
	}
}

// kind is what a fact is to CEL.
type kind uint8

const (
	isText kind = iota
	isTruth
	isNumber
)

// where says which conditions may ask for a fact.
type where uint8

const (
	ofRequests where = 1 << iota
	ofFindings
	ofWindow
	ofBoth     = ofRequests | ofFindings
	everywhere = ofBoth | ofWindow
)

// fact is one of what conditions may ask for.
type fact struct {
	name   string
	kind   kind
	place  int // a Text or a Number
	where  where
	values []string // all that a text can be, where that is known
	doc    string
}

// facts gives all of them.
func facts() []fact {
	text := func(t Text, w where, name, doc string, values ...string) fact {
		return fact{name: name, kind: isText, place: int(t), where: w, doc: doc, values: values}
	}
	truth := func(n Number, w where, name, doc string) fact {
		return fact{name: name, kind: isTruth, place: int(n), where: w, doc: doc}
	}
	number := func(n Number, w where, name, doc string) fact {
		return fact{name: name, kind: isNumber, place: int(n), where: w, doc: doc}
	}
	return []fact{
		text(EndpointMethod, everywhere, "endpoint.method", "the method, OTHER for all that the standards do not name"),
		text(EndpointPurpose, everywhere, "endpoint.purpose", "what the endpoint is for; \"\" where that is not known", purposeNames()...),
		text(EndpointName, everywhere, "endpoint.name", "METHOD [host]/path, as far as its words may be told"),
		truth(EndpointDeclared, everywhere, "endpoint.declared", "the policy file names the endpoint"),
		truth(EndpointRefuses, everywhere, "endpoint.refuses", "the service has turned away callers without credentials here, and let in callers with them"),
		truth(EndpointPublic, everywhere, "endpoint.public", "its records are for everybody: its path says so, as with products or news, or many strangers read the same ones; and the service never turned away callers without credentials"),
		truth(EndpointPersonal, everywhere, "endpoint.personal", "its path says that its records are somebody's own, as with orders or patients"),
		truth(EndpointOlder, everywhere, "endpoint.older", "its path has a version, and the same path with a later one is in use"),
		truth(EndpointOwners, everywhere, "endpoint.owners", "the policy file says which part of the path names the record's owner"),
		truth(EndpointBrowsed, everywhere, "endpoint.browsed", "most callers with credentials read ever other records here, as people do in a catalogue, rather than the same few, as with what is their own"),
		truth(EndpointListed, everywhere, "endpoint.listed", "nineteen in twenty of those with proven credentials who read records of this kind, 20 or more, had asked for a list of them before, by a path that ends in the same word: GET /orders, GET /customers/{id}/orders or POST /orders/search before GET /orders/{id}"),
		number(EndpointsDeclared, everywhere, "declared_endpoints", "how many endpoints the policy file names"),
		text(OutcomeName, ofRequests|ofWindow, "outcome", "what became of the requests", OutcomeNames()[1:]...),
		text(Group, everywhere, "group", "the node's group"),
		text(Node, everywhere, "node", "the node"),
		text(FacetName, ofWindow, "facet", "the facet that names who the window is about"),
		truth(HasKey, everywhere, "caller.has_key", "an API key came along"),
		truth(HasSubject, everywhere, "caller.has_subject", "a token or a certificate with a name came along"),
		truth(HasSession, everywhere, "caller.has_session", "a session cookie, or a bearer token that names nobody, came along"),
		truth(HasCredential, everywhere, "caller.has_credential", "any of them came along"),
		truth(Proven, everywhere, "caller.proven", "the service let the credential in where it turns away callers without, or, a few times, where it lets nobody in without"),
		truth(Verified, everywhere, "caller.verified", "Envoy verified a client certificate"),
		truth(Elsewhere, everywhere, "caller.elsewhere", "the credential was first seen in another network and with another program (TLS fingerprint), and is used there still"),
		number(ProgramUsers, everywhere, "caller.program_users", "how many callers with proven credentials used the same program (TLS fingerprint) within the last day; 16 or more count as 16"),
		number(AddressUsers, everywhere, "caller.address_users", "how many callers with proven credentials used the same address within the last day; 16 or more count as 16"),
		number(KeyNetworks, everywhere, "caller.key_networks", "from how many networks the API key has been used for an hour or longer, or in its first 20 minutes; 16 or more, and a key that is not known for so long as that, count as 16"),
		truth(Staff, everywhere, "caller.staff", "the caller works at endpoints that hardly anybody else uses, as an agent does at a desk, and was let in there ten times or more within the last day"),
		truth(Customer, everywhere, "caller.customer", "the caller does what most callers do: it used three endpoints or more within the last day that many others with credentials use, too"),
		truth(Program, everywhere, "caller.program", "no login gave out the token or session, as far as is known, where logins gave out most: it is a program's, as of a partner"),
		truth(NewHere, everywhere, "caller.new_here", "the caller is known for half an hour or longer, and used this endpoint for the first time within the last hour"),
		truth(Listed, everywhere, "caller.listed", "the caller had asked for a list of records of the kind that these requests read, as far as is known"),
		number(Speed, everywhere, "caller.kmh", "how fast the credential must have travelled since it was last seen, in km/h; 0 where places are not known"),
		text(Country, everywhere, "caller.country", "the address's country, as in DE; \"\" where it is not known"),
		number(Requests, everywhere, "requests", "requests"),
		number(BytesIn, ofRequests|ofWindow, "bytes_in", "bytes of request bodies"),
		number(BytesOut, ofRequests|ofWindow, "bytes_out", "bytes of response bodies"),
		number(UpstreamMS, ofRequests|ofWindow, "upstream_ms", "milliseconds that the requests took, from their histogram"),
		number(Neighbours, ofRequests|ofWindow, "neighbours", "requests for an id next to the one before"),
		number(Foreign, ofRequests|ofWindow, "foreign", "requests whose path names another owner than the token"),
		number(Owned, ofRequests|ofWindow, "owned", "requests whose path names the token's own record"),
		number(NewFields, ofRequests|ofWindow, "new_fields", "requests whose body has a field of a name never seen at this endpoint, where many bodies were"),
		number(Values, ofFindings|ofWindow, "values", "values of personal data in the responses that were looked at"),
		number(Objects, ofRequests, "objects", "distinct records that these requests asked for"),
		text(Class, ofFindings, "class", "what was found", classNames()...),
		text(Place, ofFindings, "place", "where it stood"),
		number(FindingConfidence, ofFindings, "confidence", "how sure the filter is, 0 to 1"),
		truth(FindingEnforced, ofFindings, "enforced", "Picket answered instead of the service, each time"),
		truth(FindingLate, ofFindings, "late", "it was seen after the service saw the request, or a part of it"),
		truth(FindingAnswers, ofFindings, "answers", "it stands in the response to a request with a finding"),
		number(OK, ofWindow, "ok", "requests answered with 1xx to 3xx"),
		number(Denied, ofWindow, "denied", "requests answered with 401 or 403 by the service, and failed logins"),
		number(NotFound, ofWindow, "not_found", "requests answered with 404 or 410"),
		number(ClientErrors, ofWindow, "client_errors", "requests answered with another 4xx"),
		number(ServerErrors, ofWindow, "server_errors", "requests answered with 5xx"),
		number(Blocked, ofWindow, "blocked", "requests that Picket answered"),
		number(Aborted, ofWindow, "aborted", "requests without an answer"),
		number(DistinctObjects, ofWindow, "distinct_objects", "records asked for"),
		number(DistinctAccounts, ofWindow, "distinct_accounts", "accounts that a login was tried for"),
		number(DistinctQueries, ofWindow, "distinct_queries", "questions asked in queries: what is looked for (q, search, name and the like) and where in the result to go on (page, cursor, after and the like)"),
		number(DistinctEndpoints, ofWindow, "distinct_endpoints", "endpoints called"),
		number(DistinctIPs, ofWindow, "distinct_ips", "addresses"),
		number(DistinctNetworks, ofWindow, "distinct_networks", "/24 or /48 networks"),
		number(DistinctFingerprints, ofWindow, "distinct_fingerprints", "TLS fingerprints"),
		number(DistinctKeys, ofWindow, "distinct_keys", "API keys, proven or not"),
		number(DistinctSubjects, ofWindow, "distinct_subjects", "names in tokens, proven or not"),
		number(DistinctSessions, ofWindow, "distinct_sessions", "sessions, proven or not"),
		number(DistinctCredentials, ofWindow, "distinct_credentials", "whole credentials, proven or not"),
		number(DistinctNodes, ofWindow, "distinct_nodes", "nodes"),
		number(DistinctClasses, ofWindow, "distinct_classes", "classes of findings"),
		number(DistinctCountries, ofWindow, "distinct_countries", "countries"),
		number(DistinctASNs, ofWindow, "distinct_asns", "autonomous systems, as of carriers and data centres"),
		number(Counted, ofWindow, "count", "what the scenario counts"),
		number(Over, ofWindow, "over", "the threshold in force"),
		number(Share, ofWindow, "share", "the share that ratio is about, as it was seen"),
		number(Usual, ofWindow, "usual", "what baseline compares with"),
	}
}

// OutcomeNames gives the name of each outcome by its number; the first is "".
func OutcomeNames() []string {
	return []string{"", "ok", "denied", "not_found", "client_error", "server_error", "blocked", "throttled", "aborted"}
}

// Purposes gives what an endpoint can be for.
func Purposes() []controlplane.Purpose {
	return []controlplane.Purpose{
		controlplane.PurposeLogin, controlplane.PurposeReset, controlplane.PurposeOTP, controlplane.PurposeRegister, controlplane.PurposeExists, controlplane.PurposeToken,
		controlplane.PurposeAdmin, controlplane.PurposePayment, controlplane.PurposeExport, controlplane.PurposeSearch, controlplane.PurposeHealth,
		controlplane.PurposeRedeem, controlplane.PurposeChange, controlplane.PurposeSIMSwap, controlplane.PurposePortOut, controlplane.PurposeDecoy, controlplane.PurposeOld,
	}
}

func purposeNames() []string {
	names := []string{""}
	for _, p := range Purposes() {
		names = append(names, string(p))
	}
	return names
}

func classNames() (names []string) {
	for _, c := range controlplane.Classes() {
		names = append(names, c.Name)
	}
	return names
}
