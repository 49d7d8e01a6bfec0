package west

import (
	"cmp"
	"slices"
	"strconv"
)

// dress adds the headers that the caller's software sends of itself, where the family has none of its own.
func (m *maker) dress(s *Sample, r *request) {
	m.add(s, "host", m.word("host"))
	m.add(s, "user-agent", m.word("agent"))
	m.add(s, "accept", cmp.Or(pick(m, []string{"", "*/*", "application/json, text/plain, */*"}), "application/json"))
	if m.IntN(2) == 0 {
		m.add(s, "accept-encoding", pick(m, []string{"gzip, deflate, br", "gzip", "identity", "gzip, deflate, br, zstd"}))
	}
	if m.IntN(3) == 0 {
		m.add(s, "accept-language", m.word("language"))
	}
	if m.IntN(3) == 0 {
		m.add(s, "authorization", "Bearer "+m.word("jwt"))
	}
	m.trace(s)
	m.describe(s, r)
}

// trace adds what proxies and tracing libraries add.
func (m *maker) trace(s *Sample) {
	if m.IntN(2) == 0 {
		m.add(s, "x-request-id", m.word("uuid"))
	}
	if m.IntN(4) == 0 {
		m.add(s, "traceparent", "00-"+m.word("hex")+m.word("hex")+"-"+m.word("hex")+"-01")
	}
	if m.IntN(4) == 0 {
		m.add(s, "x-forwarded-for", m.word("ip"))
	}
}

// describe adds what is said of the body.
func (m *maker) describe(s *Sample, r *request) {
	if !r.hasBody {
		return
	}
	if r.kind == placeMultipart {
		m.replace(s, "content-type", "multipart/form-data; boundary="+boundary)
	} else if r.contentType != "" {
		m.add(s, "content-type", r.contentType)
	}
	if !has(s, "transfer-encoding") {
		m.add(s, "content-length", strconv.Itoa(len(s.Body)))
	}
}

func (m *maker) add(s *Sample, name, value string) {
	if !has(s, name) {
		s.Headers = append(s.Headers, [2]string{name, value})
	}
}

func (m *maker) replace(s *Sample, name, value string) {
	s.Headers = slices.DeleteFunc(s.Headers, func(h [2]string) bool { return h[0] == name })
	m.add(s, name, value)
}

func has(s *Sample, name string) bool {
	return slices.ContainsFunc(s.Headers, func(h [2]string) bool { return h[0] == name })
}
