package identify

import "encoding/binary"

// Pairs is a header map as the host serializes it: a count, the lengths of each key and value, then each key and value
// ended by a NUL. All numbers are 32 bits, little endian. It comes from the host and is checked all the same.
type Pairs []byte

// Each calls f with every key and value until f gives false. The slices point into p.
// It reports whether p was well formed.
func (p Pairs) Each(f func(key, value []byte) bool) bool {
	if len(p) < 4 {
		return len(p) == 0
	}
	n, at := p.begin()
	for i := range n {
		k, v, next, ok := p.pair(i, at)
		if !ok {
			return false
		}
		if !f(k, v) {
			return true
		}
		at = next
	}
	return at <= uint64(len(p))
}

// begin gives the number of pairs, and where the first one is. There are four bytes or more.
func (p Pairs) begin() (n, at uint64) {
	n = uint64(binary.LittleEndian.Uint32(p))
	return n, 4 + 8*n
}

// pair gives the one at i, whose key is at at, and where the next one is; not ok where it is beyond the end.
func (p Pairs) pair(i, at uint64) (key, value []byte, next uint64, ok bool) {
	if at > uint64(len(p)) {
		return nil, nil, 0, false
	}
	kn := uint64(binary.LittleEndian.Uint32(p[4+8*i:]))
	vn := uint64(binary.LittleEndian.Uint32(p[8+8*i:]))
	next = at + kn + 1 + vn + 1
	if next > uint64(len(p)) {
		return nil, nil, 0, false
	}
	return p[at : at+kn], p[at+kn+1 : next-1], next, true
}

// Sources says where in a request its facets stand.
type Sources struct {
	KeyHeaders     [][]byte // lower case
	KeyParameters  [][]byte
	SessionCookies [][]byte
	JWT, Basic     bool
}

// Request is what identify takes from a request's headers. Its slices point into the header map.
type Request struct {
	Method        []byte
	Path          []byte // with the query
	Host          []byte
	ForwardedFor  []byte // the last x-forwarded-for header
	Authorization []byte
	Cookie        []byte
	ContentType   []byte
	Encoding      []byte // content-encoding
	Key           []byte // the first of Sources.KeyHeaders that is there
	ContentLength uint64
	Upgrade       bool // a WebSocket or another upgrade, or CONNECT
	Forged        bool // some header is Reserved
	Expect        bool // the client waits for a sign before it sends the body
}

// Scan reads a request's headers in one pass. It reports whether they were well formed. It calls nothing for a header that
// is none of those it looks for: a call costs more in a compiled filter than all else here.
func (r *Request) Scan(p Pairs, s *Sources) bool {
	*r = Request{}
	if len(p) < 4 {
		return false
	}
	keyAt := len(s.KeyHeaders)
	n, at := p.begin()
	if at > uint64(len(p)) {
		return false
	}
	for i := uint64(0); i < n; i++ {
		kn := uint64(binary.LittleEndian.Uint32(p[4+8*i:]))
		value := at + kn + 1
		next := value + uint64(binary.LittleEndian.Uint32(p[8+8*i:])) + 1
		if next > uint64(len(p)) {
			return false
		}
		if kn > 0 {
			if wanted[p[at]]>>min(kn, 63)&1 == 1 {
				r.header(p[at:at+kn], p[value:next-1])
			}
			for i := 0; i < keyAt; i++ {
				if h := s.KeyHeaders[i]; uint64(len(h)) == kn && h[0] == p[at] && next-1 > value && string(h) == string(p[at:at+kn]) {
					r.Key, keyAt = p[value:next-1], i
				}
			}
		}
		at = next
	}
	return len(r.Method) > 0
}

// wanted says of which first letter and length the headers are that Scan looks at: bit n of a letter's word for n bytes.
var wanted = func() (t [256]uint64) {
	for _, name := range []string{":method", ":path", ":authority", "cookie", "upgrade", "content-type", "authorization", "content-length", "x-forwarded-for", "content-encoding", "expect"} {
		t[name[0]] |= 1 << len(name)
	}
	for n := len(reserved) + 1; n < 64; n++ {
		t[reserved[0]] |= 1 << n
	}
	return t
}()

// reserved begins the names of headers that only Picket may set.
const reserved = "x-picket-"

// Reserved says whether only Picket may set a header of this name: x-picket-*.
func Reserved(name []byte) bool {
	return len(name) > len(reserved) && name[0] == 'x' && string(name[:len(reserved)]) == reserved
}

func (r *Request) header(k, v []byte) {
	switch string(k) {
	case ":method":
		r.Method = v
		r.Upgrade = r.Upgrade || string(v) == "CONNECT"
	case ":path":
		r.Path = v
	case ":authority":
		r.Host = v
	case "cookie":
		if r.Cookie == nil {
			r.Cookie = v
		}
	case "upgrade":
		r.Upgrade = true
	case "content-type":
		r.ContentType = v
	case "authorization":
		r.Authorization = v
	case "content-length":
		r.ContentLength, _ = Number(v)
	case "x-forwarded-for":
		r.ForwardedFor = v
	case "content-encoding":
		r.Encoding = v
	case "expect":
		r.Expect = true
	default:
		r.Forged = r.Forged || Reserved(k)
	}
}

// GRPC says whether the request is a gRPC call, which wants its refusal as a gRPC status.
func (r *Request) GRPC() bool {
	const prefix = "application/grpc"
	if len(r.ContentType) < len(prefix) || string(r.ContentType[:len(prefix)]) != prefix {
		return false
	}
	return len(r.ContentType) == len(prefix) || r.ContentType[len(prefix)] == '+' || r.ContentType[len(prefix)] == ';'
}

// Response is what identify takes from a response's headers; 0 and nil where there is none.
type Response struct {
	Status, Length        uint64
	ContentType, Encoding []byte
}

// ScanResponse reads a response's headers.
func ScanResponse(p Pairs) (r Response) {
	if len(p) < 4 {
		return r
	}
	n, at := p.begin()
	for i := range n {
		k, v, next, ok := p.pair(i, at)
		if !ok {
			break
		}
		at = next
		switch {
		case len(k) == 7 && string(k) == ":status":
			r.Status, _ = Number(v)
		case len(k) == 14 && string(k) == "content-length":
			r.Length, _ = Number(v)
		case len(k) == 12 && string(k) == "content-type":
			r.ContentType = v
		case len(k) == 16 && string(k) == "content-encoding":
			r.Encoding = v
		}
	}
	return r
}

// Number reads a decimal number of at most 19 digits and nothing else.
func Number(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}
