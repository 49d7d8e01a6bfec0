package strict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"picket/controlplane"
)

// MaxText is the longest text that Text lets pass, in bytes.
const MaxText = 256

// Wrong notes a mistake at the value of path, or of what holds it.
func (d *Decoder) Wrong(path, format string, args ...any) {
	d.Mistake(d.Node(path), format, args...)
}

// Node gives the node of path, or the nearest around it.
func (d *Decoder) Node(path string) *yaml.Node {
	for {
		if n := d.At[path]; n != nil {
			return n
		}
		i := strings.LastIndexAny(path, ".[")
		if i < 0 {
			return d.At[""]
		}
		path = path[:i]
	}
}

// OneOf notes a value that is not among those known.
func OneOf[T ~string](d *Decoder, path string, v T, known ...T) {
	if slices.Contains(known, v) {
		return
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	d.Wrong(path, "%s is not known here: write %s", Quote(string(v)), strings.Join(names, " or "))
}

// Twice notes what stands more than once in a list.
func Twice[T ~string](d *Decoder, path string, list []T) {
	for i, v := range list {
		if slices.Contains(list[:i], v) {
			d.Wrong(fmt.Sprintf("%s[%d]", path, i), "%s stands twice: remove one", Quote(string(v)))
		}
	}
}

// Within notes a duration out of bounds.
func (d *Decoder) Within(path string, v, least, most time.Duration) {
	if v < least || v > most {
		d.Wrong(path, "%s is out of bounds: write %s to %s", controlplane.Lasting(v), controlplane.Lasting(least), controlplane.Lasting(most))
	}
}

// Between notes a number out of bounds.
func (d *Decoder) Between(path string, v, least, most int) {
	if v < least || v > most {
		d.Wrong(path, "%d is out of bounds: write %d to %d", v, least, most)
	}
}

// Count notes a list that is too long; n is its length.
func (d *Decoder) Count(path string, n, most int) {
	if n > most {
		d.Wrong(path, "%d are too many: at most %d", n, most)
	}
}

// Text notes a text that is too long, or has control characters.
func (d *Decoder) Text(path, v string) {
	if len(v) > MaxText {
		d.Wrong(path, "at most %d characters", MaxText)
	}
	if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		d.Wrong(path, "control characters have no place here")
	}
}
