package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCPUListsAreReadAndWritten(t *testing.T) {
	got, err := parseCPUs("0-2,7,9-10")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(cpus{0, 1, 2, 7, 9, 10}, got); diff != "" {
		t.Error(diff)
	}
	if got.String() != "0,1,2,7,9,10" {
		t.Error(got.String())
	}
	for _, bad := range []string{"", "a", "1-", "-1", "3-x"} {
		if got, err := parseCPUs(bad); err == nil {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}
