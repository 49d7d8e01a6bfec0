package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/controlplane"
	"picket/filter/identify"
	"picket/filter/inspect"
)

// Bounds of the inspection.
const (
	maxHold       = 256 << 10
	maxInflate    = 16 << 20
	maxFieldRules = 64
	maxExceptions = 256
	// maxFieldName is how much of a field's name the filter compares, in bytes.
	maxFieldName = 96
	// Years in which an exception may end; seconds since the Unix epoch fit into 32 bits then.
	firstYear, lastYear = 2020, 2105
)

// anyKey is no secret: any key will do to tell endpoints apart.
func anyKey() identify.Key {
	key, _ := identify.NewKey(1, make([]byte, 16))
	return key
}

// classNames gives the closed set, in its order.
func classNames() []string {
	var names []string
	for _, c := range controlplane.Classes() {
		names = append(names, c.Name)
	}
	return names
}

// Places gives where a field can stand, as policies and findings say it. The caller owns the slice.
func Places() []string {
	var names []string
	for z := inspect.ZoneRequest; z <= inspect.ZoneResponse; z++ {
		names = append(names, z.String())
	}
	return names
}

func (d *decoder) checkInspection(f *File) {
	i := &f.Inspection
	d.between("inspection.hold", i.Hold, 0, maxHold)
	d.within("inspection.wait", i.Wait, 10*time.Millisecond, 30*time.Second)
	d.between("inspection.inflate", i.Inflate, 0, maxInflate)
	for _, name := range sortedKeys(i.Classes) {
		path := "inspection.classes." + name
		if d.checkClass(path, name) {
			oneOf(d, path+".mode", i.Classes[name].Mode, ClassOff, ClassObserve, ClassEnforce)
			d.checkThreshold(path+".threshold", i.Classes[name].Threshold)
		}
	}
	d.checkFields("inspection.fields", i.Fields)
	d.checkExceptions(f)
}

// checkClass reports whether there is a class of that name.
func (d *decoder) checkClass(path, name string) bool {
	if _, known := controlplane.ClassOf(name); known {
		return true
	}
	d.wrong(path, "unknown class: known are %s", strings.Join(classNames(), ", "))
	return false
}

func (d *decoder) checkThreshold(path string, v float64) {
	if !(v > 0 && v <= 1) {
		d.wrong(path, "the threshold is above 0 and at most 1")
	}
}

// checkEndpointInspection leaves out what is absent: it is as in inspection.
func (d *decoder) checkEndpointInspection(path string, e Endpoint) {
	for _, name := range sortedKeys(e.Inspect) {
		at, c := path+".inspect."+name, e.Inspect[name]
		if !d.checkClass(at, name) {
			continue
		}
		if c.Mode != "" || d.zero(at+".mode") {
			oneOf(d, at+".mode", c.Mode, ClassOff, ClassObserve, ClassEnforce)
		}
		if c.Threshold != 0 || d.zero(at+".threshold") {
			d.checkThreshold(at+".threshold", c.Threshold)
		}
	}
	d.checkFields(path+".fields", e.Fields)
}

// zero says whether a value was written out that means the same as none: 0, or an empty text.
func (d *decoder) zero(path string) bool {
	if !d.written(path) {
		return false
	}
	text := d.at[path].Value
	v, err := strconv.ParseFloat(text, 64)
	return text == "" || err == nil && v == 0
}

// written says whether something stands after the key of path.
func (d *decoder) written(path string) bool {
	n := d.at[path]
	return n != nil && n.ShortTag() != "!!null"
}

func (d *decoder) checkFields(path string, fields []FieldRule) {
	d.count(path, len(fields), maxFieldRules)
	for i := range fields {
		at, r := fmt.Sprintf("%s[%d]", path, i), &fields[i]
		d.checkField(at, r.Place, &r.Name)
		if r.Place == "" && r.Name == "" {
			d.wrong(at, "say which field: place, name or both")
		}
		oneOf(d, at+".kind", r.Kind, FieldNumber, FieldUUID, FieldWord, FieldText, FieldCode)
	}
}

// checkField checks where a field is. The name of a header becomes what the filter sees: in lower case.
func (d *decoder) checkField(path, place string, name *string) {
	if place != "" {
		oneOf(d, path+".place", place, Places()...)
	}
	if place == inspect.ZoneHeader.String() {
		*name = strings.ToLower(*name)
	}
	d.text(path+".name", *name)
	if len(*name) > maxFieldName && len(*name) <= maxText {
		d.wrong(path+".name", "a field's name has at most %d characters", maxFieldName)
	}
}

func (d *decoder) checkExceptions(f *File) {
	all := f.Inspection.Exceptions
	d.count("inspection.exceptions", len(all), maxExceptions)
	for i := range all {
		path, e := fmt.Sprintf("inspection.exceptions[%d]", i), &all[i]
		d.checkException(path, e)
		if e.Match == "" {
			continue
		}
		if err := f.CheckMatch(e.Match); err != nil {
			d.wrong(path+".match", "%v", err)
		}
	}
}

func (d *decoder) checkException(path string, e *Exception) {
	d.checkField(path, e.Place, &e.Name)
	for i, c := range e.Classes {
		d.checkClass(fmt.Sprintf("%s.classes[%d]", path, i), c)
	}
	twice(d, path+".classes", e.Classes)
	if e.Match == "" && e.Place == "" && e.Name == "" && len(e.Classes) == 0 {
		d.wrong(path, "this excepts everything: add match, place, name or classes, or set off: true")
	}
	d.text(path+".reason", e.Reason)
	if strings.TrimSpace(e.Reason) == "" {
		d.wrong(path, "say why: add a reason")
	}
	switch y := e.Until.Year(); {
	case e.Until.IsZero() && d.written(path+".until"): // told already: it is no date
	case e.Until.IsZero():
		d.wrong(path, "say how long: add the last day, as in until: 2027-01-31")
	case y < firstYear || y > lastYear:
		d.wrong(path+".until", "a day is expected from %d to %d", firstYear, lastYear)
	}
}

// CheckMatch says what is wrong with an endpoint's name as the match of an exception; nil where Parse would take it.
func (f *File) CheckMatch(match string) error {
	t, err := parseTemplate(match)
	if err == nil && t.host != "" && !f.hasHost(t.host) {
		err = fmt.Errorf("add %s to hosts: without it this endpoint is never met", t.host)
	}
	return err
}

// sortedClasses gives class names in their order, without doubles.
func sortedClasses(names []string) []string {
	return slices.DeleteFunc(classNames(), func(c string) bool { return !slices.Contains(names, c) })
}
