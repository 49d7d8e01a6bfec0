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
	Key           []byte // the first of Sources.KeyHeaders that is there
	ContentLength uint64
	Upgrade       bool // a WebSocket or another upgrade, or CONNECT
	Forged        bool // some header is Reserved
}

// Scan reads a request's headers in one pass. It reports whether they were well formed.
func (r *Request) Scan(p Pairs, s *Sources) bool {
	*r = Request{}
	if len(p) < 4 {
		return false
	}
	keyAt := len(s.KeyHeaders)
	n, at := p.begin()
	for i := range n {
		k, v, next, ok := p.pair(i, at)
		if !ok {
			return false
		}
		at = next
		if len(k) > 0 && k[0] == ':' {
			r.pseudo(k, v)
			continue
		}
		r.header(k, v)
		for i := range keyAt {
			if len(k) == len(s.KeyHeaders[i]) && string(k) == string(s.KeyHeaders[i]) && len(v) > 0 {
				r.Key, keyAt = v, i
				break
			}
		}
	}
	return len(r.Method) > 0
}

func (r *Request) pseudo(k, v []byte) {
	switch string(k) {
	case ":method":
		r.Method = v
		r.Upgrade = r.Upgrade || string(v) == "CONNECT"
	case ":path":
		r.Path = v
	case ":authority":
		r.Host = v
	}
}

// Reserved says whether only Picket may set a header of this name: x-picket-*.
func Reserved(name []byte) bool {
	const prefix = "x-picket-"
	return len(name) > len(prefix) && name[0] == 'x' && string(name[:len(prefix)]) == prefix
}

func (r *Request) header(k, v []byte) {
	if len(k) > 0 && k[0] == 'x' && Reserved(k) {
		r.Forged = true
	}
	switch len(k) {
	case 6:
		if string(k) == "cookie" && r.Cookie == nil {
			r.Cookie = v
		}
	case 7:
		if string(k) == "upgrade" {
			r.Upgrade = true
		}
	case 12:
		if string(k) == "content-type" {
			r.ContentType = v
		}
	case 13:
		if string(k) == "authorization" {
			r.Authorization = v
		}
	case 14:
		if string(k) == "content-length" {
			r.ContentLength, _ = Number(v)
		}
	case 15:
		if string(k) == "x-forwarded-for" {
			r.ForwardedFor = v
		}
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
