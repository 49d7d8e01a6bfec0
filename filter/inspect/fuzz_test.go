package inspect

import "testing"

// FuzzWhole feeds a request in two pieces of any size, with any content type.
func FuzzWhole(f *testing.F) {
	for _, k := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/xml", "application/graphql", "text/plain", "application/grpc", ""} {
		f.Add("/a/../b?c=%27+or+1%3D1", "a=b; c=\"d\"", k, []byte(`{"query":"{ a: b(c: \"d\") { ...e } }","a":["\u0027\ud83d\ude00"]}`), uint16(3))
		f.Add("/", "Bearer eyJhbGciOiJub25lIn0.e30.", k, []byte("--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\r\n\r\n<a b='c'>&lt;</a>\r\n--b--"), uint16(40))
	}
	in := New()
	f.Fuzz(func(t *testing.T, target, header, kind string, body []byte, cut uint16) {
		in.Begin([]byte("POST"))
		in.Target([]byte(target))
		for _, name := range []string{"cookie", "authorization", "user-agent", "referer", "content-length", "range", "x-note"} {
			in.Header([]byte(name), []byte(header))
		}
		b := in.Body([]byte(kind))
		at := min(int(cut), len(body))
		b.Feed(body[:at])
		b.Feed(body[at:])
		b.End()
		check(t, in)
	})
}

// FuzzValue puts a value through every decoder and detector, whatever the first pass says.
func FuzzValue(f *testing.F) {
	for _, v := range []string{"1' or '1'='1", "%2527%c0%af&#x3c;\\u003c%u003c", "<script>alert(1)</script>", "$(id)`id`;|&", "${jndi:x}{{7*7}}", "http://[::1]@0x7f.1:80#@x", "*)(uid=*", "//a[@b]/..", "<!DOCTYPE a [<!ENTITY", "/*!50000union*/ select--", "\r\nSet-Cookie: a", "O:1:\"a\":1:{", "rO0ABXNyABFqYXZhLnV0aWwu"} {
		f.Add([]byte(v))
	}
	in := New()
	f.Fuzz(func(t *testing.T, v []byte) {
		v = v[:min(len(v), window)]
		for z := ZoneRequest; z <= ZoneProtobuf; z++ {
			in.Begin(nil)
			in.at(z, []byte("url"))
			in.deepLook(v)
			in.decodings(v)
			in.encoded(v)
			check(t, in)
		}
	})
}

// FuzzDecoder: no decoder makes more than it takes.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte("%41\\u0041&#65;&lt;%u0041\\x41\\u{41}\xc0\xaf\xef\xbc\x87+"), true)
	f.Fuzz(func(t *testing.T, v []byte, plus bool) {
		v = v[:min(len(v), window)]
		out := make([]byte, 0, window)
		d := decoder{in: v, out: out, plus: plus}
		d.run()
		if len(d.out) > len(v) {
			t.Errorf("%d bytes of %d", len(d.out), len(v))
		}
		if b := appendBase64(out[:0], v); len(b) > len(v) {
			t.Errorf("base64: %d bytes of %d", len(b), len(v))
		}
	})
}

func check(t *testing.T, in *Inspector) {
	t.Helper()
	if len(in.Findings()) > maxFindings {
		t.Errorf("%d findings", len(in.Findings()))
	}
	for _, f := range in.Findings() {
		if f.Class == 0 || f.Class > Classes || f.Confidence < 0 || f.Confidence > 1 || len(f.Tokens) > maxEvidence || len(f.Name) > maxName {
			t.Errorf("odd finding %+v", f)
		}
	}
}
