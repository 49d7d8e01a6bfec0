package policy

import (
	"net/netip"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"picket/controlplane/scenario/strict"
)

// decoder is the strict one, with what only a policy file needs.
type decoder struct {
	*strict.Decoder
	at map[string]*yaml.Node // its At
}

func newDecoder(file string) *decoder {
	d := &decoder{Decoder: strict.New(file)}
	d.at = d.At
	d.Hint = func(path, key string) string {
		if strings.HasPrefix(path, "allow[") && key == "key" {
			return "an API key does not belong in a file: allow its subject or address, or use picket allow --key, which reads it from standard input and keeps its hash only"
		}
		return ""
	}
	return d
}

func (d *decoder) wrong(path, format string, args ...any)           { d.Wrong(path, format, args...) }
func (d *decoder) node(path string) *yaml.Node                      { return d.Node(path) }
func (d *decoder) between(path string, v, least, most int)          { d.Between(path, v, least, most) }
func (d *decoder) count(path string, n, most int)                   { d.Count(path, n, most) }
func (d *decoder) text(path, v string)                              { d.Text(path, v) }
func (d *decoder) within(path string, v, least, most time.Duration) { d.Within(path, v, least, most) }

func oneOf[T ~string](d *decoder, path string, v T, known ...T) {
	strict.OneOf(d.Decoder, path, v, known...)
}

// maxText is the longest text that text lets pass, in bytes.
const maxText = strict.MaxText

func twice[T ~string](d *decoder, path string, list []T) { strict.Twice(d.Decoder, path, list) }

func join(path, key string) string { return strict.Join(path, key) }

func quote(s string) string { return strict.Quote(s) }

// ParseNetwork reads an address (a network of its own) or a network, which must have no bits set beyond its length.
// IPv4-mapped IPv6 is IPv4. Its errors do not repeat the text.
func ParseNetwork(text string) (netip.Prefix, error) { return strict.ParseNetwork(text) }
