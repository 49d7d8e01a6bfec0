package policy

import (
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// decoder reads YAML into structs by their yaml tags, over what they hold, and notes where each value stands, so that
// later checks can say where.
type decoder struct {
	file     string
	at       map[string]*yaml.Node // by path: "endpoints[0].match"
	mistakes []*Mistake
}

func (d *decoder) into(path string, n *yaml.Node, v any) { d.value(path, n, reflect.ValueOf(v).Elem()) }

func (d *decoder) value(path string, n *yaml.Node, v reflect.Value) {
	d.at[path] = n
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.mistake(n, "anchors and aliases are not read: write the value out")
	case n.ShortTag() == "!!null": // a key with nothing after it means its default
	case isScalar(v.Type()):
		d.scalar(n, v)
	case v.Kind() == reflect.Struct:
		d.structure(path, n, v)
	case v.Kind() == reflect.Map:
		d.dictionary(path, n, v)
	case v.Kind() == reflect.Slice:
		d.list(path, n, v)
	}
}

func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		return t == reflect.TypeFor[netip.Prefix]() || t == reflect.TypeFor[time.Time]()
	case reflect.Map, reflect.Slice:
		return false
	default:
		return true
	}
}

func (d *decoder) structure(path string, n *yaml.Node, v reflect.Value) {
	known := map[string]reflect.Value{}
	var names []string
	for i := range v.NumField() {
		if name := v.Type().Field(i).Tag.Get("yaml"); name != "-" {
			known[name] = v.Field(i)
			names = append(names, name)
		}
	}
	d.eachKey(n, func(key, value *yaml.Node) {
		field, ok := known[key.Value]
		if !ok {
			d.mistake(key, "%s", unknownKey(path, key.Value, names))
			return
		}
		d.value(join(path, key.Value), value, field)
	})
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// eachKey goes through a mapping's keys; it notes when there is none, and keys that stand twice.
func (d *decoder) eachKey(n *yaml.Node, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.mistake(n, "keys are expected here, as in name: value")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch first, twice := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			d.mistake(key, "a key is a plain word")
		case twice:
			d.mistake(key, "%s stands twice, first in line %d: remove one", quote(key.Value), first)
		default:
			seen[key.Value] = key.Line
			each(key, value)
		}
	}
}

func unknownKey(path, key string, names []string) string {
	if strings.HasPrefix(path, "allow[") && key == "key" {
		return "an API key does not belong in a file: allow its subject or address, or use picket allow --key, which reads it from standard input and keeps its hash only"
	}
	if near := nearest(key, names); near != "" {
		return fmt.Sprintf("unknown key %s: did you mean %s?", quote(key), near)
	}
	return fmt.Sprintf("unknown key %s: known here are %s", quote(key), strings.Join(names, ", "))
}

// nearest gives the name that is at most two letters from key, or "".
func nearest(key string, names []string) string {
	best, least := "", 3
	for _, n := range names {
		if d := distance(key, n); d < least && d < len(n) {
			best, least = n, d
		}
	}
	return best
}

// distance is Levenshtein's, of the first 64 bytes.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func (d *decoder) dictionary(path string, n *yaml.Node, v reflect.Value) {
	m := reflect.MakeMap(v.Type())
	for _, k := range v.MapKeys() {
		m.SetMapIndex(k, v.MapIndex(k))
	}
	d.eachKey(n, func(key, value *yaml.Node) {
		k := reflect.ValueOf(key.Value)
		entry := reflect.New(v.Type().Elem()).Elem()
		if old := m.MapIndex(k); old.IsValid() {
			entry.Set(old)
		}
		d.value(join(path, key.Value), value, entry)
		d.at[join(path, key.Value)] = key
		m.SetMapIndex(k, entry)
	})
	v.Set(m)
}

func (d *decoder) list(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.mistake(n, "a list is expected here, as in [a, b]")
		return
	}
	s := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		d.value(fmt.Sprintf("%s[%d]", path, i), c, s.Index(i))
	}
	v.Set(s)
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.mistake(n, "%s is expected here", kindName(v.Type()))
		return
	}
	read := reflect.New(v.Type()).Elem()
	if !setScalar(read, n.Value) {
		d.mistake(n, "%s is not %s", quote(n.Value), kindName(v.Type()))
		return
	}
	v.Set(read)
}

// setScalar reports whether text is of v's type.
func setScalar(v reflect.Value, text string) bool {
	var err error
	switch p := v.Addr().Interface().(type) {
	case *time.Duration:
		*p, err = time.ParseDuration(text)
	case *time.Time:
		*p, err = time.Parse(time.DateOnly, text)
	case *netip.Prefix:
		*p, err = ParseNetwork(text)
	case *bool:
		*p = text == "true"
		return text == "true" || text == "false"
	case *int:
		*p, err = strconv.Atoi(text)
	case *uint32:
		var n uint64
		n, err = strconv.ParseUint(text, 10, 32)
		*p = uint32(n)
	case *float64:
		*p, err = strconv.ParseFloat(text, 64)
	default:
		v.SetString(text)
	}
	return err == nil
}

// kindName names a type as people say it.
func kindName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return "a duration such as 60s or 15m"
	case reflect.TypeFor[time.Time]():
		return "a date such as 2027-01-31"
	case reflect.TypeFor[netip.Prefix]():
		return "an address or a network such as 10.0.0.0/8"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Uint32, reflect.Float64:
		return "a number"
	default:
		return "a text"
	}
}

// quote shows what somebody wrote, short enough for one line.
func quote(s string) string {
	if len(s) > 64 {
		s = s[:64] + "..."
	}
	return strconv.Quote(s)
}

// ParseNetwork reads an address (a network of its own) or a network, which must have no bits set beyond its length.
// IPv4-mapped IPv6 is IPv4. Its errors do not repeat the text.
func ParseNetwork(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("this is no address and no network")
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	if p != p.Masked() {
		return netip.Prefix{}, fmt.Errorf("bits are set beyond the network's length: write %s", p.Masked())
	}
	return p, nil
}
