package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/controlplane"
)

// Inspection says what is looked for inside requests and responses.
type Inspection struct {
	Off        bool                 `yaml:"off" doc:"true: nothing inside requests and responses is looked at."`
	Hold       int                  `yaml:"hold" doc:"So many bytes of a body are held until they were looked at: 0 to 262144. 0: bodies are looked at as they pass."`
	Wait       time.Duration        `yaml:"wait" doc:"How long a body is held at the most: 10ms to 30s."`
	Inflate    int                  `yaml:"inflate" doc:"So many bytes of a compressed body are inflated at the most: 0 to 16777216."`
	Classes    map[string]ClassRule `yaml:"classes" doc:"What is looked for, by class. A class that is absent has its default: see below."`
	Fields     []FieldRule          `yaml:"fields" doc:"What is known of fields at every endpoint. At most 64."`
	Exceptions []Exception          `yaml:"exceptions" doc:"What is not to be found where. At most 256."`
}

// ClassMode says what becomes of a class's findings.
type ClassMode string

// The modes of classes, the weakest first.
const (
	ClassOff     ClassMode = "off"
	ClassObserve ClassMode = "observe"
	ClassEnforce ClassMode = "enforce"
)

// ClassRule sets one class. At an endpoint a zero field means what Inspection.Classes says.
type ClassRule struct {
	Mode      ClassMode `yaml:"mode" doc:"off, observe or enforce. enforce answers with 403 where the file's mode, and the group's, is enforce too."`
	Threshold float64   `yaml:"threshold" doc:"A finding of less confidence is none: above 0, at most 1."`
}

// FieldKind is what a field holds.
type FieldKind string

// The kinds of fields.
const (
	FieldNumber FieldKind = "number"
	FieldUUID   FieldKind = "uuid"
	FieldWord   FieldKind = "word"
	FieldText   FieldKind = "text"
	FieldCode   FieldKind = "code"
)

// FieldRule says what is known of a field. One of Place and Name is set.
type FieldRule struct {
	Place string    `yaml:"place" doc:"Where the field stands: see below. Absent: anywhere."`
	Name  string    `yaml:"name" doc:"A parameter, header or cookie, or the dotted path of a JSON member. Absent: every field of the place."`
	Kind  FieldKind `yaml:"kind" doc:"number, uuid or word: anything else is suspect. text: written language, the bar is higher. code: the bar is highest. Required."`
}

// Exception says what is not to be found where, why, and for how long.
type Exception struct {
	Match   string    `yaml:"match" doc:"The endpoint, METHOD [host]/path. Absent: everywhere."`
	Place   string    `yaml:"place" doc:"Where the field stands. Absent: anywhere."`
	Name    string    `yaml:"name" doc:"The field, as in fields. Absent: every field of the place."`
	Classes []string  `yaml:"classes" doc:"What is not to be found there. Absent: all classes."`
	Reason  string    `yaml:"reason" doc:"Why. Required."`
	Until   time.Time `yaml:"until" doc:"The last day that it holds, in UTC, as in 2027-01-31. Required."`
	// Line and Column say where it stands in the file, from 1.
	Line   int `yaml:"-"`
	Column int `yaml:"-"`
}

// Ends is when it is over: after its last day.
func (e *Exception) Ends() time.Time { return e.Until.AddDate(0, 0, 1) }

func defaultInspection() Inspection {
	i := Inspection{Hold: 16 << 10, Wait: time.Second, Inflate: 1 << 20, Classes: map[string]ClassRule{}}
	for _, c := range controlplane.Classes() {
		i.Classes[c.Name] = defaultClass(c.Name)
	}
	return i
}

// defaultClass acts on attacks; what honest clients do now and then is only observed.
func defaultClass(name string) ClassRule {
	switch name {
	case "graphql", "oddity", "scanner", "urlcredential":
		return ClassRule{Mode: ClassObserve, Threshold: 0.5}
	case "mistyped", "mediatype", "malformed", "encoding", "leak", "personal":
		return ClassRule{Mode: ClassObserve, Threshold: 0.4}
	default:
		return ClassRule{Mode: ClassEnforce, Threshold: 0.5}
	}
}

// ClassAt is what holds for a class at an endpoint; the zero Endpoint stands for all that the file does not declare.
func (f *File) ClassAt(e Endpoint, class string) ClassRule {
	if f.Inspection.Off {
		return ClassRule{Mode: ClassOff}
	}
	rule, here := f.Inspection.Classes[class], e.Inspect[class]
	if here.Mode != "" {
		rule.Mode = here.Mode
	}
	if here.Threshold != 0 {
		rule.Threshold = here.Threshold
	}
	return rule
}

// Warnings are what a person should look at in a file that is valid, in its order. The mistakes have no File.
func (f *File) Warnings(now time.Time) []*Mistake {
	var out []*Mistake
	for i := range f.Inspection.Exceptions {
		if e := &f.Inspection.Exceptions[i]; !now.Before(e.Ends()) {
			out = append(out, &Mistake{Line: e.Line, Column: e.Column, Message: fmt.Sprintf(
				"this exception ended with %s and holds no longer: remove it, or give it a later until", e.Until.Format(time.DateOnly))})
		}
	}
	return out
}

// declare adds the endpoints that only exceptions name.
func (f *File) declare() {
	known := map[controlplane.EndpointID]bool{}
	key := anyKey()
	for _, e := range f.Endpoints {
		if t, err := parseTemplate(e.Match); err == nil {
			known[t.id(&key, t.host)] = true
		}
	}
	for _, e := range f.Inspection.Exceptions {
		t, err := parseTemplate(e.Match)
		if id := t.id(&key, t.host); err == nil && !known[id] {
			known[id] = true
			f.Endpoints = append(f.Endpoints, Endpoint{Match: e.Match})
		}
	}
}

// FieldNames gives the names of headers, parameters, cookies and fields that the file tells, as a filter would hash them: a
// dotted one as it is, and its last part, which is all that is hashed of a JSON member's path. Some may stand twice.
func (f *File) FieldNames() []string {
	id := &f.Identity
	names := slices.Concat(lowered(id.Key.Headers), id.Key.Query, id.Session.Cookies, f.Objects.Query)
	fields := slices.Clone(f.Inspection.Fields)
	for _, e := range f.Endpoints {
		names = append(names, e.Account)
		fields = append(fields, e.Fields...)
	}
	for _, r := range fields {
		names = append(names, r.Name, lastName(r.Name))
	}
	for _, e := range f.Inspection.Exceptions {
		names = append(names, e.Name, lastName(e.Name))
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// Excepted gives the first exception that holds now for a class at a field of an endpoint; the zero Endpoint stands for all
// that the file does not declare. Of a JSON member only the last part of its path is known, so that one of the same name
// elsewhere in the document counts as this one.
func (f *File) Excepted(at Endpoint, place, name, class string, now time.Time) (Exception, bool) {
	for _, e := range f.Inspection.Exceptions {
		here := (e.Place == "" || e.Place == place) && (e.Name == "" || e.Name == name || lastName(e.Name) == name) &&
			(len(e.Classes) == 0 || slices.Contains(e.Classes, class))
		if here && now.Before(e.Ends()) && e.covers(at.Match) {
			return e, true
		}
	}
	return Exception{}, false
}

// covers says whether an endpoint with that match is among those of the exception.
func (e *Exception) covers(match string) bool {
	if e.Match == "" {
		return true
	}
	mine, err := parseTemplate(e.Match)
	other, err2 := parseTemplate(match)
	key := anyKey()
	return err == nil && err2 == nil && mine.id(&key, "") == other.id(&key, "") && (mine.host == "" || mine.host == other.host)
}
