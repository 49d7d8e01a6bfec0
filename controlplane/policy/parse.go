package policy

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"picket/controlplane/scenario/strict"
)

// Mistake is something in a policy file, or in a file of scenarios, that a person must mend.
type Mistake = strict.Mistake

// Parse reads a policy file. name is for messages. The error joins a *Mistake for everything that is wrong, in the
// order of the file; there is no File then.
func Parse(name string, data []byte) (*File, error) {
	d := newDecoder(name)
	f := Default()
	if root := d.document(data); root != nil {
		f.Picket = "" // it has no default
		d.Into("", root, f)
		d.checkFile(f)
	}
	if err := d.Err(); err != nil {
		return nil, err
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
	roots := d.Documents(data)
	if len(roots) == 0 {
		if d.Err() == nil {
			d.MistakeAt(1, 1, "the file is empty: write at least picket: %s", Version)
		}
		return nil
	}
	if len(roots) > 1 {
		d.MistakeAt(roots[1].Line-1, 1, "a policy file is one document: remove the --- and what follows")
	}
	return roots[0]
}
