package main

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuantileInterpolates(t *testing.T) {
	cases := []struct {
		name    string
		samples []float64
		q, want float64
	}{
		{"one sample is every quantile", []float64{7}, 0.99, 7},
		{"the middle of three", []float64{3, 1, 2}, 0.5, 2},
		{"between two", []float64{10, 20}, 0.5, 15},
		{"a quarter of five", []float64{5, 4, 3, 2, 1}, 0.25, 2},
		{"the largest", []float64{1, 2, 9}, 1, 9},
		{"the smallest", []float64{4, 2, 9}, 0, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := quantile(c.samples, c.q); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if !math.IsNaN(quantile(nil, 0.5)) {
		t.Error("no samples have a quantile")
	}
}

func TestAddedCostIsTheDifferenceWithinARound(t *testing.T) {
	got := differences([]float64{40, 90, 41}, []float64{30, 80, 30})
	if diff := cmp.Diff([]float64{10, 10, 11}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{3, 5}, sums([]float64{1, 2}, []float64{2, 3, 9})); diff != "" {
		t.Error(diff)
	}
}

func TestTableSaysWhetherTargetsAreMet(t *testing.T) {
	tab := Table{Name: "One request"}
	tab.median("router", []float64{30, 31, 40}, "µs", "")
	tab.add("module", 3_000_000, "B", "")
	tab.atMost("ratio", 0.1, 0.125, 1.0/12, "")
	tab.atMost("late", 300, 150, 0, "ms")
	tab.note("measured %s", "here")
	var out bytes.Buffer
	if err := tab.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"(30.5 to 35.5, n=3)", "3000000 B", "MET: at most 0.125, aim 0.083", "MISSED by 100 %: at most 150", "- measured here"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
}
