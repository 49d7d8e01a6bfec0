package inspect

// LeakKind is a kind of thing that a response should not tell; findings of all kinds are of the class Leak. Its names are a
// closed set.
type LeakKind uint8

// The leaks.
const (
	LeakDatabase LeakKind = iota + 1
	LeakError
	LeakStackTrace
	LeakListing
	LeakOutput // what a command or a file held that a request brought in
	leaks      = iota
)

const leakNames = "none dberror error stacktrace listing output"

// Leaks is how many kinds there are; they are numbered from 1.
const Leaks = leaks

// String gives the leak's name in reports and policies.
func (l LeakKind) String() string { return nth(leakNames, int(l)) }

// LeakFinding says what a response gave away.
type LeakFinding struct {
	Leak LeakKind
	// Rule names the product whose words they are.
	Rule string
	// Confidence is from 0 to 1; DefaultThreshold is where an ordinary policy acts.
	Confidence float32
	// Evidence is the marker itself, and of what follows only the shape: words are w, digits 0.
	Evidence string
}

// Bounds of one response's inspection.
const (
	maxResponse = 64 << 10 // bytes that are looked at
	maxLeaks    = 8
	// lookahead is more than any marker can take; lookbehind is what one may want to know of what stands before.
	lookahead  = 320
	lookbehind = 8
	maxGap     = 96
	// workAllowance and workShare bound how many bytes gaps may pass: so many, and so much of the body's length.
	workAllowance = 8192
	workShare     = 4
	maxSpaces     = 24
	maxShape      = 24
	nearby        = 512 // how far an honest mark reaches
)

// Response looks at one response at a time, at most at the first 64 KiB of its body. It holds about 3 KiB.
type Response struct {
	markers    *Markers
	status     int
	wanted     bool
	buf        [2048]byte
	n          int    // bytes in buf
	base       int    // how many came before them
	at         int    // from here on buf was not looked at
	gram       uint32 // the four bytes before at
	work       int    // steps of matching that are left
	honest     int    // where the last honest mark ends, in the body
	structured bool   // JSON or XML: data rather than a page
	telling    bool   // a structured document begins as one that tells of an error
	hits       [maxLeaks]hit
	found      [maxLeaks]LeakFinding
	count      int
}

// hit is a marker that was found, before all is known that its confidence depends on.
type hit struct {
	marker *marker
	at     int // in the body
	about  bool
	shape  string
}

// NewResponse makes one; Reset comes first, always.
func NewResponse(m *Markers) *Response { return &Response{markers: m} }

// Reset starts a response. interested: its body is worth feeding.
func (r *Response) Reset(status int, contentType []byte) (interested bool) {
	clear(r.hits[:r.count])
	clear(r.found[:r.count])
	r.status = status
	r.readable(contentType)
	r.n, r.base, r.at, r.gram, r.count = 0, 0, 0, 0, 0
	r.work, r.honest, r.telling = workAllowance, -nearby, false
	r.wanted = r.wanted && status >= 200 && status != 204 && status != 304
	return r.wanted
}

// readable says of what kind a response is. Scripts and styles hold the words of every library.
func (r *Response) readable(contentType []byte) {
	var low [64]byte
	n := copy(low[:], contentType)
	for i := range n {
		low[i] = lower(low[i])
	}
	t := low[:n]
	page := n == 0 || contains(t, "html") || hasPrefix(t, "text/")
	r.structured = contains(t, "json") || contains(t, "xml") && !contains(t, "html")
	r.wanted = (page || r.structured) && !contains(t, "javascript") && !contains(t, "css") && !hasPrefix(t, "image/")
}

// Feed takes the next piece of the body, which is not kept. done: nothing more is wanted.
func (r *Response) Feed(p []byte) (done bool) {
	if !r.wanted {
		return true
	}
	for len(p) > 0 && r.base+r.n < maxResponse && r.count < maxLeaks {
		k := copy(r.buf[r.n:], p[:min(len(p), maxResponse-r.base-r.n)])
		r.n += k
		p = p[k:]
		if r.n == len(r.buf) {
			r.work += len(r.buf) / workShare
			r.scan(r.n - lookahead)
			r.slide()
		}
	}
	return r.base+r.n >= maxResponse || r.count == maxLeaks
}

// Leaks gives what was found since Reset; it may be asked at any time, and is valid until the next call.
func (r *Response) Leaks() []LeakFinding {
	if !r.wanted {
		return nil
	}
	r.scan(r.n - lookahead)
	at, gram, honest, work := r.at, r.gram, r.honest, r.work
	r.scan(r.n)
	r.at, r.gram, r.honest, r.work = at, gram, honest, work // what comes next may complete a marker
	if r.count > 0 && r.base == 0 {
		r.telling = telling(r.buf[:r.n])
	}
	for i := range r.count {
		h := &r.hits[i]
		r.found[i] = LeakFinding{Leak: h.marker.leak, Rule: h.marker.rule, Confidence: r.confidence(h), Evidence: h.shape}
	}
	return r.found[:r.count]
}

// slide drops what was looked at, and keeps a little before it.
func (r *Response) slide() {
	if r.base == 0 {
		r.telling = telling(r.buf[:r.n])
	}
	drop := max(r.at-lookbehind, 0)
	r.n = copy(r.buf[:], r.buf[drop:r.n])
	r.at -= drop
	r.base += drop
}

// scan looks for the first four bytes of any marker, up to limit.
func (r *Response) scan(limit int) {
	m, g := r.markers, r.gram
	for i := r.at; i < limit; i++ {
		g = g<<8 | uint32(r.buf[i])
		h := gramHash(g)
		if m.seen[h>>3]>>(h&7)&1 == 1 && i >= 3 {
			r.candidates(h, i-3)
		}
	}
	r.at, r.gram = max(r.at, limit), g
}

// candidates compares the markers that begin with what stands at start.
func (r *Response) candidates(h uint32, start int) {
	for k := r.markers.slots[h%gramSlots]; k != 0; {
		mk := &r.markers.markers[k-1]
		k = mk.next
		if end := r.match(mk.text, start); end > 0 && r.begins(mk.text[0], start) {
			if mk.leak == 0 {
				r.honest = r.base + end
				continue
			}
			r.hit(mk, start, end)
		}
	}
}

// begins: a marker's first letter does not stand within a word; \n before it in JSON is no word.
func (r *Response) begins(first byte, start int) bool {
	if start == 0 || !isAlpha(first) || !isWord(r.buf[start-1]) || r.buf[start-1] >= 0x80 {
		return true
	}
	return start > 1 && r.buf[start-2] == '\\'
}

// hit notes a marker; of the same leak and rule the surest stays.
func (r *Response) hit(mk *marker, start, end int) {
	i := 0
	for i < r.count && (r.hits[i].marker.leak != mk.leak || r.hits[i].marker.rule != mk.rule) {
		i++
	}
	about := start > 0 && r.buf[start-1] == '`' || r.base+start-r.honest < nearby
	if i == maxLeaks || i < r.count && !r.hits[i].weaker(mk, about) {
		return
	}
	r.count = max(r.count, i+1)
	r.hits[i] = hit{marker: mk, at: r.base + start, about: about, shape: shape(mk.text, r.buf[end:r.n])}
}

// weaker: another hit of the same leak and rule says more.
func (h *hit) weaker(mk *marker, about bool) bool {
	return h.about && !about || h.about == about && h.marker.confidence < mk.confidence
}

// match compares a marker with what stands at i, and gives where it ends, or 0.
func (r *Response) match(text string, i int) int {
	b := r.buf[:r.n]
	for j := 0; j < len(text) && i >= 0; j++ {
		switch text[j] {
		case '\'':
			i = skipQuote(b, i)
		case '#':
			i = skipDigits(b, i, 1)
		case '%':
			i = skipDigits(b, i, 20)
		case ' ':
			i = skipSpaces(b, i)
		case '@', '~':
			i = r.gap(b, i, text[j], text[j+1:])
		default:
			if i < len(b) && b[i] == text[j] {
				i++
				continue
			}
			i = skipByte(b, i, text[j])
		}
	}
	return max(i, 0)
}

// gap passes what a name or a gap may hold, up to the first place where the rest's next literal stands. There is no second
// try. Where the response's share of such work is used up, no gap is passed.
func (r *Response) gap(b []byte, i int, kind byte, rest string) int {
	if rest == "" || r.work <= 0 {
		return -1
	}
	end := min(len(b), i+maxGap, i+r.work)
	from := i
	for ; i < end; i++ {
		if mayStart(rest[0], b[i]) && stands(b, i, rest) {
			r.work -= i - from
			return i
		}
		if kind == '@' && !nameByte(b[i]) || b[i] == '\n' {
			break
		}
	}
	r.work -= i - from + 1
	return -1
}

// mayStart: c may be the first byte of what a marker's byte k stands for.
func mayStart(k, c byte) bool {
	switch k {
	case '\'':
		return c == '\'' || c == '"' || c == '`' || c == '&' || c == '\\' || c == 0xe2
	case ' ', '%', '#', '@', '~':
		return true
	}
	return c == k || c == '\\'
}

// shape is a marker in words, and the shape of what follows it.
func shape(text string, after []byte) string {
	var out [96 + maxShape]byte
	n := 0
	for i := 0; i < len(text) && n < 96; i++ {
		switch c := text[i]; c {
		case '#', '%':
			n += copy(out[n:96], "0")
		case '@':
			n += copy(out[n:96], "w")
		case '~':
			n += copy(out[n:96], "..")
		default:
			out[n] = c
			n++
		}
	}
	return string(out[:n+shapeOf(out[n:n+maxShape], after[:min(len(after), 2*maxShape)])])
}

// shapeOf masks every word, known or not: whose they are nobody can tell.
func shapeOf(out, b []byte) int {
	n := 0
	for i := 0; i < len(b) && n < len(out); i++ {
		c := b[i]
		switch {
		case isDigit(c):
			c = '0'
		case isWord(c):
			c = 'w'
		case c <= ' ' || c >= 0x7f:
			c = ' '
		}
		if n > 0 && out[n-1] == c && (c == '0' || c == 'w' || c == ' ') {
			continue
		}
		out[n] = c
		n++
	}
	return n
}

// telling: a document, of which b is the start, has a key there that is about an error, and a value that is one.
func telling(b []byte) bool {
	var low [160]byte
	b = low[:copy(low[:], b)]
	for i, c := range b {
		b[i] = lower(c)
	}
	if len(b) == 0 || b[0] == '[' {
		return false
	}
	for _, s := range [...]string{`"error`, `"exception`, `"fault`, `"trace`, `"stack`} {
		if i := indexOf(b, s); i >= 0 && valued(b[i+len(s):]) {
			return true
		}
	}
	for _, s := range [...]string{`"success":false`, `"ok":false`, `"status":5`, `"status":"error`, `"statuscode":5`, `"code":5`, "fault>", "<error", "<exception"} {
		if contains(b, s) {
			return true
		}
	}
	return false
}

// valued: behind the rest of a key stands more than null, false, 0 or nothing.
func valued(b []byte) bool {
	i := indexOf(b, ":")
	if i < 0 {
		return false
	}
	for i++; i < len(b) && b[i] <= ' '; i++ {
	}
	if b = b[i:]; len(b) < 2 {
		return false
	}
	return b[0] != 'n' && b[0] != 'f' && b[0] != '0' && b[1] != ']' && b[1] != '}' && (b[0] != '"' || b[1] != '"')
}

// confidence weighs a hit by where it stands: an error page is an error's; a document may quote one.
func (r *Response) confidence(h *hit) float32 {
	c := float32(h.marker.confidence) / 100
	switch {
	case r.status >= 500:
		return c
	case r.status >= 400:
		c *= 0.95
	default:
		c *= r.placed(h)
	}
	if h.about && !r.markup(h) {
		c *= 0.5
	}
	if h.marker.leak == LeakDatabase && r.engines() > 2 {
		c *= 0.5
	}
	return c
}

// placed is what a hit is worth by where it stands in a successful response.
func (r *Response) placed(h *hit) float32 {
	switch {
	case r.markup(h):
		return 1
	case h.marker.leak == LeakListing || h.marker.leak == LeakOutput:
		return pick(r.structured, 0.6, 0.9)
	case r.structured && !r.telling:
		return 0.5
	case r.structured:
		return pick(h.at < 2048, 0.85, 0.6)
	case h.at < 1024:
		return 0.9
	}
	return pick(h.at < 8192, 0.7, 0.5)
}

// markup: the marker itself is some, which would be escaped where somebody quotes it.
func (r *Response) markup(h *hit) bool { return h.marker.text[0] == '<' && !r.structured }

// engines is of how many databases there is something: a page that knows several teaches.
func (r *Response) engines() int {
	n := 0
	for i := range r.count {
		if r.hits[i].marker.engine {
			n++
		}
	}
	return n
}
