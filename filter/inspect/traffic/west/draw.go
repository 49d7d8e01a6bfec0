package west

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// drawOf gives what fills a slot of that name, or nil.
func drawOf(name string) func(*maker) string {
	switch name {
	case "n":
		return func(m *maker) string { return strconv.Itoa(1 + m.IntN(99)) }
	case "num":
		return func(m *maker) string { return strconv.Itoa(100 + m.IntN(99900)) }
	case "big":
		return func(m *maker) string { return strconv.FormatInt(1e9+m.Int64N(9e14), 10) }
	case "money":
		return func(m *maker) string { return fmt.Sprintf("%d.%02d", m.IntN(5000), m.IntN(100)) }
	case "float":
		return func(m *maker) string { return strconv.FormatFloat(m.Float64()*180-90, 'f', 5, 64) }
	case "hex", "sha":
		return func(m *maker) string { return hex.EncodeToString(m.bytes(map[string]int{"hex": 8, "sha": 20}[name])) }
	case "uuid":
		return (*maker).uuid
	case "date", "time", "unix", "millis", "day":
		return func(m *maker) string { return m.when(name) }
	case "ip":
		return func(m *maker) string {
			return fmt.Sprintf("%d.%d.%d.%d", 11+m.IntN(90), m.IntN(256), m.IntN(256), 1+m.IntN(254))
		}
	case "mac":
		return func(m *maker) string {
			b := m.bytes(6)
			return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5])
		}
	case "b64", "b64long", "b64u":
		return func(m *maker) string { return m.base64(name) }
	case "jwt":
		return (*maker).jwt
	case "version":
		return func(m *maker) string { return fmt.Sprintf("%d.%d.%d", m.IntN(12), m.IntN(30), m.IntN(20)) }
	case "bool":
		return func(m *maker) string { return strconv.FormatBool(m.IntN(2) == 0) }
	case "letter":
		return func(m *maker) string { return string(rune('a' + m.IntN(26))) }
	case "rand":
		return func(m *maker) string { return m.letters(4 + m.IntN(6)) }
	case "crlf":
		return literal("\r\n")
	case "lf":
		return literal("\n")
	case "cr":
		return literal("\r")
	case "tab":
		return literal("\t")
	case "nul":
		return literal("\x00")
	case "nbsp":
		return literal("\u00a0")
	case "vt":
		return literal("\v")
	}
	return nil
}

func literal(s string) func(*maker) string { return func(*maker) string { return s } }

func (m *maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.IntN(256))
	}
	return b
}

func (m *maker) letters(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + m.IntN(26))
	}
	return string(b)
}

func (m *maker) uuid() string {
	b := m.bytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (m *maker) when(form string) string {
	t := time.Unix(1_700_000_000+m.Int64N(90_000_000), m.Int64N(1e9)).UTC()
	switch form {
	case "date":
		return t.Format(time.DateOnly)
	case "day":
		return t.Format("02.01.2006")
	case "unix":
		return strconv.FormatInt(t.Unix(), 10)
	case "millis":
		return strconv.FormatInt(t.UnixMilli(), 10)
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

func (m *maker) base64(form string) string {
	switch form {
	case "b64":
		return base64.StdEncoding.EncodeToString(m.bytes(12 + m.IntN(24)))
	case "b64u":
		return base64.RawURLEncoding.EncodeToString(m.bytes(16 + m.IntN(16)))
	}
	magic := pick(m, []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "%PDF-1.7\n", "PK\x03\x04"})
	return base64.StdEncoding.EncodeToString(append([]byte(magic), m.bytes(200+m.IntN(600))...))
}

func (m *maker) jwt() string {
	raw := base64.RawURLEncoding
	head := fmt.Sprintf(`{"alg":"RS256","typ":"JWT","kid":"%s"}`, hex.EncodeToString(m.bytes(6)))
	claims := fmt.Sprintf(`{"sub":"%s","iss":"https://login.example.com/","aud":"api","exp":%s}`, m.uuid(), m.when("unix"))
	return strings.Join([]string{raw.EncodeToString([]byte(head)), raw.EncodeToString([]byte(claims)), raw.EncodeToString(m.bytes(64))}, ".")
}
