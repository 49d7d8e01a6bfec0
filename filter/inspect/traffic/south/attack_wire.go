package south

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Attacks on the protocol itself, tools that announce themselves, tokens and credentials.

// plain is an honest request of the sample's industry, to put something wrong into.
func (g *gen) plain(method string, set ...[2]string) Sample {
	path := joinQuery(g.spot("query GET ~ x").path, strings.Join(g.pairs(g.between(1, 3)), "&"))
	c := call{path: path, set: set}
	s := Sample{Method: method, Path: path}
	if method == "POST" || method == "PUT" || method == "PATCH" {
		s.Body = []byte(g.object(g.between(2, 6), nil))
		c.mime, c.size = "application/json", len(s.Body)
	}
	s.Headers = g.headers(c)
	return s
}

// withHeader is an honest request with given headers, the first of which is the value in question.
func (g *gen) withHeader(method string, set ...[2]string) Sample {
	s := g.plain(method, set...)
	s.Value, s.Place = set[0][1], "header"
	return s
}

// twice repeats a header under the same name, dropping another so that the count keeps its bounds.
func (s Sample) twice(h [2]string) Sample {
	if len(s.Headers) >= maxHeaders {
		for i := len(s.Headers) - 1; i > 0; i-- {
			if n := s.Headers[i][0]; n != h[0] && n != "content-type" && n != "content-length" {
				s.Headers = append(s.Headers[:i], s.Headers[i+1:]...)
				break
			}
		}
	}
	s.Headers = append(s.Headers, h)
	s.Value, s.Place = h[0]+": "+h[1], "header"
	return s
}

func made(class, name string, write func(g *gen) Sample) family {
	return family{name: class + "/" + name, class: class, twist: "none", build: write}
}

func attackOddities() []family {
	return []family{
		made("oddity", "method", func(g *gen) Sample {
			s := g.plain(pick(g, []string{"TRACE", "TRACK", "DEBUG", "CONNECT", "PROPFIND", "MOVE", "JEFF", "get", "PURGE", "COPY", "INDEX", g.slot("upper")}))
			s.Value, s.Place = s.Method, "header"
			return s
		}),
		made("oddity", "method-override", func(g *gen) Sample {
			name := pick(g, []string{"x-http-method-override", "x-method-override", "x-http-method"})
			return g.withHeader("GET", [2]string{name, pick(g, []string{"DELETE", "TRACE", "PUT", "CONNECT", "DEBUG"})})
		}),
		made("oddity", "two-lengths", func(g *gen) Sample {
			return g.plain("POST").twice([2]string{"content-length", g.slot("num")})
		}),
		made("oddity", "length-and-chunked", func(g *gen) Sample {
			value := pick(g, []string{"chunked", "xchunked", "chunked, identity", "\tchunked", "identity, chunked", "Chunked;x=" + g.slot("letters")})
			return g.plain("POST").twice([2]string{"transfer-encoding", value})
		}),
		made("oddity", "two-hosts", func(g *gen) Sample {
			return g.plain("GET").twice([2]string{"host", g.slot("evil")})
		}),
		made("oddity", "rewrite-headers", func(g *gen) Sample {
			name := pick(g, []string{"x-original-url", "x-rewrite-url", "x-forwarded-prefix", "x-override-url"})
			return g.withHeader("GET", [2]string{name, g.say("/‹admin|internal|actuator|manager›/‹en-noun›?‹letters›=‹num›")})
		}),
		made("oddity", "control-bytes", func(g *gen) Sample {
			v := g.slot("en-noun") + g.from("\x00\x01\x02\x07\x08\x0b\x0e\x1b\x7f", g.between(1, 6)) + g.slot("letters")
			return g.request(pick(g, []string{"query GET ~ q", "json POST ~ name", "form POST ~ title", "path GET /items -", "cookie GET ~ sid", "multipart POST ~ note"}), v)
		}),
		made("oddity", "broken-percent", func(g *gen) Sample {
			v := g.slot("en-noun") + pick(g, []string{"%", "%%", "%g1", "%2", "%u00", "%uZZZZ", "%c0%ae", "%f8%80%80%80%af", "%ed%a0%80", "%ff%fe", "%0x41"}) + g.slot("letters")
			s := g.plain("GET")
			s.Path = joinQuery(strings.SplitN(s.Path, "?", 2)[0], g.slot("letters")+"="+v)
			s.Value, s.Place = v, "query"
			return s
		}),
		made("oddity", "range-flood", func(g *gen) Sample {
			return g.withHeader("GET", [2]string{"range", "bytes=0-," + g.many(30, 300, "‹1..9›-‹10..999›", ",")})
		}),
		made("oddity", "content-type", func(g *gen) Sample {
			s := g.plain("POST", [2]string{"content-type", pick(g, []string{"application/json, text/xml", "text/plain; charset=utf-7", "multipart/form-data; boundary=", "application/x-www-form-urlencoded; charset=ibm037", "application/json;charset=" + g.slot("letters"), "%{" + g.slot("letters") + "}", "application/json\tx"})})
			s.Place = "header"
			for _, h := range s.Headers {
				if h[0] == "content-type" {
					s.Value = h[1]
				}
			}
			return s
		}),
		made("scanner", "tool-agent", func(g *gen) Sample {
			return g.withHeader(pick(g, []string{"GET", "POST"}), [2]string{"user-agent", g.say("‹sqlmap/1.‹1..9›.‹1..12›#stable (https://sqlmap.org)|Mozilla/5.00 (Nikto/2.‹1..5›.‹0..6›) (Evasions:None) (Test:‹num›)|Nuclei - Open-source project (github.com/projectdiscovery/nuclei) ‹ver›|gobuster/3.‹0..6›|Fuzz Faster U Fool v‹ver›|WPScan v‹ver› (https://wpscan.com/)|masscan/1.‹0..3› (https://github.com/robertdavidgraham/masscan)|Mozilla/5.0 zgrab/0.‹x|1..9›|feroxbuster/‹ver›|Acunetix-‹ver›|Nessus SOAP v‹ver›|Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html) ‹num›|DirBuster-1.0-RC‹1..9›|Wfuzz/‹ver›|commix/v‹ver›|Arachni/v‹ver›|Havij ‹ver›|w3af.org/‹ver›|OWASP ZAP ‹ver›|jaeles v‹ver›|dirsearch/‹ver›|XSStrike ‹ver›|hydra/‹ver››")})
		}),
		made("scanner", "tool-headers", func(g *gen) Sample {
			name := pick(g, []string{"x-scanner", "acunetix-aspect", "x-wipp", "x-scan-memo", "x-nuclei-template", "x-zap-scan-id", "x-burp-test"})
			return g.withHeader("GET", [2]string{name, g.say("‹enabled|netsparker|sqlmap›;‹letters›=‹num›")})
		}),
		made("scanner", "sensitive-path", func(g *gen) Sample {
			v := g.say("‹/.env|/.git/config|/.git/HEAD|/wp-login.php|/phpmyadmin/index.php|/.aws/credentials|/actuator/heapdump|/server-status|/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php|/cgi-bin/‹letters›.cgi|/solr/admin/info/system|/.DS_Store|/backup.sql.gz|/config.php.bak|/console/login/LoginForm.jsp|/HNAP1|/boaform/admin/formLogin|/.svn/entries|/telescope/requests|/debug/pprof/heap|/jenkins/script|/wp-content/plugins/‹letters›/readme.txt|/manager/html|/_ignition/execute-solution|/autodiscover/autodiscover.json|/owa/auth/x.js›")
			if g.chance(40) {
				v = g.say("/‹en-noun|api|old|v1|‹letters››") + v
			}
			s := g.plain("GET")
			s.Path, s.Value, s.Place = v, v, "path"
			if g.chance(40) {
				s.Path += "?" + strings.Join(g.pairs(1), "&")
			}
			return s
		}),
		made("scanner", "probe-marks", func(g *gen) Sample {
			v := g.say("‹acunetix_wvs_‹letters›_test|nessus‹num›|burpsuite‹letters›.‹evil›|../nikto-‹num›.html|zap‹hex8›<\"'>|{{nuclei-‹letters›}}|sqlmap‹letters›'\"|<!--wvs‹num›-->|w3af‹letters›'\"|netsparker(0x‹hex8›)|jndi-probe-‹hex4›.oast.me›")
			return g.request(pick(g, []string{"query GET ~ q", "form POST ~ name", "json POST ~ title", "cookie GET ~ sid", "path GET ~ -", "header GET ~ referer"}), v)
		}),
		made("scanner", "web-shell", func(g *gen) Sample {
			v := g.say("/‹uploads|images|wp-content/uploads/20‹10..26›|tmp|static›/‹c99|r57|b374k|wso|alfa|shell|cmd|x›‹num›.‹php|jsp|aspx|phtml›")
			s := g.plain(pick(g, []string{"GET", "POST"}))
			s.Path, s.Value, s.Place = v+g.say("?‹cmd|exec|c|pass›=‹id|whoami|ls›"), v, "path"
			return s
		}),
	}
}

func attackTokens() []family {
	token := func(name, header string) family {
		return made("token", name, func(g *gen) Sample { return g.carriesToken(g.jwt(g.say(header))) })
	}
	credential := func(name string, keys []string, say ...string) family {
		return made("urlcredential", name, func(g *gen) Sample {
			sp := g.spot("query GET ~ " + pick(g, keys))
			return g.fill(sp, leaf{value: g.say(pick(g, say))})
		})
	}
	return []family{
		made("token", "alg-none", func(g *gen) Sample {
			t := g.jwt(g.say(`{"‹typ":"JWT","alg|alg›":"‹none|None|NONE|nOnE|noNe›"}`))
			if g.chance(70) {
				t = t[:strings.LastIndexByte(t, '.')+1]
			}
			return g.carriesToken(t)
		}),
		token("embedded-key", `{"alg":"RS256","typ":"JWT","jwk":{"kty":"RSA","kid":"‹hex8›","n":"‹b64url›","e":"AQAB"}}`),
		token("key-url", `{"alg":"RS256","‹jku|x5u›":"http‹s|›://‹evil›/‹.well-known/jwks.json|k.pem|‹letters››","kid":"‹hex8›"}`),
		token("crit-unknown", `{"alg":"‹HS256|RS256›","crit":["‹exp|http://‹evil›|x-‹letters›|b64›"],"‹letters›":true}`),
		token("kid-injection", `{"alg":"HS256","typ":"JWT","kid":"‹../../../../dev/null|' UNION SELECT '‹letters›'-- |‹pipe›‹letters›|/etc/passwd|‹letters›' or 1=1#|../../../../proc/sys/kernel/randomize_va_space|http://‹evil›/k›‹|‹letters››"}`),
		token("own-certificate", `{"alg":"RS256","x5c":["MII‹b64›","MII‹b64›"],"typ":"JWT"}`),
		made("token", "bad-parts", func(g *gen) Sample {
			t := g.jwt("")
			parts := strings.Split(t, ".")
			bad := []string{parts[0] + "." + parts[1] + ".", parts[0] + ".." + parts[2], t + "." + parts[2], base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"","typ":"JWT"}`)) + "." + parts[1] + ".AA", parts[0] + "." + parts[1] + "." + g.slot("letters") + "=="}
			return g.carriesToken(pick(g, bad))
		}),
		credential("password-in-query", []string{"password", "passwd", "pwd", "user_password", "pin"}, "‹password›", "‹handle›‹1900..2026›", "‹upper›‹num›!"),
		credential("token-in-query", []string{"access_token", "auth", "bearer", "id_token", "session_token", "jwt"}, "‹jwt›", "‹hex40›", "‹nano›‹nano›"),
		credential("key-in-query", []string{"api_key", "apikey", "client_secret", "secret", "private_key", "aws_secret_access_key"}, "sk_live_‹hex24›", "‹b64url›", "AKIA‹upper›‹upper›", "ghp_‹hex32›", "‹uuid›", "xoxb-‹digits10›-‹hex24›"),
		made("urlcredential", "userinfo", func(g *gen) Sample {
			v := g.say("https://‹user›:‹letters›‹num›@‹domain›/‹dirs›")
			return g.request(pick(g, []string{"query GET ~ url", "header GET ~ referer", "query GET ~ redirect", "json POST /import source", "path GET /fetch -"}), v)
		}),
		made("urlcredential", "path-token", func(g *gen) Sample {
			v := g.slot("jwt")
			return g.request(pick(g, []string{"path GET /session/§/profile -", "path GET /reset/password -", "path GET /auth/token/§/refresh -"}), v)
		}),
		made("urlcredential", "referer-token", func(g *gen) Sample {
			v := g.say("https://www.‹domain›/‹dirs›?‹access_token|token|password|api_key›=‹‹hex40›|‹jwt›|‹nano››")
			return g.withHeader("GET", [2]string{"referer", v})
		}),
	}
}

// carriesToken sends a token where clients send theirs.
func (g *gen) carriesToken(t string) Sample {
	switch g.r.IntN(6) {
	case 0:
		at := pick(g, []string{"cookie GET ~ ‹session|jwt|id_token›", "json POST /auth/exchange ‹token|id_token|assertion›", "form POST /oauth/token ‹assertion|client_assertion›"})
		return g.request(at, t)
	case 1:
		return g.withHeader("GET", [2]string{pick(g, []string{"x-access-token", "x-auth-token", "x-id-token"}), t})
	}
	s := g.withHeader(pick(g, []string{"GET", "GET", "POST", "DELETE", "PUT"}), [2]string{"authorization", fmt.Sprintf("%s %s", pick(g, []string{"Bearer", "Bearer", "bearer", "JWT"}), t)})
	s.Value = t
	return s
}
