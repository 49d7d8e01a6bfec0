package app

import (
	"testing"
	"time"

	"picket/controlplane"
)

func TestTheStatusSaysWhatTheJournalCovers(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, tc := range []struct {
		name string
		c    controlplane.Coverage
		want string
	}{
		{"an empty one", controlplane.Coverage{MaxBytes: 4 << 30}, "journal empty, 0 of 4096 MB"},
		{
			"one with room", controlplane.Coverage{From: now.Add(-90 * time.Minute), Entries: 5, Bytes: 3<<20 + 1, MaxBytes: 64 << 20},
			"journal covers the last 1h30m, 4 of 64 MB",
		},
		{
			"a full one", controlplane.Coverage{From: now.Add(-time.Minute), Entries: 5, Bytes: 64 << 20, MaxBytes: 64 << 20, Dropped: 7},
			"journal covers the last 1m, 64 of 64 MB, 7 oldest entries gone for want of room",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := covered(tc.c, now); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}
