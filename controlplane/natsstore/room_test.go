package natsstore_test

import (
	"errors"
	"strings"
	"testing"

	"picket/controlplane"
	"picket/controlplane/natsstore"
)

func TestAJournalLeavesTheLastOfTheDiskToTheRegister(t *testing.T) {
	s := open(t, t.TempDir())
	entry := controlplane.JournalEntry{Data: []byte("x")}
	for _, tc := range []struct {
		name       string
		free, size uint64
		full       bool
	}{
		{"a disk with room takes all", 1 << 30, 1 << 40, false},
		{"a large disk with 63 MB left takes nothing", 63 << 20, 1 << 40, true},
		{"a small disk is full at a twentieth", 4 << 20, 100 << 20, true},
		{"a small disk with more than a twentieth is not", 6 << 20, 100 << 20, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s.LookAtDisk(func() (uint64, uint64) { return tc.free, tc.size })
			err := s.Journal().Append(t.Context(), entry)
			var full *natsstore.FullError
			if errors.As(err, &full) != tc.full || tc.full && !strings.Contains(err.Error(), "free some") {
				t.Errorf("%v, full: %v", err, tc.full)
			}
			if _, err := s.Put(t.Context(), "k", []byte("v"), controlplane.AnyRevision); err != nil {
				t.Errorf("the register: %v", err)
			}
		})
	}
}
