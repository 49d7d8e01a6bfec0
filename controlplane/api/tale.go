package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/controlplane"
	"picket/controlplane/policy"
)

// tale is a finding with everything that its story tells.
type tale struct {
	*controlplane.Finding
	class    controlplane.Class
	endpoint string // empty: not told
	match    bool   // the policy file takes the endpoint's name as a match
	field    string // empty: none; or unnamed
	// What holds for the class at this endpoint now, and the mode of the policy for the finding's group.
	rule    policy.ClassRule
	except  *policy.Exception // that holds here now; nil: none
	mode    controlplane.Mode
	killed  bool   // the kill switch is on
	request string // names what it answers; empty: nothing
	now     time.Time
}

// exceptFor is how long the exception that a story proposes would hold.
const exceptFor = 90 * 24 * time.Hour

// tell tells in plain sentences what was seen and where, what decided, what was done, to whom, and what to do if it was
// honest.
func (t tale) tell() []string {
	out := []string{t.seen(), t.stood(), t.decided(), t.stance()}
	out = append(out, t.done()...)
	out = append(out, t.sent())
	if t.request != "" {
		out = append(out, "The response answers "+t.request+".")
	}
	return append(out, t.honest()...)
}

func (t tale) seen() string {
	what := t.class.Title
	if labels := t.class.Labels(); labels != "" {
		what += " (" + labels + ")"
	}
	if t.Count == 1 {
		return fmt.Sprintf("Seen: %s, in 1 request at %s.", what, when(t.Last))
	}
	if t.First.Equal(t.Last) {
		return fmt.Sprintf("Seen: %s, in %s, the last at %s.", what, requests(t.Count), when(t.Last))
	}
	return fmt.Sprintf("Seen: %s, in %s from %s to %s.", what, requests(t.Count), when(t.First), when(t.Last))
}

// spot says in words what a place is: as a whole, and one field of it.
type spot struct{ whole, field string }

func spotOf(place string) spot {
	switch place {
	case "request":
		return spot{"the request as a whole", "part"}
	case "path":
		return spot{"the path", "path segment"}
	case "query":
		return spot{"the query", "query parameter"}
	case "queryname":
		return spot{"the name of a query parameter", "query parameter's name"}
	case "header":
		return spot{"a header", "header"}
	case "cookie":
		return spot{"a cookie", "cookie"}
	case "form":
		return spot{"the form", "form field"}
	case "formname":
		return spot{"the name of a form field", "form field's name"}
	case "json":
		return spot{"the JSON body", "JSON field"}
	case "jsonkey":
		return spot{"the name of a JSON field", "JSON field's name"}
	case "graphql":
		return spot{"the GraphQL document", "GraphQL argument or variable"}
	case "multipart":
		return spot{"a part of the multipart body", "multipart field"}
	case "filename":
		return spot{"the name of an uploaded file", "file name of field"}
	case "xml":
		return spot{"the XML body", "XML element or attribute"}
	case "text":
		return spot{"the text of the body", "text field"}
	case "protobuf":
		return spot{"the protobuf message", "protobuf field"}
	case "response":
		return spot{"the service's response", "response field"}
	}
	return spot{place, place + " field"}
}

// place says where it stood, as in "the JSON field comment of POST /v1/notes".
func (t tale) place() string {
	s := spotOf(t.Place)
	text := s.whole
	switch {
	case t.field == unnamed:
		text = "a " + s.field + " not named yet"
	case t.field != "":
		text = "the " + s.field + " " + t.field
	}
	if t.endpoint != "" {
		text += " of " + t.endpoint
	}
	return text
}

func (t tale) stood() string {
	if t.Place == "" {
		return "It is not told where it stood: the worker had no room for one more finding in that report."
	}
	text := "It stood in " + t.place()
	if how := disguise(t.Decoding); how != "" {
		text += ", disguised: " + how
	}
	return text + "."
}

// disguise says what was undone; empty for nothing.
func disguise(decoding string) string {
	words := map[string]string{
		"": "", "plain": "", "percent": "percent-encoded", "twice": "encoded more than once", "escaped": "with escapes such as \\u or \\x",
		"entity": "with HTML entities", "wide": "with overlong or full-width characters", "base64": "in base64", "plus": "with + for spaces",
	}
	var out []string
	for d := range strings.SplitSeq(decoding, "+") {
		w, known := words[d]
		if !known {
			w = d
		}
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, ", ")
}

func (t tale) decided() string {
	by := "rule " + t.Rule
	if t.Rule == "model" || t.Rule == "" {
		by = "the model"
	}
	if t.Evidence != "" {
		by += fmt.Sprintf(", on %q (all but known words and punctuation is masked)", t.Evidence)
	}
	return fmt.Sprintf("What decided: %s, with confidence %.2f.", by, t.Confidence)
}

// stance says what the policy now in force makes of the class here.
func (t tale) stance() string {
	const now = "The policy now in force "
	from := fmt.Sprintf("from confidence %.2f", t.rule.Threshold)
	if t.Confidence < t.rule.Threshold {
		from += ", which this does not reach"
	}
	switch {
	case t.except != nil:
		return fmt.Sprintf(now+"has an exception for it (line %d, until %s): %s", t.except.Line, t.except.Until.Format(time.DateOnly), sentence(t.except.Reason))
	case t.rule.Mode == policy.ClassOff:
		return now + "does not look for it here."
	case t.rule.Mode == policy.ClassObserve:
		return now + "only observes it here (mode observe of " + t.Class + "), " + from + "."
	case t.killed:
		return now + "answers it with 403 " + from + ", but its kill switch is on."
	case t.mode != controlplane.ModeEnforce:
		return now + "answers it with 403 " + from + ", but in mode enforce only, and its mode here is " + string(t.mode) + "."
	default:
		return now + "answers it with 403 " + from + "."
	}
}

// done says what became of the requests.
func (t tale) done() []string {
	var out []string
	if t.Enforced > 0 {
		text := fmt.Sprintf("Picket answered %s with 403 instead of the service", requests(t.Enforced))
		if t.Late {
			text = fmt.Sprintf("Picket ended %s", requests(t.Enforced))
		}
		out = append(out, text+".")
	}
	if t.Observed > 0 {
		out = append(out, fmt.Sprintf("%s passed that Picket would have answered, had the mode been enforce.", capital(requests(t.Observed))))
	}
	if rest := t.Count - min(t.Enforced+t.Observed, t.Count); rest > 0 {
		out = append(out, capital(requests(rest))+" passed"+t.why()+".")
	}
	if t.Late {
		out = append(out, "It was seen only after what was held had been released: the service saw the request, or a part of it.")
	}
	return append(out, t.witness())
}

// why says how requests may have passed that the policy now in force would have answered; empty where its stance says so.
func (t tale) why() string {
	acts := t.rule.Mode == policy.ClassEnforce && t.mode == controlplane.ModeEnforce && !t.killed
	if !acts || t.except != nil || t.Confidence < t.rule.Threshold {
		return ""
	}
	return ": the caller was allowed by an operator or the allowlist, or another policy was in force then"
}

func (t tale) witness() string {
	text := fmt.Sprintf("The last was seen by worker %d of node %s", t.Worker, t.Node.ID)
	if t.Node.Group != "" {
		text += " in group " + t.Node.Group
	}
	return text + " at " + when(t.Last) + "."
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// sent says who sent it, by every facet; what is proven of a credential is told of decisions only.
func (t tale) sent() string {
	var who []string
	for _, f := range []controlplane.Facet{
		controlplane.FacetIP, controlplane.FacetSubject, controlplane.FacetKey, controlplane.FacetSession,
		controlplane.FacetAccount, controlplane.FacetFingerprint,
	} {
		if v, ok := t.Caller.Facet(f); ok {
			who = append(who, fmt.Sprintf("%s %s", f, v))
		}
	}
	if len(who) == 0 {
		return "Who sent it is not told."
	}
	return "Sent by " + strings.Join(who, ", ") + "."
}

// honest says what to write into the policy file if it was no attack: YAML to paste. Nothing where that is done.
func (t tale) honest() []string {
	if t.except != nil {
		return nil
	}
	out := []string{
		"If this was honest, except it in the policy file, under inspection.exceptions:",
		"  - {" + t.exception() + "}",
	}
	if t.match {
		out = append(out, "or let this endpoint only observe it, under endpoints:",
			fmt.Sprintf("  - {match: %s, inspect: {%s: {mode: observe}}}", strconv.Quote(t.endpoint), t.Class))
	} else {
		out = append(out, "This exception holds everywhere: add the endpoint's match, which is not known here yet.")
	}
	switch {
	case t.field == unnamed:
		out = append(out, "It holds for every field of the place: add the field's name, which is told here once enough consumers used it.")
	case t.field != "" && t.Place == "json":
		out = append(out, fmt.Sprintf("If %s stands inside others, write the whole path as its name, as in order.%s.", t.field, t.field))
	}
	return out
}

// exception gives the keys of the narrowest exception that would have let this pass.
func (t tale) exception() string {
	var keys []string
	if t.match {
		keys = append(keys, "match: "+strconv.Quote(t.endpoint))
	}
	if slices.Contains(policy.Places(), t.Place) {
		keys = append(keys, "place: "+t.Place)
	}
	if t.field != "" && t.field != unnamed {
		keys = append(keys, "name: "+strconv.Quote(t.field))
	}
	return strings.Join(append(keys, "classes: ["+t.Class+"]", `reason: "say why"`,
		"until: "+t.now.Add(exceptFor).UTC().Format(time.DateOnly)), ", ")
}
