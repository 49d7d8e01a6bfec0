// Package inspect tells attacks inside one request from honest traffic: it reads a request's parts as servers do,
// lets ordinary values go after one table-driven pass, and looks deeply at the few that are left: explicit detectors
// for each class, and a small linear model over tokens. Nothing here calls the host. Nothing allocates until there is
// something to report, and the work for a request is bounded by its length.
package inspect

// Class is a kind of attack or misuse. Its names are a closed set.
type Class uint8

// The classes.
const (
	SQL Class = iota + 1
	NoSQL
	XSS
	Command
	Traversal
	SSRF
	Template
	Expression
	JNDI
	LDAP
	XPath
	XXE
	SSI
	CRLF
	Mail
	Deserialization
	Prototype
	GraphQL
	JSONBomb
	Oddity
	Scanner
	Token
	URLCredential
	// Mistyped: a field holds another kind of value than was declared.
	Mistyped
	// MediaType: a body is not what its content type says.
	MediaType
	// Malformed: a body cannot be read as what it is.
	Malformed
	// Encoding: a part was not looked at: it is compressed in a way that cannot be undone, or too much is suspicious.
	Encoding
	// ClassLeak: a response gives away an error's inside.
	ClassLeak
	// ClassPersonal: a response has personal data.
	ClassPersonal
	classes = iota + 1
)

const classNames = "none sqli nosqli xss cmdi traversal ssrf ssti el jndi ldap xpath xxe ssi crlf mail deserialization " +
	"prototype graphql jsonbomb oddity scanner token urlcredential mistyped mediatype malformed encoding leak personal"

// Classes is how many classes there are; they are numbered from 1.
const Classes = classes - 1

// String gives the class's name in reports and policies.
func (c Class) String() string { return nth(classNames, int(c)) }

// ParseClass gives the class of a name; 0: there is none.
func ParseClass(name string) Class { return Class(max(index(classNames, name), 0)) }

// Zone is the part of a request that a value stood in.
type Zone uint8

// The zones.
const (
	ZoneRequest Zone = iota
	ZonePath
	ZoneQuery
	ZoneQueryName
	ZoneHeader
	ZoneCookie
	ZoneForm
	ZoneFormName
	ZoneJSON
	ZoneJSONKey
	ZoneGraphQL
	ZoneMultipart
	ZoneFileName
	ZoneXML
	ZoneText
	ZoneProtobuf
	ZoneResponse
)

const zoneNames = "request path query queryname header cookie form formname json jsonkey graphql multipart filename xml text protobuf response"

// String gives the zone's name.
func (z Zone) String() string { return nth(zoneNames, int(z)) }

// ParseZone gives the zone of a name. ZoneRequest stands for a request as a whole.
func ParseZone(name string) (Zone, bool) {
	i := index(zoneNames, name)
	return Zone(max(i, 0)), i >= 0
}

// Decoding says what was undone before the value gave itself away, as a set of bits.
type Decoding uint8

// The decodings.
const (
	Percent Decoding = 1 << iota
	Twice            // decoded more than once
	Escaped          // \u, \x, %u and the like
	Entity           // HTML entities
	Wide             // overlong or full-width UTF-8
	Base64
	Plus
)

const decodingNames = "percent twice escaped entity wide base64 plus"

// String joins the names with +; "plain" where nothing was undone.
func (d Decoding) String() string {
	s := ""
	for i := range 7 {
		if d>>i&1 == 1 {
			if s != "" {
				s += "+"
			}
			s += nth(decodingNames, i)
		}
	}
	if s == "" {
		return "plain"
	}
	return s
}

// Finding says what was seen, and why. Callers compare Confidence with a class's threshold.
type Finding struct {
	Class Class
	Zone  Zone
	// Name is the field's: a parameter, header, cookie or the dotted path of a JSON member; a stranger's words, at most
	// maxName bytes. What of it may leave the node is the caller's to say.
	Name     string
	Decoding Decoding
	// Confidence is from 0 to 1; DefaultThreshold is where an ordinary policy acts.
	Confidence float32
	// Tokens is what decided, masked: keywords and punctuation stand, all other words and digits are folded away.
	Tokens string
	// Rule names the detector's rule; "model" for the linear model.
	Rule string
}

// Place is the zone and the field's name: json:user.name.
func (f *Finding) Place() string {
	if f.Name == "" {
		return f.Zone.String()
	}
	return f.Zone.String() + ":" + f.Name
}

// DefaultThreshold is the confidence from which a finding counts as an attack, unless a policy says otherwise.
const DefaultThreshold = 0.5

// Bounds of one request's inspection.
const (
	maxFindings = 16
	maxName     = 96
	// window is how much of a value is looked at in one go; longer ones are looked at in windows that overlap.
	window  = 4096
	overlap = 256
	// deepAllowance and deepShare bound the deep look's cost: so much, and so much of the request's own length. A byte costs
	// one and a token three quarters, so that 16 KiB of nothing but quotes are looked at whole.
	deepAllowance = 28 << 10
	deepShare     = 128
)

// Inspector looks at one request at a time. It belongs to one worker and keeps all the room that it needs.
type Inspector struct {
	words    *wordTable
	pairs    *pairs
	findings []Finding
	name     [maxName]byte
	nameLen  int
	zone     Zone
	decoding Decoding
	// fed and deep count bytes taken in and bytes looked at deeply, spent what that cost; limited: the deep look was refused.
	fed, deep, spent int
	limited          bool
	cut              bool // the window at hand is not a whole value
	noted            int  // how often something was found, be it below any bar
	request          framing
	fields           [2][]Field // what is known of fields: everywhere, and at this endpoint
	typed            bool       // some field has a kind that is checked
	now              uint32
	look             lookup
	decoded          [2][window]byte
	plain            [window]byte
	nested           [window]byte
	head             [1024]byte
	body             BodyReader
	clean            Clean // values that were looked at deeply
	model            linear
	probe            func(zone Zone, name, value []byte)
}

// New makes an inspector; it holds about 200 KiB.
func New() *Inspector {
	in := &Inspector{words: newWordTable(), pairs: newPairs(), findings: make([]Finding, 0, maxFindings)}
	in.body.in = in
	in.Model(modelWeights, modelScale, modelBias)
	in.look.words = in.words
	return in
}

// Probe has f called with every window that gets the deep look, before it does; the trainer uses it. nil ends that.
func (in *Inspector) Probe(f func(zone Zone, name, value []byte)) { in.probe = f }

// Begin starts a request and forgets the one before.
func (in *Inspector) Begin(method []byte) {
	clear(in.findings)
	in.findings = in.findings[:0]
	in.fed, in.deep, in.spent, in.limited, in.cut = 0, 0, 0, false, false
	in.decoding = 0
	in.request = framing{}
	in.method(method)
}

// Continue goes on with a body that came in part before other requests did, and forgets what was found until then.
func (in *Inspector) Continue(b *BodyReader) {
	clear(in.findings)
	in.findings = in.findings[:0]
	in.fed, in.deep, in.spent, in.limited, in.cut = b.fed, b.deep, b.spent, b.limited, false
	in.decoding = 0
	b.in = in
}

// Park notes in b what its request has used up, for Continue.
func (in *Inspector) Park(b *BodyReader) {
	b.fed, b.deep, b.spent, b.limited = in.fed, in.deep, in.spent, in.limited
}

// Note adds what the caller has seen of the request as a whole.
func (in *Inspector) Note(c Class, confidence float32, rule string) {
	in.at(ZoneRequest, nil)
	in.decoding = 0
	in.found(c, confidence, rule, nil)
}

// Findings gives what was found since Begin, in the order of their places. They are valid until the next Begin.
func (in *Inspector) Findings() []Finding { return in.findings }

// Worst gives the finding of the highest confidence, or nil.
func (in *Inspector) Worst() *Finding {
	var w *Finding
	for i := range in.findings {
		if f := &in.findings[i]; w == nil || f.Confidence > w.Confidence {
			w = f
		}
	}
	return w
}

// Work gives how many bytes came in and how many were looked at deeply since Begin: steps, not time.
func (in *Inspector) Work() (fed, deep int) { return in.fed, in.deep }

// at names the place that the next values stand in.
//
//go:noinline
func (in *Inspector) at(z Zone, name []byte) {
	in.zone = z
	in.nameLen = copy(in.name[:], name)
}

// found notes a finding; of the same class at the same place the surest is kept.
//
//go:noinline
func (in *Inspector) found(c Class, confidence float32, rule string, evidence []byte) {
	in.noted++
	if confidence *= in.bar(c); confidence == 0 {
		return
	}
	if rule == "operator-key" && in.compares(evidence[1:]) {
		confidence *= 0.5
	}
	for i := range in.findings {
		f := &in.findings[i]
		if f.Class == c && f.Zone == in.zone && f.Name == string(in.name[:in.nameLen]) {
			if f.Confidence < confidence {
				f.Confidence, f.Rule, f.Tokens, f.Decoding = confidence, rule, in.mask(evidence), in.decoding
			}
			return
		}
	}
	f := Finding{Class: c, Zone: in.zone, Name: string(in.name[:in.nameLen]), Decoding: in.decoding,
		Confidence: confidence, Tokens: in.mask(evidence), Rule: rule}
	if len(in.findings) < maxFindings {
		in.findings = append(in.findings, f)
		return
	}
	in.replaceWeakest(f)
}

// odd notes what HTTP has no use for.
//
//go:noinline
func (in *Inspector) odd(confidence float32, rule string) { in.found(Oddity, confidence, rule, nil) }

func (in *Inspector) replaceWeakest(f Finding) {
	weakest := 0
	for i := range in.findings {
		if in.findings[i].Confidence < in.findings[weakest].Confidence {
			weakest = i
		}
	}
	if in.findings[weakest].Confidence < f.Confidence {
		in.findings[weakest] = f
	}
}

// maxEvidence bounds what a finding shows, in bytes.
const maxEvidence = 64

// mask keeps known words and punctuation of what decided; other words become w, digits 0.
func (in *Inspector) mask(evidence []byte) string {
	var out [maxEvidence]byte
	n := 0
	for i := 0; i < len(evidence) && n < maxEvidence; {
		j := i
		for j < len(evidence) && isWord(evidence[j]) {
			j++
		}
		if j > i {
			n += in.maskWord(out[n:], evidence[i:j])
			i = j
			continue
		}
		if c := evidence[i]; c > ' ' && c < 0x7f {
			out[n] = c
			n++
		} else if n > 0 && out[n-1] != ' ' {
			out[n] = ' '
			n++
		}
		i++
	}
	return string(out[:n])
}

func (in *Inspector) maskWord(out, word []byte) int {
	if word[0] >= '0' && word[0] <= '9' {
		out[0] = '0'
		return 1
	}
	if in.words.kinds(hashWord(word)) != 0 {
		n := copy(out, word)
		for i := range n {
			out[i] = lower(out[i])
		}
		return n
	}
	out[0] = 'w'
	return 1
}

// index gives the place of a word in a text of words, counted from 0, or -1.
//
//go:noinline
func index(text, word string) int {
	n := 0
	for i := 0; i <= len(text)-len(word); {
		end := i
		for end < len(text) && text[end] != ' ' {
			end++
		}
		if text[i:end] == word {
			return n
		}
		n++
		i = end + 1
	}
	return -1
}

// nth gives the n-th of a text's words, counted from 0.
//
//go:noinline
func nth(text string, n int) string {
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && text[end] != ' ' {
			end++
		}
		if n == 0 {
			return text[i:end]
		}
		n--
		i = end + 1
	}
	return "unknown"
}
