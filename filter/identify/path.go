package identify

// Place is where a request goes: the endpoint it names and the object it asks for.
type Place struct {
	Endpoint uint64
	// Literal is the endpoint as it is called by those who take learned values for words; 0: there are none in it.
	Literal  uint64
	Method   string // of the closed set, else "OTHER"
	Host     uint64
	Segments [MaxSegments]uint64 // a word's hash, or 0 for {id}
	Words    [MaxSegments][]byte // what the hashes stand for; they never leave but by request
	N        int
	// Truncated: the path had more segments than are looked at.
	Truncated bool
	// Object is the hash of all ids in path and query together; 0: there is none.
	Object uint64
	// Query is the hash of what the query looks for, and of where in the result it goes on; 0: it says neither.
	Query uint64
	// Number is the last id's place in an order of ids, plus 1; 0: it has none.
	Number uint64
	// Rule is the declared endpoint, or nil.
	Rule *Rule
	// Wanted says what to look for in the request's body and query; nil: nothing.
	Wanted *Wanted
	// OwnerRaw is the path parameter that names the owner, where the rule has one.
	OwnerRaw []byte
	// Clean is the caller's note that nothing is wrong with targets that fold as this one does, where Kept is set.
	Clean bool
	// Kept: the place is remembered.
	Kept bool

	ids   [maxIDs]span // where in the target the ids stand
	nIDs  int          // more than maxIDs: not all of them
	owner span

	sought  [maxSought]span // where the values stand that Query is of
	nSought int
}

// span is a part of a target.
type span struct{ from, to uint8 }

// maxIDs is how many ids a target may have whose place is remembered.
const maxIDs = 6

// maxSought is how many values of a query say what it looks for.
const maxSought = 2

// Router places requests: by the declared endpoints first, else by the shape of each segment.
type Router struct {
	key     *Key
	rules   *ruleNode
	hosts   map[string]uint64
	objects [][]byte
	slugs   slugs
	ids     [512]byte
	sought  [256]byte
	target  []byte  // at hand
	known   *places // nil: none is remembered
	other   Place   // of a request that is not known
	usual   usual
	words   wordNotes
}

// NewRouter compiles rules. hosts are the ones that are part of an endpoint's name, objects the query parameters that
// name a record.
func NewRouter(k *Key, rules []Rule, hosts []string, objects [][]byte) *Router {
	r := &Router{key: k, rules: compileRules(k, rules), hosts: make(map[string]uint64, len(hosts)), objects: objects, known: newPlaces(rules), usual: newUsual()}
	for _, h := range hosts {
		r.hosts[h] = k.Hash(DomainHost, []byte(h))
	}
	return r
}

// Methods that keep their name; RFC 9110 and RFC 5789.
const methods = "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH"

// Method gives the method's name where it is a standard one, else "OTHER". Its letters are never a stranger's.
func Method(m []byte) string {
	for i := 0; i < len(methods); {
		end := i
		for end < len(methods) && methods[end] != ' ' {
			end++
		}
		if string(m) == methods[i:end] {
			return methods[i:end]
		}
		i = end + 1
	}
	return "OTHER"
}

// place fills p for a request.
func (r *Router) place(p *Place, method []byte, host uint64, target []byte) {
	p.Method, p.Host, p.N, p.Truncated, p.Clean, p.Kept = Method(method), host, 0, false, false, false
	p.Object, p.Number, p.Rule, p.OwnerRaw, p.nIDs, p.owner = 0, 0, nil, nil, 0, span{}
	p.Query, p.nSought = 0, 0
	path, query := cut(target, '?')
	r.target = target
	var raw [MaxSegments][]byte
	p.N, p.Truncated = split(path, &raw)
	ids := r.ids[:0]
	rule := r.match(p, &raw)
	r.slugs.begin(host)
	for i := range p.N {
		s := raw[i]
		declared := rule != nil && i < len(rule.segments)
		if declared && !rule.segments[i].parameter || !declared && !shapedLikeID(s) {
			h := r.key.Hash(DomainWord, s)
			if r.slugs.depths == 0 || !r.slugs.take(i, h, s, declared) {
				p.Segments[i], p.Words[i] = h, s
				continue
			}
		} else if r.slugs.depths != 0 {
			r.slugs.pass(0)
		}
		p.Segments[i], p.Words[i] = 0, nil
		ids = r.id(p, ids, s)
		if declared && rule.segments[i].owner {
			p.OwnerRaw, p.owner = s, r.span(s)
		}
	}
	if rule != nil {
		p.Rule = rule
		if rule.rest {
			p.N = min(p.N, len(rule.segments))
		}
	}
	ids, sought := r.query(p, ids, query)
	if len(sought) > 0 {
		p.Query = r.key.Hash(DomainQuery, sought)
	}
	if len(ids) > 0 {
		p.Object = r.key.Hash(DomainObject, ids)
	}
	p.Wanted = r.wanted(p, query)
	p.Endpoint = r.key.Endpoint(p.Method, p.Host, p.Segments[:p.N])
	p.Literal = 0
	if r.slugs.taken != 0 && rule == nil { // what ** stands for has no part in an endpoint
		p.Literal = r.literal(p)
	}
}

// host gives the hash of a host that the policy names, else 0.
func (r *Router) host(h []byte) uint64 {
	if len(r.hosts) == 0 || len(h) > 255 {
		return 0
	}
	var folded [255]byte
	n := 0
	for _, c := range h {
		if c == ':' && h[0] != '[' {
			break
		}
		folded[n] = lower(c)
		n++
	}
	return r.hosts[string(folded[:n])]
}

// split cuts a path into its segments; empty ones are left out.
func split(path []byte, segments *[MaxSegments][]byte) (n int, truncated bool) {
	from := 0
	for i := 0; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		if i > from {
			if n == MaxSegments {
				return n, true
			}
			segments[n] = path[from:i]
			n++
		}
		from = i + 1
	}
	return n, false
}

// appendID adds an id with its length, so that neighbouring ids cannot run into each other. Ids beyond the room for
// them are not told apart.
func appendID(ids, id []byte) []byte {
	id = id[:max(0, min(len(id), cap(ids)-len(ids)-1, 255))]
	if len(id) == 0 {
		return ids
	}
	return append(append(ids, byte(len(id))), id...)
}

// query adds the ids that a query names, and gives what it looks for.
func (r *Router) query(p *Place, ids, query []byte) (more, sought []byte) {
	sought = r.sought[:0]
	for n := 0; len(query) > 0 && n < 64; n++ {
		var pair []byte
		pair, query = cut(query, '&')
		name, value := cut(pair, '=')
		switch {
		case len(value) == 0:
		case r.namesObject(name):
			ids = r.id(p, ids, value)
		case p.nSought < maxSought && seeks(name):
			p.sought[p.nSought] = r.span(value)
			p.nSought++
			sought = appendID(sought, value)
		}
	}
	return ids, sought
}

// seeks says whether a query parameter says what is looked for, or where in the result to go on.
func seeks(name []byte) bool {
	switch string(name) {
	case "q", "query", "search", "term", "text", "keyword", "keywords", "prefix", "name", "s",
		"cursor", "page", "offset", "after", "skip", "marker", "next", "page_token", "pageToken", "pagetoken", "next_token", "nextToken", "scroll_id", "continuation":
		return true
	}
	return false
}

// id notes an id of the target at hand.
func (r *Router) id(p *Place, ids, id []byte) []byte {
	if p.nIDs < maxIDs {
		p.ids[p.nIDs] = r.span(id)
	}
	p.nIDs++
	p.Number = ordinal(id)
	return appendID(ids, id)
}

// span says where a part of the target at hand stands; of no use where the target is longer than maxFolded.
func (r *Router) span(part []byte) span {
	from := cap(r.target) - cap(part) // they end in the same array
	return span{uint8(from), uint8(from + len(part))}
}

// namesObject says whether a query parameter names a record: id, *_id, *-id, *Id, or one that the policy names.
func (r *Router) namesObject(name []byte) bool {
	if namesID(name) {
		return true
	}
	for _, o := range r.objects {
		if string(o) == string(name) {
			return true
		}
	}
	return false
}

func namesID(name []byte) bool {
	n := len(name)
	switch {
	case n < 2 || name[n-1] != 'd':
		return false
	case name[n-2] == 'I':
		return n > 2
	}
	return name[n-2] == 'i' && (n == 2 || name[n-3] == '_' || name[n-3] == '-')
}

// shape counts what a segment is made of.
type shape struct{ digits, uppers, lowers, hexes, dashes, others int }

// The kinds of bytes; those of hexadecimal digits have the bit hexadecimal.
const (
	other byte = iota
	digit
	upper
	lowerCase
	dash
	hexadecimal = 8
)

// kindOf is a table because branches are what costs in a compiled filter.
var kindOf = func() (t [256]byte) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9':
			t[c] = digit | hexadecimal
		case c >= 'a' && c <= 'f':
			t[c] = lowerCase | hexadecimal
		case c >= 'A' && c <= 'F':
			t[c] = upper | hexadecimal
		case c >= 'g' && c <= 'z':
			t[c] = lowerCase
		case c >= 'G' && c <= 'Z':
			t[c] = upper
		case c == '-' || c == '_' || c == '.':
			t[c] = dash
		}
	}
	return t
}()

func shapeOf(s []byte) shape {
	var counts [2 * hexadecimal]int
	for _, c := range s {
		counts[kindOf[c]%(2*hexadecimal)]++
	}
	hexes := counts[digit|hexadecimal] + counts[upper|hexadecimal] + counts[lowerCase|hexadecimal]
	return shape{
		digits: counts[digit|hexadecimal], hexes: hexes, dashes: counts[dash], others: counts[other],
		uppers: counts[upper] + counts[upper|hexadecimal], lowers: counts[lowerCase] + counts[lowerCase|hexadecimal],
	}
}

// shapedLikeID says whether a segment is a value rather than a word of the API: a number, a UUID, hex, something like
// base64, long, or with bytes that no API's author would choose. A version such as v1 or v2.1 is a word.
func shapedLikeID(s []byte) bool {
	h := shapeOf(s)
	letters := h.uppers + h.lowers
	switch {
	case h.others > 0, len(s) > 40:
		return true
	case letters == 0:
		return h.digits > 0
	case h.digits == 0:
		return false
	case h.hexes+h.dashes == len(s) && len(s) >= 8:
		return true
	case h.digits >= 4:
		return true
	case h.uppers > 0 && h.lowers > 0 && len(s) >= 10:
		return true
	default:
		return h.digits >= 2 && len(s) >= 10
	}
}

// Tellable says whether a word may leave the node at all, once the control plane asks: it looks like what an API's
// author writes, not like data. At most 40 letters, hyphens, underscores and dots, and at most two digits.
func Tellable(word []byte) bool {
	h := shapeOf(word)
	return len(word) > 0 && len(word) <= 40 && h.others == 0 && h.digits <= 2 && h.lowers+h.uppers > 0
}
