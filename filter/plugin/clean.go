package plugin

// clean remembers headers in which nothing was found, by their whole text: most come again and again, and to compare one
// takes a small part of the time that looking at it takes. Credentials are not kept here.
type clean [128]cleanHeader

type cleanHeader struct {
	name, value uint16 // lengths
	text        [240]byte
}

// has says whether nothing was found in this header before.
func (c *clean) has(name, value []byte) bool {
	h := c.slot(name, value)
	return h != nil && int(h.name) == len(name) && int(h.value) == len(value) &&
		string(h.text[:len(name)]) == string(name) && string(h.text[len(name):len(name)+len(value)]) == string(value)
}

// add remembers a header in the place of another.
func (c *clean) add(name, value []byte) {
	if h := c.slot(name, value); h != nil {
		h.name, h.value = uint16(len(name)), uint16(len(value))
		copy(h.text[copy(h.text[:], name):], value)
	}
}

// slot gives the one place where a header may be, or nil for one that is too long.
func (c *clean) slot(name, value []byte) *cleanHeader {
	n := len(value)
	if len(name) == 0 || n == 0 || len(name)+n > len(c[0].text) {
		return nil
	}
	h := uint(len(name)) + 3*uint(name[0]) + 7*uint(n) + 31*uint(value[0]) + 57*uint(value[n/2]) + 101*uint(value[n-1])
	return &c[h%uint(len(c))]
}

// stateful says whether a header means something together with others, or is a secret: it is looked at each time.
func stateful(name []byte) bool {
	switch string(name) {
	case "cookie", "proxy-authorization", "content-length", "transfer-encoding", "content-type":
		return true
	}
	return false
}
