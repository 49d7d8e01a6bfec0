package inspect

import "testing"

func TestProbe(t *testing.T) {
	in := New()
	for _, v := range []string{"1' OR '1'='1", "O'Brien", "<script>alert(1)</script>", "../../../../etc/passwd", "hello world", "1 union select 1,2--", ";cat /etc/passwd", "${jndi:ldap://x/a}", "{{7*7}}", "admin'--", "*)(uid=*", "http://169.254.169.254/latest/meta-data/"} {
		in.Begin([]byte("GET"))
		in.Value(ZoneQuery, []byte("q"), []byte(v))
		t.Logf("%q", v)
		for _, f := range in.Findings() {
			t.Logf("   %v %v %.2f %s %q", f.Class, f.Decoding, f.Confidence, f.Rule, f.Tokens)
		}
	}
}
