package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// maxFile bounds a policy file, in bytes.
const maxFile = 1 << 20

// Mistake is something in a policy file that a person must mend. Line and Column count from 1.
type Mistake struct {
	File         string
	Line, Column int
	Message      string
}

// Error is "FILE:LINE:COL: message".
func (m *Mistake) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Message)
}

// Parse reads a policy file. name is for messages. The error joins a *Mistake for everything that is wrong, in the
// order of the file; there is no File then.
func Parse(name string, data []byte) (*File, error) {
	d := &decoder{file: name, at: map[string]*yaml.Node{}}
	f := Default()
	if root := d.document(data); root != nil {
		f.Picket = "" // it has no default
		d.into("", root, f)
		d.checkFile(f)
	}
	if len(d.mistakes) > 0 {
		return nil, d.join()
	}
	d.lines(f)
	f.declare()
	f.name()
	return f, nil
}

// lines notes where each exception stands.
func (d *decoder) lines(f *File) {
	for i := range f.Inspection.Exceptions {
		n := d.node(fmt.Sprintf("inspection.exceptions[%d]", i))
		f.Inspection.Exceptions[i].Line, f.Inspection.Exceptions[i].Column = n.Line, n.Column
	}
}

// name writes each endpoint's name.
func (f *File) name() {
	for i := range f.Endpoints {
		if t, err := parseTemplate(f.Endpoints[i].Match); err == nil {
			f.Endpoints[i].Name = t.name()
		}
	}
}

// document gives the root of the only document in data, or notes why there is none.
func (d *decoder) document(data []byte) *yaml.Node {
	if len(data) > maxFile {
		d.mistakeAt(1, 1, "a policy file has at most %d bytes", maxFile)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		d.mistakeAt(1, 1, "the file is empty: write at least picket: %s", Version)
		return nil
	case err != nil:
		d.syntax(err)
		return nil
	}
	if err := dec.Decode(&more); err == nil {
		d.mistake(&more, "a policy file is one document: remove the --- and what follows")
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
	}
	return doc.Content[0]
}

// syntax notes an error of the YAML parser, which tells the line in its text only.
func (d *decoder) syntax(err error) {
	line, message := 1, err.Error()
	if m := regexp.MustCompile(`^yaml: line (\d+): (.*)$`).FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	d.mistakeAt(line, 1, "not YAML: %s", message)
}

func (d *decoder) mistake(n *yaml.Node, format string, args ...any) {
	d.mistakeAt(n.Line, n.Column, format, args...)
}

func (d *decoder) mistakeAt(line, column int, format string, args ...any) {
	if len(d.mistakes) < maxMistakes {
		d.mistakes = append(d.mistakes, &Mistake{File: d.file, Line: max(line, 1), Column: max(column, 1), Message: fmt.Sprintf(format, args...)})
	}
}

// maxMistakes is how many are told at once.
const maxMistakes = 100

func (d *decoder) join() error {
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
