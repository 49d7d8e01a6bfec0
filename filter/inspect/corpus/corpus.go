// Package corpus reads labelled data for training and judging the inspection, splits it, and runs the inspection on it.
package corpus

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"strings"

	"picket/filter/inspect"
	"picket/filter/inspect/traffic/center"
	"picket/filter/inspect/traffic/coast"
	"picket/filter/inspect/traffic/east"
	"picket/filter/inspect/traffic/north"
	"picket/filter/inspect/traffic/shore"
	"picket/filter/inspect/traffic/south"
	"picket/filter/inspect/traffic/west"
)

// Sample is a request of a generator, and what is known of it.
type Sample struct {
	Template  string
	Class     string // "" for honest
	Lookalike bool
	Method    string
	Path      string // with the query
	Headers   [][2]string
	Body      []byte
	Value     string
	Place     string
}

// Samples gives a generator's samples the common type.
func Samples[S north.Sample | south.Sample | east.Sample | west.Sample | center.Sample | coast.Sample | shore.Sample](samples []S) []Sample {
	out := make([]Sample, len(samples))
	for i, s := range samples {
		switch s := any(s).(type) {
		case north.Sample:
			out[i] = Sample(s)
		case south.Sample:
			out[i] = Sample(s)
		case east.Sample:
			out[i] = Sample(s)
		case west.Sample:
			out[i] = Sample(s)
		case center.Sample:
			out[i] = Sample(s)
		case coast.Sample:
			out[i] = Sample(s)
		case shore.Sample:
			out[i] = Sample(s)
		}
	}
	return out
}

// Value is a labelled value by itself.
type Value struct {
	Value, Class, Source string
}

// Benign is the class of honest values.
const Benign = "benign"

// Request is a recorded request with the rule that should match it, or should not.
type Request struct {
	ID, Expect, Desc, Method, URI, Body string
	Rule                                int
	Paranoia                            int
	Headers                             map[string]string
}

// Values reads values.jsonl.gz in dir.
func Values(dir string) ([]Value, error) { return read[Value](filepath.Join(dir, "values.jsonl.gz")) }

// Requests reads requests.jsonl.gz in dir, without the rules that judge responses or sums.
func Requests(dir string) (judged []Request, leftOut int, err error) {
	all, err := read[Request](filepath.Join(dir, "requests.jsonl.gz"))
	for _, r := range all {
		if r.Rule >= 949000 && r.Rule < 960000 || r.Rule >= 980000 {
			leftOut++
			continue
		}
		judged = append(judged, r)
	}
	return judged, leftOut, err
}

func read[T any](name string) (rows []T, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open corpus: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read corpus %s: %w", name, err)
	}
	d := json.NewDecoder(bufio.NewReaderSize(z, 1<<20))
	for {
		var row T
		if err := d.Decode(&row); errors.Is(err, io.EOF) {
			return rows, nil
		} else if err != nil {
			return nil, fmt.Errorf("read corpus %s: row %d: %w", name, len(rows)+1, err)
		}
		rows = append(rows, row)
	}
}

// Shape folds what makes two values of one kind different: runs of letters, of digits, and of the same sign.
func Shape(value string) string {
	var b strings.Builder
	last := byte(0)
	for i := range len(value) {
		c := value[i]
		switch {
		case c >= '0' && c <= '9':
			c = '0'
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= 0x80:
			c = 'a'
		}
		if c != last {
			b.WriteByte(c)
		}
		last = c
	}
	return b.String()
}

// testShare is how many of a hundred shapes are kept apart from training.
const testShare = 30

// Held says whether a key (a shape, or a template's name) is kept apart from training.
func Held(key string) bool {
	h := fnv.New32a()
	_, _ = io.WriteString(h, key)
	x := h.Sum32()
	x ^= x >> 16
	x *= 0x85ebca6b
	return (x^x>>13)%100 < testShare
}

// Inspect runs the inspection on a sample and gives the surest finding, or nil.
func Inspect(in *inspect.Inspector, s *Sample) *inspect.Finding {
	in.Whole([]byte(s.Method), []byte(s.Path), s.Headers, s.Body)
	return in.Worst()
}

// InspectValue runs the inspection on a value by itself, as of a query parameter after its decoding.
func InspectValue(in *inspect.Inspector, value string) *inspect.Finding {
	in.Begin([]byte("GET"))
	in.Value(inspect.ZoneQuery, []byte("q"), []byte(value))
	return in.Worst()
}

// Fires says whether a finding counts at the default threshold.
func Fires(f *inspect.Finding) bool { return f != nil && f.Confidence >= inspect.DefaultThreshold }
