package south

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// call is what the headers must fit.
type call struct {
	path    string
	mime    string // "" where there is no body
	size    int
	browser bool
	set     [][2]string // headers with given values
}

// Between these there are headers of a request.
const (
	minHeaders = 8
	maxHeaders = 14
)

// headers are those of one of several kinds of clients, host first, 8 to 14 of them.
func (g *gen) headers(c call) [][2]string {
	host := g.say("‹api|www|gw|app|eu1.api|backend›.") + g.slot("domain")
	out := [][2]string{{"host", host}}
	for _, h := range c.set {
		out = put(out, h)
	}
	if c.mime != "" {
		out = put(out, [2]string{"content-type", c.mime})
		out = put(out, [2]string{"content-length", strconv.Itoa(c.size)})
	}
	for _, h := range g.client(c, host) {
		out = put(out, h)
	}
	rest := g.spare(host)
	g.r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	want := g.between(minHeaders, maxHeaders)
	for _, h := range rest {
		if len(out) < want {
			out = put(out, h)
		}
	}
	out = out[:min(len(out), maxHeaders)]
	tail := out[1:]
	g.r.Shuffle(len(tail), func(i, j int) { tail[i], tail[j] = tail[j], tail[i] })
	return out
}

// put adds a header or field unless there is one of that name.
func put(list [][2]string, h [2]string) [][2]string {
	if slices.ContainsFunc(list, func(o [2]string) bool { return o[0] == h[0] }) {
		return list
	}
	return append(list, h)
}

func (g *gen) client(c call, host string) [][2]string {
	if c.browser {
		return g.fromBrowser(host)
	}
	switch g.r.IntN(5) {
	case 0:
		return g.fromBrowser(host)
	case 1:
		return g.fromPhone()
	default:
		return g.fromProgram()
	}
}

func (g *gen) fromBrowser(host string) [][2]string {
	origin := "https://" + strings.TrimPrefix(host, "api.")
	return [][2]string{
		{"user-agent", g.slot("browser")},
		{"accept", pick(g, []string{"application/json, text/plain, */*", "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"})},
		{"accept-language", g.languages()},
		{"accept-encoding", "gzip, deflate, br, zstd"},
		{"referer", origin + g.say("/‹dirs›")},
		{"origin", origin},
		{"sec-fetch-mode", "cors"},
		{"sec-fetch-site", pick(g, []string{"same-origin", "same-site", "cross-site"})},
		{"cookie", strings.Join(g.jar(), "; ")},
	}
}

func (g *gen) fromPhone() [][2]string {
	return [][2]string{
		{"user-agent", g.slot("phoneagent")},
		{"accept", "application/json"},
		{"accept-encoding", "gzip"},
		{"authorization", "Bearer " + g.jwt("")},
		{"x-app-version", g.slot("ver")},
		{"x-device-id", g.uuid()},
		{"accept-language", g.languages()},
	}
}

func (g *gen) fromProgram() [][2]string {
	return [][2]string{
		{"user-agent", g.slot("programagent")},
		{"accept", pick(g, []string{"*/*", "application/json", "application/vnd.api+json, application/json;q=0.9"})},
		{"accept-encoding", pick(g, []string{"gzip, deflate", "gzip", "identity"})},
		g.credential(),
	}
}

func (g *gen) credential() [2]string {
	switch g.r.IntN(5) {
	case 0:
		return [2]string{"x-api-key", g.say("‹pk_live_|sk-|ak.|›") + g.slot("nano")}
	case 1:
		return [2]string{"authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(g.say("‹user›:‹password›")))}
	case 2:
		return [2]string{"authorization", g.say("Token ‹hex40›")}
	}
	return [2]string{"authorization", "Bearer " + g.jwt("")}
}

func (g *gen) languages() string {
	home := map[string]string{"en": "en-GB", "pt": "pt-BR", "tr": "tr-TR", "ja": "ja-JP", "hi": "hi-IN", "ar": "ar-EG"}[g.lang]
	return pick(g, []string{home, home + "," + g.lang + ";q=0.9,en;q=0.7", home + ";q=1.0, *;q=0.5"})
}

// spare are headers that any request may have.
func (g *gen) spare(host string) [][2]string {
	return [][2]string{
		{"x-request-id", g.uuid()},
		{"traceparent", fmt.Sprintf("00-%s-%s-01", g.hex(32), g.hex(16))},
		{"x-forwarded-for", g.say("‹ip›, ‹ip›")},
		{"x-forwarded-proto", "https"},
		{"cache-control", pick(g, []string{"no-cache", "max-age=0"})},
		{"if-none-match", g.say(`W/"‹hex16›-‹hex4›"`)},
		{"if-modified-since", g.slot("httpdate")},
		{"x-requested-with", "XMLHttpRequest"},
		{"dnt", "1"},
		{"priority", pick(g, []string{"u=1, i", "u=4"})},
		{"x-correlation-id", g.slot("ulid")},
		{"sec-ch-ua", g.say(`"Chromium";v="‹110..138›", "Not.A/Brand";v="‹8..99›"`)},
		{"sec-ch-ua-platform", pick(g, []string{`"Windows"`, `"Android"`, `"macOS"`})},
		{"x-tenant", g.slot("slug")},
		{"accept-charset", "utf-8"},
		{"te", "trailers"},
		{"x-client-time", g.slot("datetime")},
		{"x-forwarded-host", host},
	}
}

// jar holds the cookies of an honest browser, analytics among them.
func (g *gen) jar() []string {
	all := []string{
		g.say("_ga=GA1.1.‹digits10›.‹unix›"),
		g.say("_gid=GA1.2.‹digits10›.‹unix›"),
		g.say("_fbp=fb.1.‹millis›.‹digits10›"),
		g.say("sid=s%3A‹nano›.‹b64url›"),
		g.say("lang=‹locale›"),
		g.say("csrftoken=‹hex32›"),
		g.say("_hjSessionUser_‹1000..9000›=‹b64url›"),
		g.say("consent=analytics:‹true|false›|ads:‹true|false›|ts:‹unix›"),
		g.say("theme=‹dark|light|auto›"),
		g.say("tz=") + percent(g.slot("tz"), "", false),
		g.say(`prefs=%7B%22density%22%3A%22‹compact|cozy›%22%2C%22cols%22%3A‹1..6›%7D`),
	}
	g.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:g.between(2, 6)]
}
