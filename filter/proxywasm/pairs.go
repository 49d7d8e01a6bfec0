package proxywasm

import "encoding/binary"

// AppendPairs serializes headers for the host: key, value, key, value, ...
func AppendPairs(b []byte, headers ...string) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(headers)/2))
	for _, s := range headers {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
	}
	for _, s := range headers {
		b = append(append(b, s...), 0)
	}
	return b
}

// unpair is AppendPairs backwards, for native tests; what is malformed ends the list.
func unpair(b []byte) (headers [][2]string) {
	if len(b) < 4 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32(b))
	at := 4 + 8*n
	for i := range n {
		kn := int(binary.LittleEndian.Uint32(b[4+8*i:]))
		vn := int(binary.LittleEndian.Uint32(b[8+8*i:]))
		if at+kn+vn+2 > len(b) {
			break
		}
		headers = append(headers, [2]string{string(b[at : at+kn]), string(b[at+kn+1 : at+kn+1+vn])})
		at += kn + vn + 2
	}
	return headers
}
