package cli

import (
	"fmt"
	"strings"
	"testing"

	picketv1 "picket/proto/picket/v1"
)

func TestManyWarningsAreCountedUnlessAllAreAskedFor(t *testing.T) {
	s := &picketv1.GetStatusResponse{}
	for i := range mostWarnings + 3 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("incident %d.", i))
	}
	for _, tt := range []struct {
		wide  bool
		lines int
		last  string
	}{
		{false, mostWarnings + 1, "and 3 more: picket status -o wide"},
		{true, mostWarnings + 3, "incident 22."},
	} {
		var b strings.Builder
		if err := printStatus(&b, s, tt.wide); err != nil {
			t.Fatal(err)
		}
		text := strings.TrimSpace(b.String())
		if n := strings.Count(text, "\nwarning "); n != tt.lines || !strings.HasSuffix(text, tt.last) {
			t.Errorf("wide %v: %d lines of warnings, want %d:\n%s", tt.wide, n, tt.lines, text)
		}
	}
}
