package inspect

import "testing"

func TestNamesAreReadBack(t *testing.T) {
	for c := SQL; c <= Classes; c++ {
		if got := ParseClass(c.String()); got != c {
			t.Errorf("%s is read as %d, want %d", c, got, c)
		}
	}
	for z := ZoneRequest; z <= ZoneResponse; z++ {
		if got, ok := ParseZone(z.String()); !ok || got != z {
			t.Errorf("%s is read as %d", z, got)
		}
	}
	for _, name := range []string{"", "unknown", "sql", "sqli xss", "SQLI"} {
		if c := ParseClass(name); c != 0 {
			t.Errorf("class %q is read as %d", name, c)
		}
		if _, ok := ParseZone(name); ok {
			t.Errorf("there is a zone %q", name)
		}
		if k := ParseKind(name); k != KindAny {
			t.Errorf("kind %q is read as %d", name, k)
		}
	}
}

func TestAFieldIsKnownByItsPathOrItsLastName(t *testing.T) {
	for name, tt := range map[string]struct {
		field Field
		zone  Zone
		at    string
		want  bool
	}{
		"the whole path":              {Field{Zone: ZoneJSON, Name: "user.note"}, ZoneJSON, "user.note", true},
		"the last name":               {Field{Zone: ZoneJSON, Name: "note"}, ZoneJSON, "user.note", true},
		"the end of a name":           {Field{Zone: ZoneJSON, Name: "ote"}, ZoneJSON, "user.note", false},
		"another path":                {Field{Zone: ZoneJSON, Name: "x.note"}, ZoneJSON, "note", false},
		"no name is all":              {Field{Zone: ZoneJSON}, ZoneJSON, "user.note", true},
		"another zone":                {Field{Zone: ZoneQuery, Name: "note"}, ZoneJSON, "note", false},
		"any zone":                    {Field{AnyZone: true, Name: "note"}, ZoneForm, "note", true},
		"a dot in a form is a letter": {Field{Zone: ZoneForm, Name: "note"}, ZoneForm, "user.note", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.field.at(tt.zone, []byte(tt.at)); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestWhatIsNoneOfItsKindIsFound(t *testing.T) {
	in := New()
	for name, tt := range map[string]struct {
		kind  Kind
		value string
		want  bool
	}{
		"a number": {KindNumber, "-12.5", false}, "no number": {KindNumber, "12 apples", true},
		"a UUID": {KindUUID, "8d9f3b1e-5a52-4a0f-9d06-3f1f0f6b7a11", false}, "no UUID": {KindUUID, "8d9f3b1e", true},
		"a word": {KindWord, "2026-11-22T10:00", false}, "no word": {KindWord, "a b", true},
		"text": {KindText, "anything at all", false},
	} {
		t.Run(name, func(t *testing.T) {
			in.Begin([]byte("GET"))
			in.Expect(nil, []Field{{Zone: ZoneQuery, Name: "f", Kind: tt.kind}}, 0)
			in.Value(ZoneQuery, []byte("f"), []byte(tt.value))
			found := len(in.Findings()) == 1 && in.Findings()[0].Class == Mistyped
			if found != tt.want {
				t.Errorf("findings %+v", in.Findings())
			}
		})
	}
	in.Expect(nil, nil, 0)
}
