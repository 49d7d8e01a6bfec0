package identify

import (
	"bytes"
	"net/netip"
	"unsafe"
)

// Address reads an address as Envoy writes it: 192.0.2.1:443, [2001:db8::1]:443, or without a port.
// IPv4-mapped IPv6 addresses are IPv4; a zone is refused.
func Address(text []byte) (netip.Addr, bool) {
	if a, ok := dotted(text); ok {
		return a, true
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 || len(text) > 64 || bytes.IndexByte(text, '%') >= 0 {
		return netip.Addr{}, false
	}
	switch {
	case text[0] == '[':
		end := bytes.IndexByte(text, ']')
		if end < 0 {
			return netip.Addr{}, false
		}
		text = text[1:end]
	case bytes.Count(text, colon) == 1:
		text = text[:bytes.IndexByte(text, ':')]
	}
	if !looksNumeric(text) {
		return netip.Addr{}, false
	}
	// ParseAddr keeps nothing of the string when there is no zone and no error.
	a, err := netip.ParseAddr(unsafe.String(unsafe.SliceData(text), len(text)))
	if err != nil {
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

// dotted reads the commonest kind, an IPv4 address with nothing around it, without a call. What is no such address is left
// to the library.
func dotted(text []byte) (netip.Addr, bool) {
	var b [4]byte
	part, value, digits := 0, 0, 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9' && digits < 3 && (digits == 0 || value > 0):
			value, digits = 10*value+int(c-'0'), digits+1
		case c == '.' && digits > 0 && value <= 255 && part < 3:
			b[part] = byte(value)
			part, value, digits = part+1, 0, 0
		default:
			return netip.Addr{}, false
		}
	}
	if part != 3 || digits == 0 || value > 255 {
		return netip.Addr{}, false
	}
	b[3] = byte(value)
	return netip.AddrFrom4(b), true
}

var colon = []byte{':'}

// looksNumeric keeps ordinary garbage (unix sockets, obfuscated names) away from ParseAddr, which makes an error of it.
func looksNumeric(text []byte) bool {
	for _, c := range text {
		hex := c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
		if !hex && c != '.' && c != ':' {
			return false
		}
	}
	return len(text) > 1
}

// Forwarded gives the client's address from x-forwarded-for, to which Envoy has appended its peer: the entry before
// the last `hops` ones. It reports false when there are too few, or the entry is no address; source.address tells then.
func Forwarded(header []byte, hops int) (netip.Addr, bool) {
	for ; hops > 0; hops-- {
		i := bytes.LastIndexByte(header, ',')
		if i < 0 {
			return netip.Addr{}, false
		}
		header = header[:i]
	}
	return Address(header[bytes.LastIndexByte(header, ',')+1:])
}

// NetworkOf gives the network that stands for an address where only prefixes may leave: its /24 or /48.
func NetworkOf(a netip.Addr) netip.Prefix {
	bits := 48
	if a.Is4() {
		bits = 24
	}
	p, _ := a.Prefix(bits)
	return p
}
