package geo

import (
	"encoding/binary"
	"maps"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/controlplane/detect"
)

// database makes a file of MaxMind's format 2.0 (https://maxmind.github.io/MaxMind-DB/) that knows one IPv4 network.
func database(network netip.Prefix, data map[string]any) []byte {
	bits := network.Bits()
	address := binary.BigEndian.Uint32(network.Addr().AsSlice())
	var b []byte
	for i := range bits { // a chain of nodes: one way leads on, the other to nothing
		next := uint32(i + 1)
		if i == bits-1 {
			next = uint32(bits) + 16 // the data's first byte
		}
		pair := [2]uint32{uint32(bits), uint32(bits)}
		pair[address>>(31-i)&1] = next
		for _, r := range pair {
			b = append(b, byte(r>>16), byte(r>>8), byte(r))
		}
	}
	b = append(b, make([]byte, 16)...)
	b = encode(b, data)
	b = append(b, "\xab\xcd\xefMaxMind.com"...)
	return encode(b, map[string]any{
		"binary_format_major_version": uint16(2), "binary_format_minor_version": uint16(0), "build_epoch": uint64(1_700_000_000),
		"database_type": "Test", "ip_version": uint16(4), "node_count": uint32(bits), "record_size": uint16(24),
		"languages": []any{}, "description": map[string]any{},
	})
}

func encode(b []byte, v any) []byte {
	number := func(kind byte, size int, n uint64) []byte {
		full := binary.BigEndian.AppendUint64(nil, n)
		if kind > 7 {
			return append(append(b, byte(size), kind-7), full[8-size:]...)
		}
		return append(append(b, kind<<5|byte(size)), full[8-size:]...)
	}
	switch v := v.(type) {
	case string:
		return append(append(b, 2<<5|byte(len(v))), v...)
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 3<<5|8), math.Float64bits(v))
	case uint16:
		return number(5, 2, uint64(v))
	case uint32:
		return number(6, 4, uint64(v))
	case uint64:
		return number(9, 8, v)
	case []any:
		return append(b, 0, 4)
	case map[string]any:
		b = append(b, 7<<5|byte(len(v)))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b = encode(encode(b, k), v[k])
		}
	}
	return b
}

func write(t *testing.T, network string, data map[string]any) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "test.mmdb")
	if err := os.WriteFile(name, database(netip.MustParsePrefix(network), data), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSeveralDatabasesTellTogether(t *testing.T) {
	city := write(t, "192.0.2.0/24", map[string]any{
		"country":  map[string]any{"iso_code": "NZ"},
		"location": map[string]any{"latitude": -36.8, "longitude": 174.7},
	})
	systems := write(t, "192.0.2.0/28", map[string]any{"autonomous_system_number": uint32(64500)})
	db, err := Open(city, systems)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	got := map[string]detect.Place{}
	for _, a := range []string{"192.0.2.1", "::ffff:192.0.2.1", "192.0.2.99", "198.51.100.1", "2001:db8::1"} {
		got[a] = db.Place(netip.MustParseAddr(a))
	}
	whole := detect.Place{Country: "NZ", ASN: 64500, Latitude: -36.8, Longitude: 174.7, Located: true}
	part := whole
	part.ASN = 0
	want := map[string]detect.Place{"192.0.2.1": whole, "::ffff:192.0.2.1": whole, "192.0.2.99": part, "198.51.100.1": {}, "2001:db8::1": {}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestEveryFileThatCannotBeReadIsTold(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.mmdb")
	if err := os.WriteFile(broken, []byte("this is none"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(broken, "missing.mmdb", write(t, "192.0.2.0/24", map[string]any{}))
	if err == nil || !strings.Contains(err.Error(), "broken.mmdb") || !strings.Contains(err.Error(), "missing.mmdb") {
		t.Errorf("got %v", err)
	}
}
