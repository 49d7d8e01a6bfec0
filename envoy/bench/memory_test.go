package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMemoryIsSplitIntoWorkersAndProcess(t *testing.T) {
	none := usage{resident: 100e6, live: 30e6, freed: 10e6}
	few := usage{resident: 190e6, peak: 250e6, live: 60e6, freed: 25e6}
	many := usage{resident: 213e6, freed: 28e6}
	var tab Table
	if each := tab.memoryRows(7, few, many, none); each != 10 {
		t.Errorf("a worker takes %v MB", each)
	}
	var got []float64
	for _, f := range tab.Figures {
		got = append(got, f.Value)
	}
	if diff := cmp.Diff([]float64{190, 213, 10, 30, 30, 15, 250}, got); diff != "" {
		t.Error(diff)
	}
}
