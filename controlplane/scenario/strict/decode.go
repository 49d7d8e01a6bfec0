package strict

import (
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Into reads n into what v points to. path is how later checks name the value: "" for the root.
func (d *Decoder) Into(path string, n *yaml.Node, v any) { d.value(path, n, reflect.ValueOf(v).Elem()) }

// Reader is a value that reads itself, as one that is written in more than one way does.
type Reader interface {
	ReadYAML(d *Decoder, path string, n *yaml.Node)
}

func (d *Decoder) value(path string, n *yaml.Node, v reflect.Value) {
	d.At[path] = n
	r, reads := v.Addr().Interface().(Reader)
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.Mistake(n, "anchors and aliases are not read: write the value out")
	case n.ShortTag() == "!!null": // a key with nothing after it means its default
	case reads:
		r.ReadYAML(d, path, n)
	case IsScalar(v.Type()):
		d.scalar(n, v)
	case v.Kind() == reflect.Struct:
		d.structure(path, n, v)
	case v.Kind() == reflect.Map:
		d.dictionary(path, n, v)
	case v.Kind() == reflect.Slice:
		d.list(path, n, v)
	}
}

// IsScalar reports whether values of a type are written as one word.
func IsScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		return t == reflect.TypeFor[netip.Prefix]() || t == reflect.TypeFor[time.Time]()
	case reflect.Map, reflect.Slice:
		return false
	default:
		return true
	}
}

func (d *Decoder) structure(path string, n *yaml.Node, v reflect.Value) {
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
			d.Mistake(key, "%s", d.unknownKey(path, key.Value, names))
			return
		}
		d.value(Join(path, key.Value), value, field)
	})
}

// Join goes from a path on to a key.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// eachKey goes through a mapping's keys; it notes when there is none, and keys that stand twice.
func (d *Decoder) eachKey(n *yaml.Node, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.Mistake(n, "keys are expected here, as in name: value")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch first, twice := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			d.Mistake(key, "a key is a plain word")
		case twice:
			d.Mistake(key, "%s stands twice, first in line %d: remove one", Quote(key.Value), first)
		default:
			seen[key.Value] = key.Line
			each(key, value)
		}
	}
}

func (d *Decoder) unknownKey(path, key string, names []string) string {
	if d.Hint != nil {
		if hint := d.Hint(path, key); hint != "" {
			return hint
		}
	}
	if near := Nearest(key, names); near != "" {
		return fmt.Sprintf("unknown key %s: did you mean %s?", Quote(key), near)
	}
	return fmt.Sprintf("unknown key %s: known here are %s", Quote(key), strings.Join(names, ", "))
}

// Nearest gives the name that is at most two letters from key, or "".
func Nearest(key string, names []string) string {
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

func (d *Decoder) dictionary(path string, n *yaml.Node, v reflect.Value) {
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
		d.value(Join(path, key.Value), value, entry)
		d.At[Join(path, key.Value)] = key
		m.SetMapIndex(k, entry)
	})
	v.Set(m)
}

func (d *Decoder) list(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.Mistake(n, "a list is expected here, as in [a, b]")
		return
	}
	s := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		d.value(fmt.Sprintf("%s[%d]", path, i), c, s.Index(i))
	}
	v.Set(s)
}

func (d *Decoder) scalar(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.Mistake(n, "%s is expected here", kindName(v.Type()))
		return
	}
	read := reflect.New(v.Type()).Elem()
	if !setScalar(read, n.Value) {
		d.Mistake(n, "%s is not %s", Quote(n.Value), kindName(v.Type()))
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

// Quote shows what somebody wrote, short enough for one line.
func Quote(s string) string {
	if len(s) > 64 {
		s = s[:64] + "..."
	}
	return strconv.Quote(s)
}
