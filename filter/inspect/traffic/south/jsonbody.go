package south

import (
	"fmt"
	"strings"
)

// field is one honest field of the sample's industry: its name in the sample's case and its value, quoted unless it is a number, boolean or null.
func (g *gen) field() (name, value string) {
	name, template, _ := strings.Cut(pick(g, g.words[g.theme+".fields"]), "=")
	if raw, ok := strings.CutPrefix(template, "#"); ok {
		return g.cased(name), number(g.say(raw))
	}
	return g.cased(name), `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(g.say(template)) + `"`
}

// fields are up to n honest fields, no name twice, their values as plain text.
func (g *gen) fields(n int) [][2]string {
	var out [][2]string
	for range n {
		name, value := g.field()
		out = put(out, [2]string{name, strings.Trim(value, `"`)})
	}
	return out
}

// number drops the zeros that JSON forbids in front, as in "-07".
func number(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", strings.TrimLeft(s, "-")
	}
	for len(s) > 1 && s[0] == '0' && s[1] != '.' {
		s = s[1:]
	}
	return sign + s
}

func (g *gen) cased(name string) string {
	if !g.camel {
		return name
	}
	words := strings.Split(name, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// object is a JSON object of n honest fields, no name twice, and the members given ("key":value, encoded).
func (g *gen) object(n int, members []string) string {
	seen := map[string]bool{}
	for _, m := range members {
		key, _, _ := strings.Cut(strings.TrimPrefix(m, `"`), `"`)
		seen[key] = true
	}
	for range n {
		name, value := g.field()
		if !seen[name] {
			seen[name] = true
			members = g.insert(members, `"`+name+`":`+g.gap()+value)
		}
	}
	return "{" + strings.Join(members, ","+g.gap()) + "}"
}

// gap is the white space that some writers leave.
func (g *gen) gap() string {
	if g.camel {
		return ""
	}
	return " "
}

// nest wraps an encoded value under a dotted key, with honest siblings on each level.
func (g *gen) nest(key, value string) string {
	if key == "" || key == "-" {
		return value
	}
	head, rest, _ := strings.Cut(key, ".")
	name, array := strings.CutSuffix(head, "[]")
	inner := g.nest(rest, value)
	if array {
		inner = g.array(inner, rest != "")
	}
	if name == "" {
		return inner
	}
	return g.object(g.between(0, 4), []string{g.jsonText(coatPlain, name) + ":" + g.gap() + inner})
}

// array puts a value among others of its kind.
func (g *gen) array(value string, objects bool) string {
	items := []string{value}
	for range g.r.IntN(3) {
		if objects {
			items = g.insert(items, g.object(g.between(1, 3), nil))
		} else {
			items = g.insert(items, g.jsonText(coatPlain, g.say("‹en-noun›")))
		}
	}
	return "[" + strings.Join(items, ","+g.gap()) + "]"
}

func (g *gen) inJSON(sp spot, l leaf) Sample {
	c := g.coat("json")
	value := l.json
	if value == "" {
		value = g.jsonText(c, l.value)
	}
	switch sp.place {
	case "jsonapi":
		return g.document(sp, g.jsonAPI(sp.key, value), "application/vnd.api+json", l.value, "json")
	case "rpc":
		return g.document(sp, g.remote(sp.key, value), "application/json", l.value, "json")
	case "grpc":
		g.camel = true
		return g.document(sp, g.nest(sp.key, value), "application/json", l.value, "json")
	case "jsonkey":
		return g.document(sp, g.nest(sp.key, g.keyed(c, l)), "application/json", l.value, "jsonkey")
	case "rawjson":
		return g.document(sp, l.json, "application/json", l.value, "json")
	}
	mime := pick(g, []string{"application/json", "application/json", "application/json; charset=utf-8"})
	return g.document(sp, g.nest(sp.key, value), mime, l.value, "json")
}

// keyed is an object with the value as one of its keys.
func (g *gen) keyed(c coat, l leaf) string {
	held := l.json
	if held == "" {
		held = g.jsonText(coatPlain, g.say("‹state›"))
	}
	return g.object(g.between(1, 4), []string{g.jsonText(c, l.value) + ":" + g.gap() + held})
}

func (g *gen) jsonAPI(key, value string) string {
	kind := g.slot(g.theme + ".type")
	attributes := g.nest(key, value)
	related := fmt.Sprintf(`{"%s":{"data":{"type":"%s","id":"%s"}}}`, g.slot("en-noun"), g.slot("en-noun"), g.slot("num"))
	return fmt.Sprintf(`{"data":{"type":"%s","id":"%s","attributes":%s,"relationships":%s}}`, kind, g.slot("id"), attributes, related)
}

func (g *gen) remote(key, value string) string {
	id := g.say("‹1..9000›")
	if g.chance(40) {
		id = `"` + g.uuid() + `"`
	}
	call := fmt.Sprintf(`{"jsonrpc":"2.0","method":"%s","params":%s,"id":%s}`, g.slot(g.theme+".verb"), g.nest(key, value), id)
	if g.chance(15) {
		ping := fmt.Sprintf(`{"jsonrpc":"2.0","method":"session.ping","params":[%d]}`, g.between(1, 900))
		return "[" + ping + "," + call + "]"
	}
	return call
}

// inGraph puts a value into a GraphQL request: as variable, inline in the document, or as the document itself.
func (g *gen) inGraph(sp spot, l leaf) Sample {
	name := g.say("‹Load|Find|Save|Edit|List›") + title(g.slot("en-noun"))
	c := g.coat("graphql")
	switch sp.place {
	case "gqldoc":
		return g.document(sp, g.graphBody("", l.value, "{}"), "application/json", l.value, "graphql")
	case "gqlinline":
		verb := pick(g, []string{"query", "mutation"})
		doc := fmt.Sprintf("%s %s { %s(%s: %s, first: %d) { id %s } }", verb, name, lower(name), lastKey(sp.key), g.jsonText(coatPlain, g.dress(c, l.value)), g.between(1, 50), g.graphFields())
		return g.document(sp, g.graphBody(name, doc, "{}"), "application/json", l.value, "graphql")
	}
	value := l.json
	if value == "" {
		value = g.jsonText(c, l.value)
	}
	doc := fmt.Sprintf("mutation %s($input: %sInput!) {\n  %s(input: $input) {\n    id\n    %s\n    errors { path message }\n  }\n}", name, name, lower(name), g.graphFields())
	return g.document(sp, g.graphBody(name, doc, `{"input":`+g.nest(sp.key, value)+`}`), "application/json", l.value, "graphql")
}

func (g *gen) graphBody(name, doc, variables string) string {
	if name == "" {
		return fmt.Sprintf(`{"query":%s,"variables":%s}`, g.jsonText(coatPlain, doc), variables)
	}
	return fmt.Sprintf(`{"operationName":"%s","variables":%s,"query":%s}`, name, variables, g.jsonText(coatPlain, doc))
}

func (g *gen) graphFields() string {
	fields := make([]string, g.between(1, 4))
	for i := range fields {
		name, _, _ := strings.Cut(pick(g, g.words[g.theme+".fields"]), "=")
		fields[i] = name
	}
	return strings.Join(fields, " ")
}

func lastKey(key string) string {
	return strings.TrimSuffix(key[strings.LastIndexByte(key, '.')+1:], "[]")
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }
