package main

import (
	"strings"

	"picket/filter/inspect"
)

// passedFor are the groups where a rule matches, Picket reports nothing, and we stand by it. The first that holds counts.
func passedFor() []stand {
	return []stand{
		{"how programs speak HTTP", "Missing or odd Host, Accept, User-Agent, Connection and Content-Type headers, several ranges, a body where none is usual, no version: that is how " +
			"programs and downloads speak. Envoy takes care of framing, and guards ask an endpoint's callers for headers.",
			rules(920170, 920180, 920200, 920210, 920280, 920310, 920311, 920320, 920330, 920340, 920350, 920430, 920600, 920640, 920660)},
		{"sizes and counts", "How many arguments and how large they may be is a guard of the endpoint, not a sign of an attack.",
			rules(920360, 920370, 920380, 920390, 920400, 920410)},
		{"lists of what is allowed", "Methods, method overrides, content types, character sets, headers and extensions that a site does not want are its policy: guards of the endpoint.",
			rules(911100, 920420, 920440, 920450, 920451, 920480, 920500, 920530, 920650, 922100, 922110, 922120)},
		{"encodings by themselves", "Picket decodes a value in each plausible way and judges what comes out. Where that is harmless, a stray percent sign or a second decoding is a careless client.",
			rules(920230, 920240, 920250, 920260, 920540)},
		{"signs in names of files and parts", "Quotes, semicolons and equal signs are honest in names of files. Picket inspects the names as values instead.",
			rules(920120, 920121)},
		{"content types that name two", "A content type that hides a second one in a parameter is read by its first. Here the bodies are empty: there is nothing to get past.",
			rules(921421, 921422)},
		{"new lines in values", "A line break in a parameter is text of several lines. Picket wants a header or a command of a protocol behind it.",
			rules(921151)},
		{"cookies of the old kind", "$Version is what RFC 2965 asked of clients. Each cookie's value is inspected.",
			rules(921250)},
		{"files that somebody may ask for", "That a path names a tool's settings, a log or a dump is for the service to answer with 404. Asking for many of them is a matter of many requests.",
			rules(930130, 930140)},
		{"URLs in values", "Webhooks, avatars, callbacks, links: a URL of a public host is what APIs take. Picket wants one that points inside, to a metadata service, or has an odd scheme.",
			func(d *disputed) bool {
				return d.rule/1000 == 931 && !contains(d.values, "file:", "ssh2", "gopher:", "dict:")
			}},
		{"data URLs", "Pictures and documents travel in data URLs. Their content is what counts.",
			rules(934170)},
		{"filters of object mappers", "Field names with double underscores are how honest clients of such APIs filter. Which fields may be asked for is the endpoint's schema.",
			rules(934220)},
		{"kinds of files that are uploaded", "Which kinds of files an endpoint takes is its guard. The names are inspected as values.",
			rules(932180, 933110, 933220, 944140)},
		{"directives of PHP", "name=value with the name of a setting is an ordinary parameter to everything but a php.ini.",
			rules(933120)},
		{"what no browser reads any more", "VML, UTF-7 and US-ASCII tricks worked in Internet Explorer only.",
			rules(941200, 941310, 941350)},
		{"numbers", "A large or very small number is a number. Whether an endpoint takes it is for its schema to say.",
			rules(942220)},
		{"counts of signs", "Many quotes, dashes or brackets are honest in prose, code, tables and faces. Picket wants them to be parts of something.",
			rules(942430)},
		{"names of sessions in parameters", "A session's id in a parameter is no attack on the one request that carries it. Picket reports the well-known names as credentials in the URL; one session that many use is a matter of many requests.",
			func(d *disputed) bool { return d.rule == 943110 || d.rule == 943120 }},
		{"the first letters of serialized Java", "A few letters of base64 are a few letters. Picket wants a stream that goes on.",
			func(d *disputed) bool { return d.rule == 944210 && longest(d.values) < 24 }},
		{"names by themselves", "A word, a dotted name or a function's name with nothing in its brackets does nothing by itself, and is honest in telemetry, stack traces, " +
			"searches, field names and documentation. Picket wants what makes it an attack: a way out of the value, a call with arguments, a target.",
			func(d *disputed) bool { return within(d.rule, 932, 933, 934, 941, 942, 944) && namesOnly(d.values) }},
		{"commands without a way in", "A command line with no separator, substitution or dangerous target in front of or in it is honest in tickets, chats, build logs and runbooks. " +
			"It is an attack only where a parameter as a whole is run, which is a shell by design.",
			func(d *disputed) bool {
				return d.rule/1000 == 932 && !contains(d.values, ";", "|", "&", "`", "$", "\n", "\\n", "<(", ">", "bin/", "/[", "/etc/", "passwd", "(){", "() {")
			}},
		{"pieces of SQL without a way out", "Operators, calls and clauses that close no string and start no comment are honest in searches, formulas and talk about SQL. Picket wants a statement, " +
			"or a way out of the value.",
			func(d *disputed) bool {
				return d.rule/1000 == 942 && d.rule != 942130 && d.rule != 942131 && !contains(d.values, "'", "\"", "`", ";", "--", "#", "/*", "::", "union", "select", " or ", "and ")
			}},
	}
}

// reportedFor are the groups where a rule should not match, Picket reports, and we stand by it. A test speaks of its own
// rule only: it may well carry what another one is for.
func reportedFor() []stand {
	return []stand{
		{"credentials in the URL", "The test is of another rule. A password, token or session in a URL ends up in logs and histories: that is what this class reports.",
			func(d *disputed) bool { return d.finding.Class == inspect.URLCredential }},
		{"oddities of HTTP", "The test is of another rule. CONNECT, control bytes, conflicting framing and strange character sets have no place at an API.",
			func(d *disputed) bool { return d.finding.Class == inspect.Oddity }},
		{"other people's software", "The test is of another rule. Paths of WordPress at an API are scanners'. A site that runs it says so by an exception.",
			func(d *disputed) bool { return d.finding.Class == inspect.Scanner }},
		{"attacks that another rule is for", "The test says that its own rule is not the one to match; what it carries is an attack all the same.",
			func(d *disputed) bool {
				return rules(920640, 921140, 932207, 932230, 932236, 932260, 933200, 934110, 934120, 941100, 941140, 942101, 942160, 942360, 944100, 944110)(d) ||
					d.rule == 932250 && d.finding.Class == inspect.Command
			}},
		{"PHP's tag", "An opening tag in a value is PHP, whatever follows it.",
			func(d *disputed) bool { return d.rule == 933100 && d.finding.Rule == "php-tag" }},
	}
}

func rules(of ...int) func(d *disputed) bool {
	return func(d *disputed) bool {
		for _, r := range of {
			if d.rule == r {
				return true
			}
		}
		return false
	}
}

// within says whether a rule stands in one of the files.
func within(rule int, files ...int) bool {
	for _, f := range files {
		if rule/1000 == f {
			return true
		}
	}
	return false
}

func contains(values []string, signs ...string) bool {
	for _, v := range values {
		v = strings.ToLower(v)
		for _, s := range signs {
			if strings.Contains(v, s) {
				return true
			}
		}
	}
	return false
}

func longest(values []string) (n int) {
	for _, v := range values {
		n = max(n, len(v))
	}
	return n
}

// namesOnly says whether each value is one or two names, the last perhaps with brackets that are empty or open.
func namesOnly(values []string) bool {
	for _, v := range values {
		v = strings.TrimRight(v, "; \t\r\n")
		v = strings.TrimSpace(strings.TrimSuffix(v, ")"))
		v = strings.TrimSpace(strings.TrimSuffix(v, "("))
		words := strings.Fields(v)
		if len(words) > 2 || strings.IndexFunc(strings.Join(words, ""), notInName) >= 0 {
			return false
		}
	}
	return true
}

func notInName(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("_.:-", r)
}
