package corpus

import (
	"fmt"
	"testing"

	"picket/filter/inspect"
	"picket/filter/inspect/traffic/north"
	"picket/filter/inspect/traffic/south"
)

func TestDbg(t *testing.T) {
	in := inspect.New()
	n := 0
	all := append(Samples(north.Attacks(3, 4000)), Samples(south.Attacks(3, 4000))...)
	for _, s := range all {
		if s.Place != "header" || s.Class == "oddity" || s.Class == "scanner" || Fires(Inspect(in, &s)) {
			continue
		}
		if n++; n > 45 {
			break
		}
		v := s.Value
		if len(v) > 12 {
			v = v[:12]
		}
		for _, h := range s.Headers {
			if contains(h[1], v) {
				fmt.Printf("%s %s | %.160q\n", s.Template, h[0], h[1])
			}
		}
	}
}

func contains(a, b string) bool {
	for i := 0; i+len(b) <= len(a); i++ {
		if a[i:i+len(b)] == b {
			return true
		}
	}
	return false
}
