package inspect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// page is a response as a test tells it.
type page struct {
	status int
	kind   string
	body   string
}

// leaksOf looks at a page in pieces of that many bytes.
func leaksOf(r *Response, p page, piece int) []LeakFinding {
	if !r.Reset(p.status, []byte(p.kind)) {
		return nil
	}
	for b := []byte(p.body); len(b) > 0; {
		k := min(piece, len(b))
		if r.Feed(b[:k]) {
			break
		}
		b = b[k:]
	}
	return r.Leaks()
}

// sure names those findings that an ordinary policy acts on: leak:rule.
func sure(fs []LeakFinding) string {
	s := ""
	for _, f := range fs {
		if f.Confidence >= DefaultThreshold {
			s += " " + f.Leak.String() + ":" + f.Rule
		}
	}
	return strings.TrimPrefix(s, " ")
}

const (
	html  = "text/html; charset=utf-8"
	jsonT = "application/json"
	plain = "text/plain"
)

func TestWhatServersSayWhenTheyBreakIsFound(t *testing.T) {
	tests := []struct {
		name string
		page page
		want string
	}{
		{"MySQL in a page", page{200, html, `<p>You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version near ''7''' at line 1</p>`}, "dberror:mysql"},
		{"MySQL in an error of JSON", page{200, jsonT, `{"error":"Unknown column 'nme' in 'where clause'"}`}, "dberror:mysql"},
		{"MySQL with marks as entities", page{200, html, `Table &#039;shop.orders2&#039; doesn&#039;t exist`}, "dberror:mysql"},
		{"MySQL by XPath", page{200, html, `Fault: XPATH syntax error: '~10.11.6-MariaDB~'`}, "dberror:mysql"},
		{"PostgreSQL by its Go driver", page{500, jsonT, `{"message":"pq: syntax error at or near \"'\""}`}, "dberror:postgresql"},
		{"PostgreSQL with marks as \\u", page{500, jsonT, `{"m":"relation \u0022cust\u0022 does not exist"}`}, "dberror:postgresql"},
		{"psycopg under SQLAlchemy", page{500, plain, "sqlalchemy.exc.ProgrammingError: (psycopg2.errors.SyntaxError) unterminated quoted string at or near \"'\"\n(Background on this error at: https://example.com)"},
			"dberror:sqlalchemy dberror:psycopg dberror:postgresql"},
		{"SQL Server", page{500, html, `Unclosed quotation mark after the character string 'x'.<br>Incorrect syntax near ''.`}, "dberror:mssql"},
		{"SQL Server by ODBC", page{200, html, `[Microsoft][ODBC SQL Server Driver][SQL Server]Conversion failed when converting the varchar value`}, "dberror:odbc dberror:mssql"},
		{"Oracle", page{200, jsonT, `{"errors":["ORA-01756: quoted string not properly terminated"]}`}, "dberror:oracle"},
		{"Oracle on a line of JSON", page{500, jsonT, `{"m":"it broke\nORA-00933: SQL command not properly ended"}`}, "dberror:oracle"},
		{"SQLite in Python", page{500, plain, `sqlite3.OperationalError: near "'": syntax error`}, "dberror:sqlite"},
		{"SQLite in Ruby", page{500, html, `SQLite3::SQLException: no such column: nme`}, "dberror:sqlite"},
		{"DB2", page{500, plain, `DB2 SQL error: SQLCODE: -104, SQLSTATE: 42601`}, "dberror:db2"},
		{"MongoDB", page{400, jsonT, `{"message":"MongoServerError: unknown operator: $foo"}`}, "dberror:mongo"},
		{"Hibernate over JDBC", page{500, jsonT, `{"trace":"org.hibernate.exception.SQLGrammarException: could not extract ResultSet\n\tat org.a.B.c(B.java:12)\nCaused by: java.sql.SQLSyntaxErrorException"}`},
			"dberror:jdbc stacktrace:java"},
		{"PDO", page{200, html, `PDOException: SQLSTATE[42000]: Syntax error or access violation`}, "dberror:pdo"},
		{"ActiveRecord", page{500, html, `ActiveRecord::StatementInvalid in CustomersController`}, "dberror:activerecord"},
		{"Laravel's queries", page{500, jsonT, `{"exception":"Illuminate\\Database\\QueryException"}`}, "error:laravel dberror:eloquent"},
		{"a PHP warning in the middle of a page", page{200, html, strings.Repeat("<p>plans</p>", 2000) + `<br /><b>Warning</b>:  include(x): failed in <b>/var/www/a.php</b> on line <b>3</b>`}, "error:php"},
		{"PHP on a console", page{200, plain, "PHP Fatal error:  Uncaught Error: Call to undefined function f() in /srv/a.php:3"}, "error:php"},
		{"Python", page{500, plain, "Traceback (most recent call last):\n  File \"/app/main.py\", line 12, in get\nKeyError: 'x'"}, "stacktrace:python"},
		{"Java", page{200, jsonT, `{"timestamp":"2026-01-01","status":500,"trace":"java.lang.NullPointerException\n\tat com.carrier.Plans.get(Plans.java:42)"}`}, "error:java stacktrace:java"},
		{".NET", page{500, plain, "System.NullReferenceException: Object reference not set\n   at Shop.Cart.Add(Int32 id) in C:\\src\\Cart.cs:line 31"}, "error:dotnet stacktrace:dotnet"},
		{".NET's yellow page", page{500, html, `<h1>Server Error in '/shop' Application.</h1>`}, "error:dotnet"},
		{"Node", page{500, html, "<pre>TypeError: Cannot read properties of undefined<br> &nbsp; &nbsp;at get (/app/routes/x.js:10:7)</pre>"}, "error:node stacktrace:node"},
		{"Ruby", page{500, plain, "undefined local variable or method 'x' for main\napp/a.rb:3:in 'show'"}, "error:ruby stacktrace:ruby"},
		{"Go", page{200, plain, "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/a.go:7 +0x1d"}, "error:go stacktrace:go"},
		{"Rust", page{500, plain, "thread 'main' panicked at src/main.rs:4:9:\nnote: run with `RUST_BACKTRACE=1`"}, "error:rust stacktrace:rust"},
		{"Rails", page{500, html, `<title>Action Controller: Exception caught</title>`}, "error:rails"},
		{"Django", page{404, html, `<p>You’re seeing this error because you have <code>DEBUG = True</code> in your settings`}, "error:django"},
		{"Laravel", page{500, html, `Whoops, looks like something went wrong.`}, "error:laravel"},
		{"Spring", page{200, html, `<h1>Whitelabel Error Page</h1>`}, "error:spring"},
		{"Werkzeug", page{500, html, `<title>KeyError // Werkzeug Debugger</title>`}, "error:werkzeug"},
		{"a shell", page{200, plain, "sh: 1: foo: not found\n"}, "error:shell"},
		{"id", page{200, plain, "uid=0(root) gid=0(root) groups=0(root)"}, "output:identity"},
		{"id in JSON", page{200, jsonT, `{"result":"uid=33(www-data) gid=33(www-data)"}`}, "output:identity"},
		{"a template engine", page{500, html, `jinja2.exceptions.UndefinedError: 'x' is undefined`}, "error:template"},
		{"an XML parser", page{400, plain, `lxml.etree.XMLSyntaxError: Start tag expected, '<' not found`}, "error:xml"},
		{"a directory", page{500, plain, `javax.naming.directory.InvalidSearchFilterException: Unbalanced parenthesis`}, "error:ldap"},
		{"the file of users", page{200, html, "<div>root:x:0:0:root:/root:/bin/bash\n</div>"}, "output:passwd"},
		{"Windows' start file", page{200, plain, "[boot loader]\r\ntimeout=30\r\n[operating systems]"}, "output:windows"},
		{"Apache's listing", page{200, html, `<html><head><title>Index of /backup</title></head>`}, "listing:apache"},
		{"Python's listing", page{200, html, `<title>Directory listing for /</title>`}, "listing:python"},
		{"Go's listing", page{200, html, "<!doctype html>\n<meta name=\"viewport\">\n<pre>\n<a href=\"a.txt\">a.txt</a>\n<a href=\"b/\">b/</a>"}, "listing:go"},
		{"an error in a page that has code elsewhere", page{200, html, "<code>x</code>" + strings.Repeat(" plans", 120) + " You have an error in your SQL syntax; check"}, "dberror:mysql"},
		{"a SOAP fault", page{200, "text/xml", `<soap:Envelope><soap:Body><soap:Fault><faultstring>System.Data.SqlClient.SqlException: Incorrect syntax near 'x'</faultstring></soap:Fault>`}, "error:dotnet dberror:mssql"},
	}
	r := NewResponse(NewMarkers())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := sure(leaksOf(r, tt.page, 1<<20)); got != tt.want {
				t.Errorf("%q, want %q: %+v", got, tt.want, r.Leaks())
			}
		})
	}
}

func TestWhoWritesAboutErrorsLeaksNone(t *testing.T) {
	article := `<html><head><meta property="og:type" content="article"></head><body><article><h1>How errors give a database away</h1><p>` +
		strings.Repeat("Whoever reads the answers of a service learns much about it. ", 20)
	tests := []struct {
		name string
		page page
	}{
		{"an article on SQL errors", page{200, html, article + `MySQL says <code>You have an error in your SQL syntax</code>, Oracle <code>ORA-00933: SQL command not properly ended</code></p>`}},
		{"a page that knows several databases", page{200, html, strings.Repeat("<p>Errors and what they mean.</p>", 40) + `<li>You have an error in your SQL syntax<li>ORA-00933<li>Unclosed quotation mark after the character string`}},
		{"a bug tracker's ticket", page{200, jsonT, `{"id":4711,"title":"Checkout breaks","state":"open","description":"It says:\njava.lang.NullPointerException\n\tat com.shop.Cart.add(Cart.java:31)\nsince Tuesday"}`}},
		{"a bug tracker's list", page{200, jsonT, `[{"id":1,"error":"Traceback (most recent call last):\n File \"a.py\", line 3"}]`}},
		{"questions and answers", page{200, jsonT, `{"items":[{"tags":["postgresql"],"body":"I get: ERROR: relation \"users\" does not exist, why?"}]}`}},
		{"a ticket in an envelope", page{200, jsonT, `{"error": null, "errors": [], "data":{"text":"I see Traceback (most recent call last): and no more"}}`}},
		{"a code review", page{200, jsonT, `{"path":"a.php","patch":"<?php echo 1;","line":3}`}},
		{"a log that is read through an API", page{200, jsonT, `{"lines":["goroutine 1 [running]:","main.main()"]}`}},
		{"a manual in Markdown", page{200, "text/markdown", "# Errors\n\n```\nsqlite3.OperationalError: no such table: a\n```\n"}},
		{"prose with the same words", page{200, html, `The delay was caused by: weather. Table 'B' is free, see you at School (room 3). Near the river: syntax error free!
			Unknown column, duplicate entry, fatal error: none of these. Meet me on line 3, in the file "notes".`}},
		{"names that hold a marker", page{200, jsonT, `{"error":"host AURORA-12345 is down","region":"FLORA-00001"}`}},
		{"an index of contents", page{200, html, `<title>Index of first lines</title><h1>Index of authors</h1>`}},
		{"ordinary JSON", page{200, jsonT, `{"customers":[{"id":1,"name":"O'Hara","note":"said: 'call at 5'"}],"next":null}`}},
	}
	r := NewResponse(NewMarkers())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := sure(leaksOf(r, tt.page, 1<<20)); got != "" {
				t.Errorf("%q: %+v", got, r.Leaks())
			}
		})
	}
}

// example writes what a marker stands for.
func example(text string) string {
	return strings.NewReplacer("#", "7", "%", "12", "@", "a", "~", "a b").Replace(text)
}

func TestEveryMarkerIsFoundByItself(t *testing.T) {
	m := NewMarkers()
	r := NewResponse(m)
	seen := map[string]bool{}
	for _, k := range m.markers {
		if k.leak == 0 {
			continue
		}
		if seen[k.text] || len(k.text) < 5 || strings.ContainsAny(k.text[:4], "'#%@~") || k.rule == "unknown" || k.confidence < 50 {
			t.Errorf("%+v: a marker needs four bytes of its own, a rule and a confidence, and stands once", k)
		}
		seen[k.text] = true
		want := k.leak.String() + ":" + k.rule
		if got := " " + sure(leaksOf(r, page{500, plain, "x: " + example(k.text) + " y"}, 1<<20)) + " "; !strings.Contains(got, " "+want+" ") {
			t.Errorf("%q: %q, want %s", k.text, got, want)
		}
	}
	if len(seen) < 300 {
		t.Errorf("%d markers", len(seen))
	}
}

func TestPiecesMakeNoDifference(t *testing.T) {
	r := NewResponse(NewMarkers())
	filler := strings.Repeat("a plain line of a page, ", 100)
	for _, pad := range []int{0, 1700, 2040} {
		p := page{200, html, filler[:pad] + " Unknown column 'secret' in 'where clause', at f (/app/x.js:1:2), " + filler}
		want := append([]LeakFinding(nil), leaksOf(r, p, len(p.body))...)
		if len(want) != 2 {
			t.Fatalf("%d findings at %d: %+v", len(want), pad, want)
		}
		for piece := 1; piece < 100; piece++ {
			if diff := cmp.Diff(want, leaksOf(r, p, piece)); diff != "" {
				t.Fatalf("pieces of %d: %s", piece, diff)
			}
		}
		for cut := range p.body {
			r.Reset(p.status, []byte(p.kind))
			r.Feed([]byte(p.body[:cut]))
			r.Feed([]byte(p.body[cut:]))
			if diff := cmp.Diff(want, r.Leaks()); diff != "" {
				t.Fatalf("cut at %d: %s", cut, diff)
			}
		}
	}
}

func TestAskingEarlyLosesNothing(t *testing.T) {
	r := NewResponse(NewMarkers())
	text := "it says: Traceback (most recent call last): no more"
	r.Reset(500, []byte(plain))
	for i := range text {
		r.Feed([]byte(text[i : i+1]))
		r.Leaks()
	}
	if got := sure(r.Leaks()); got != "stacktrace:python" {
		t.Errorf("%q", got)
	}
}

func TestEvidenceCarriesNobodysValues(t *testing.T) {
	r := NewResponse(NewMarkers())
	fs := leaksOf(r, page{500, html, `Duplicate entry 'ann.lee@example.com' for key 'users.email', phone 0170123456`}, 1<<20)
	want := []LeakFinding{{Leak: LeakDatabase, Rule: "mysql", Confidence: 0.75, Evidence: `Duplicate entry '..' for key 'w.w', w 0`}}
	if diff := cmp.Diff(want, fs); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyTextIsLookedAt(t *testing.T) {
	r := NewResponse(NewMarkers())
	tests := []struct {
		status int
		kind   string
		want   bool
	}{
		{200, "text/html", true}, {200, "Text/HTML; charset=utf-8", true}, {500, "", true}, {400, "application/problem+json", true},
		{200, "application/soap+xml", true}, {200, "application/xhtml+xml", true}, {200, "text/csv", true},
		{200, "image/png", false}, {200, "image/svg+xml", false}, {200, "text/css", false}, {200, "text/javascript", false},
		{200, "application/javascript", false}, {200, "application/octet-stream", false}, {200, "application/grpc", false},
		{204, "text/html", false}, {304, "text/html", false}, {101, "", false},
	}
	for _, tt := range tests {
		if got := r.Reset(tt.status, []byte(tt.kind)); got != tt.want {
			t.Errorf("%d %q: %v", tt.status, tt.kind, got)
		}
	}
}

func TestAResponseIsLookedAtSoFarAndNoFurther(t *testing.T) {
	r := NewResponse(NewMarkers())
	r.Reset(200, []byte(html))
	for range maxResponse/1024 - 1 {
		if r.Feed(make([]byte, 1024)) {
			t.Fatal("done too early")
		}
	}
	if !r.Feed(make([]byte, 2048)) {
		t.Error("never done")
	}
	r.Feed([]byte("root:x:0:0:root"))
	if got := r.Leaks(); len(got) > 0 {
		t.Errorf("%+v", got)
	}
}

// hostile are bodies that begin markers over and over.
func hostile() map[string]string {
	m := map[string]string{}
	for _, s := range []string{"near '", "Table '", "System.", "java.lang.", "Table 'u", "Table '&", "thread '\\\\\\", "<pre> <a href='", "Unknown column '\\", "cannot access '"} {
		m[s] = strings.Repeat(s, maxResponse/len(s)+1)[:maxResponse]
	}
	return m
}

// TestMatchingIsBounded counts the bytes that gaps pass, not time.
func TestMatchingIsBounded(t *testing.T) {
	r := NewResponse(NewMarkers())
	for name, body := range hostile() {
		leaksOf(r, page{200, html, body}, 1<<20)
		if r.work < -1 {
			t.Errorf("%s: %d steps too many", name, -r.work)
		}
	}
}

func TestNothingIsAllocatedWhereNothingIsFound(t *testing.T) {
	r := NewResponse(NewMarkers())
	body, kind := []byte(strings.Repeat(`{"customers":[{"id":1,"name":"O'Hara"}]}`, 100)), []byte(jsonT)
	if n := testing.AllocsPerRun(20, func() {
		r.Reset(200, kind)
		r.Feed(body)
		if len(r.Leaks()) > 0 {
			t.Fatal("found something")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzResponse(f *testing.F) {
	m := NewMarkers()
	r, s := NewResponse(m), NewResponse(m)
	for _, k := range m.markers {
		f.Add(uint16(200), jsonT, []byte("x: "+example(k.text)), uint16(7))
	}
	f.Fuzz(func(t *testing.T, status uint16, kind string, body []byte, piece uint16) {
		p := page{int(status), kind, string(body)}
		whole := append([]LeakFinding(nil), leaksOf(r, p, len(body)+1)...)
		if diff := cmp.Diff(whole, append([]LeakFinding(nil), leaksOf(s, p, int(piece)+1)...)); diff != "" {
			t.Error(diff)
		}
		for _, l := range whole {
			if l.Leak == 0 || l.Leak > Leaks || l.Confidence <= 0 || l.Confidence > 1 || len(l.Evidence) > 96+maxShape {
				t.Errorf("odd finding %+v", l)
			}
		}
	})
}

func BenchmarkResponse(b *testing.B) {
	r := NewResponse(NewMarkers())
	bodies := hostile()
	bodies["prose"] = strings.Repeat("Whoever reads the answers of a service at noon learns much about it, and more. ", 900)[:maxResponse]
	bodies["json"] = strings.Repeat(`{"id":1,"name":"O'Hara","plan":{"name":"Flat M","price":9.99,"since":"2025-01-01"}},`, 900)[:maxResponse]
	for name, body := range bodies {
		b.Run(name, func(b *testing.B) {
			kind, p := []byte(html), []byte(body)
			for b.Loop() {
				r.Reset(200, kind)
				r.Feed(p)
				r.Leaks()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/maxResponse, "ns/byte")
		})
	}
}
