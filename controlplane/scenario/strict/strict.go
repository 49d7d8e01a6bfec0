// Package strict reads YAML files that people write: unknown keys, keys that stand twice, anchors and values of the wrong
// kind are mistakes, and all of them are told at once, with their line and column.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxFile bounds a file, in bytes.
const MaxFile = 1 << 20

// maxMistakes is how many are told at once.
const maxMistakes = 100

// Mistake is something in a file that a person must mend. Line and Column count from 1.
type Mistake struct {
	File         string
	Line, Column int
	Message      string
}

// Error is "FILE:LINE:COL: message".
func (m *Mistake) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Message)
}

// Decoder reads YAML into structs by their yaml tags, over what they hold, and notes where each value stands, so that
// later checks can say where. A field with the tag "-" is left alone.
type Decoder struct {
	// Hint explains a key that is not known, where there is more to say than which are; "" where there is not. nil: there
	// never is.
	Hint func(path, key string) string

	// At holds the node of each value, or the key of an entry, by path: "endpoints[0].match".
	At map[string]*yaml.Node

	*file
}

// file is what decoders of one file have in common.
type file struct {
	name     string
	lines    []string
	mistakes []*Mistake
}

// New makes a decoder; name is the file's, for messages.
func New(name string) *Decoder { return &Decoder{file: &file{name: name}, At: map[string]*yaml.Node{}} }

// Apart gives a decoder for a part of the same file, whose paths begin anew. Its mistakes are the file's.
func (d *Decoder) Apart() *Decoder { return &Decoder{file: d.file, At: map[string]*yaml.Node{}} }

// Lines gives the file's, once Documents has read it.
func (d *Decoder) Lines() []string { return d.lines }

// Documents gives the roots of all documents in data, empty ones left out. What is no YAML is noted; what stands before it
// is given.
func (d *Decoder) Documents(data []byte) (roots []*yaml.Node) {
	if len(data) > MaxFile {
		d.MistakeAt(1, 1, "a file has at most %d bytes", MaxFile)
		return nil
	}
	d.lines = strings.Split(string(data), "\n")
	for dec := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return roots
		}
		if err != nil {
			d.syntax(err)
			return roots
		}
		if len(doc.Content) > 0 {
			roots = append(roots, doc.Content[0])
		}
	}
}

// syntax notes an error of the YAML parser, which tells the line in its text only.
func (d *Decoder) syntax(err error) {
	line, message := 1, err.Error()
	if m := regexp.MustCompile(`^yaml: line (\d+): (.*)$`).FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	d.MistakeAt(line, 1, "not YAML: %s", message)
}

// Mistake notes what is wrong at a node.
func (d *Decoder) Mistake(n *yaml.Node, format string, args ...any) {
	d.MistakeAt(n.Line, n.Column, format, args...)
}

// MistakeAt notes what is wrong at a line and a column.
func (d *Decoder) MistakeAt(line, column int, format string, args ...any) {
	if len(d.mistakes) < maxMistakes {
		d.mistakes = append(d.mistakes, &Mistake{File: d.name, Line: max(line, 1), Column: max(column, 1), Message: fmt.Sprintf(format, args...)})
	}
}

// Err joins a *Mistake for everything that is wrong, in the order of the file; nil where nothing is.
func (d *Decoder) Err() error {
	slices.SortStableFunc(d.mistakes, func(a, b *Mistake) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	errs := make([]error, len(d.mistakes))
	for i, m := range d.mistakes {
		errs[i] = m
	}
	return errors.Join(errs...)
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
