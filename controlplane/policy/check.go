package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/scenario"
)

// Bounds of a policy file.
const (
	maxHosts        = 256
	maxEndpoints    = 1000
	maxAllow        = 10_000
	maxGroups       = 128
	maxPatterns     = 256
	maxNames        = 32
	maxObjects      = 64
	maxStatuses     = 16
	maxObjectFields = 8
	maxWords        = 1000
	maxOver         = 1_000_000_000_000
	// MaxPerMinute bounds a throttle's rate.
	MaxPerMinute = 60_000
)

// checkFile notes what is wrong with values that are of the right type.
func (d *decoder) checkFile(f *File) {
	switch f.Picket {
	case Version:
	case "":
		d.wrong("picket", "say which version this file has: picket: %s", Version)
	default:
		d.wrong("picket", "this Picket reads version %s only", Version)
	}
	oneOf(d, "mode", f.Mode, controlplane.ModeObserve, ModeCanary, controlplane.ModeEnforce)
	oneOf(d, "fail", f.Fail, FailOpen, FailClosed)
	d.within("report_interval", f.ReportInterval, 10*time.Millisecond, 10*time.Second)
	d.checkIdentity(&f.Identity)
	oneOf(d, "privacy.ip", f.Privacy.IP, IPClear, IPPrefix, IPHashed)
	d.between("privacy.words", f.Privacy.Words, 1, maxWords)
	d.checkHosts(f)
	d.names("objects.query", f.Objects.Query, maxObjects)
	d.checkFixed(f.Objects.Fixed)
	d.checkEndpoints(f)
	d.checkAllow(f.Allow)
	d.checkOwn(f)
	d.checkProfiles(f)
	d.checkInspection(f)
	d.checkGroups(f.Groups)
}

func (d *decoder) checkIdentity(i *Identity) {
	d.names("identity.key.headers", i.Key.Headers, maxNames)
	d.names("identity.key.query", i.Key.Query, maxNames)
	d.names("identity.session.cookies", i.Session.Cookies, maxNames)
	d.text("identity.fingerprint.filter_state", i.Fingerprint.FilterState)
	for n, s := range i.Subject {
		oneOf(d, fmt.Sprintf("identity.subject[%d]", n), s, SubjectJWT, SubjectBasic, SubjectMTLS)
	}
	twice(d, "identity.subject", i.Subject)
	for n, c := range i.Consumer {
		path := fmt.Sprintf("identity.consumer[%d]", n)
		if c == controlplane.FacetFingerprint || c == controlplane.FacetAccount {
			d.wrong(path, "%s never names a consumer, for others can have the same: use subject, key, session or ip", c)
			continue
		}
		oneOf(d, path, c, controlplane.FacetSubject, controlplane.FacetKey, controlplane.FacetSession, controlplane.FacetIP)
	}
	twice(d, "identity.consumer", i.Consumer)
}

func (d *decoder) checkHosts(f *File) {
	d.count("hosts", len(f.Hosts), maxHosts)
	for i, h := range f.Hosts {
		f.Hosts[i] = strings.ToLower(h)
		path := fmt.Sprintf("hosts[%d]", i)
		if h == "" {
			d.wrong(path, "the host is missing")
		} else if err := checkHost(f.Hosts[i]); err != nil {
			d.wrong(path, "%v", err)
		}
	}
	twice(d, "hosts", f.Hosts)
}

func (d *decoder) checkEndpoints(f *File) {
	d.count("endpoints", len(f.Endpoints), maxEndpoints)
	key := anyKey()
	first := map[controlplane.EndpointID]int{}
	for i, e := range f.Endpoints {
		path := fmt.Sprintf("endpoints[%d]", i)
		d.checkEndpoint(path, e)
		t, err := parseTemplate(e.Match)
		if err != nil {
			d.wrong(path+".match", "%v", err)
			continue
		}
		d.checkOwner(path, e, t)
		if t.host != "" && !f.hasHost(t.host) {
			d.wrong(path+".match", "add %s to hosts: without it this endpoint is never met", t.host)
		}
		id := t.id(&key, t.host)
		if other, known := first[id]; known {
			d.wrong(path+".match", "this is the endpoint of line %d: remove one", d.node(fmt.Sprintf("endpoints[%d].match", other)).Line)
		} else {
			first[id] = i
		}
	}
}

func (d *decoder) checkEndpoint(path string, e Endpoint) {
	if e.Purpose != "" {
		oneOf(d, path+".purpose", e.Purpose, scenario.Purposes()...)
	}
	if !showsWho(e.Purpose) && (e.Account != "" || e.Failure.declared()) {
		d.wrong(path, "account and failure are for a login: add purpose: login")
	}
	d.checkEndpointInspection(path, e)
	d.text(path+".account", e.Account)
	d.checkFailure(path+".failure", e.Failure)
	d.names(path+".object", e.Object, maxObjectFields)
	if method, _, _ := strings.Cut(e.Match, " "); len(e.Object) > 0 && (strings.EqualFold(method, "GET") || strings.EqualFold(method, "HEAD")) {
		d.wrong(path+".object", "a %s has no body: name query parameters in objects.query", strings.ToUpper(method))
	}
}

func (d *decoder) checkFailure(path string, f Failure) {
	d.count(path+".statuses", len(f.Statuses), maxStatuses)
	for n, s := range f.Statuses {
		d.between(fmt.Sprintf("%s.statuses[%d]", path, n), s, 100, 599)
	}
	d.checkValues(path+".field", f.Field)
	d.checkValues(path+".header", f.Header)
	for name := range f.Header {
		if strings.ContainsAny(name, ": ") {
			d.wrong(path+".header."+name, "%s is no name of a header", quote(name))
		}
	}
}

// checkValues checks what fields or headers hold.
func (d *decoder) checkValues(path string, values map[string]string) {
	d.count(path, len(values), maxStatuses)
	for _, name := range sortedKeys(values) {
		at := join(path, name)
		d.text(at, name)
		d.text(at, values[name])
		if name == "" || values[name] == "" {
			d.wrong(at, `name and value are needed, as in {success: false}; "*" is any value`)
		}
	}
}

func (d *decoder) checkOwner(path string, e Endpoint, t template) {
	owner := func(s segment) bool { return s.parameter && s.word == e.Owner }
	if e.Owner != "" && !slices.ContainsFunc(t.segments, owner) {
		d.wrong(path+".owner", "the match has no {%s}: name one of its parameters", e.Owner)
	}
}

func (d *decoder) checkAllow(allow []Allow) {
	d.count("allow", len(allow), maxAllow)
	for i, a := range allow {
		path := fmt.Sprintf("allow[%d]", i)
		switch {
		case a.IP.IsValid() == (a.Subject != ""):
			d.wrong(path, "say whom: ip or subject, and one of them only")
		case a.IP.IsValid() && TooWide(a.IP):
			d.wrong(path+".ip", "this network is everybody: allow at most a /8 of IPv4 or a /16 of IPv6, or set kill_switch: true")
		}
		d.text(path+".subject", a.Subject)
		d.text(path+".reason", a.Reason)
		if strings.TrimSpace(a.Reason) == "" {
			d.wrong(path, "say why: add a reason")
		}
	}
}

// TooWide says whether a network is so much of the Internet that it means everybody: shorter than /8 for IPv4, than
// /16 for IPv6.
func TooWide(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() < 8
	}
	return p.Bits() < 16
}

func (d *decoder) checkGroups(groups map[string]GroupRules) {
	d.count("groups", len(groups), maxGroups)
	owner := map[string]string{}
	for _, name := range sortedKeys(groups) {
		path, g := "groups."+name, groups[name]
		d.text(path, name)
		if name == "" {
			d.wrong(path, "the group's name is missing")
		}
		if g.Mode != "" {
			oneOf(d, path+".mode", g.Mode, controlplane.ModeObserve, ModeCanary, controlplane.ModeEnforce)
		}
		d.count(path+".nodes", len(g.Nodes), maxPatterns)
		for i, p := range g.Nodes {
			at := fmt.Sprintf("%s.nodes[%d]", path, i)
			d.text(at, p)
			if p == "" || strings.Count(p, "*") > 1 {
				d.wrong(at, `write a name with at most one *, as in "spiffe://corp/edge/*"`)
			}
			if other, known := owner[p]; known {
				d.wrong(at, "group %s has this pattern already: remove one", other)
			}
			owner[p] = name
		}
	}
}

// names checks a list of names of headers, parameters or cookies.
func (d *decoder) names(path string, list []string, most int) {
	d.count(path, len(list), most)
	for i, v := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.text(at, v)
		if v == "" || strings.ContainsAny(v, " \t=;,:&\"") {
			d.wrong(at, "%s is no name of a header, parameter or cookie", quote(v))
		}
	}
	twice(d, path, list)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
