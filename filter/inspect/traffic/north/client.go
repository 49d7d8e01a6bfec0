package north

import (
	"slices"
	"strconv"
	"strings"
)

// A request has this many headers; oddities may have a few more.
const (
	minHeaders = 8
	maxHeaders = 14
)

// dress gives the request the headers of one kind of client: those that it must have, the shape's own, and others until
// there are enough. Names are in lower case, as Envoy shows them.
func (g *gen) dress(sh shape, s Sample, ctype string) [][2]string {
	kind := pick(g, []string{"browser", "browser", "mobile", "server"})
	var out [][2]string
	add := func(name, value string) {
		if value != "" && !slices.ContainsFunc(out, func(h [2]string) bool { return h[0] == name }) {
			out = append(out, [2]string{name, oneLine(value)})
		}
	}
	for _, h := range sh.headers {
		name, value, _ := strings.Cut(h, ": ")
		out = append(out, [2]string{g.text(name), g.header(name, value)})
	}
	add("host", g.text("⟦host⟧"))
	add("content-type", ctype)
	if len(s.Body) > 0 {
		add("content-length", strconv.Itoa(len(s.Body)))
	}
	add("user-agent", g.text("⟦ua."+kind+"⟧"))
	add("accept", g.text("⟦accept."+kind+"⟧"))
	want := g.between("8-14")
	pool := g.gr.rules["headers."+kind]
	for _, i := range g.r.Perm(len(pool)) {
		if len(out) >= want {
			break
		}
		name, value, _ := strings.Cut(pool[i], "= ")
		add(name, g.text(value))
	}
	return g.inOrder(out)
}

// header expands one header of a shape. A cookie's slots are encoded as cookies are; ⟦!…⟧ stays as it is, control bytes too.
func (g *gen) header(name, value string) string {
	if strings.Contains(value, "⟦!@⟧") {
		return g.expand(value, nil)
	}
	if name == "cookie" {
		return oneLine(g.expand(value, g.style.cookie))
	}
	if name == "referer" {
		return oneLine(g.expand(value, g.style.query))
	}
	return oneLine(g.expand(value, nil))
}

// inOrder puts the host first and the rest in an order of the client's own.
func (g *gen) inOrder(h [][2]string) [][2]string {
	g.r.Shuffle(len(h), func(i, j int) { h[i], h[j] = h[j], h[i] })
	for i := range h {
		if h[i][0] == "host" {
			h[0], h[i] = h[i], h[0]
			break
		}
	}
	return h
}
