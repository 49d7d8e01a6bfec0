package fleet

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// The parts that processor time is told by.
const (
	partNATS   = "NATS"
	partGC     = "garbage collection"
	partOthers = "other: scheduler, timers, kernel"
)

// rules say what a sample belongs to: the first whose words stand all in its functions' names.
func rules() []struct {
	part  string
	words []string
} {
	return []struct {
		part  string
		words []string
	}{
		{partNATS, []string{"github.com/nats-io/nats-server/"}},
		{"detect", []string{"picket/controlplane/detect."}},
		{"decide", []string{"picket/controlplane/decide."}},
		{"journal: encode", []string{"picket/controlplane/journal.Encode"}},
		{"journal: decode", []string{"picket/controlplane/journal.(*decoder)"}},
		{"journal: NATS's client", []string{"github.com/nats-io/nats.go"}},
		{"journal: NATS's client", []string{"picket/controlplane/natsstore."}},
		{"journal: rest", []string{"picket/controlplane/journal."}},
		{"ingest: read reports", []string{"google.golang.org/grpc", "google.golang.org/protobuf"}},
		{"ingest: gRPC", []string{"google.golang.org/grpc"}},
		{"ingest", []string{"picket/controlplane/ingest."}},
		{"policy", []string{"picket/controlplane/policy."}},
		{"rest of ours", []string{"picket/controlplane/"}},
		{partGC, []string{"runtime.gcBgMarkWorker"}},
		{partGC, []string{"runtime.bgsweep"}},
		{partGC, []string{"runtime.bgscavenge"}},
	}
}

// partOf names what a stack belongs to; stack is the functions' names with line breaks between.
func partOf(stack string) string {
	for _, r := range rules() {
		if !slices.ContainsFunc(r.words, func(w string) bool { return !strings.Contains(stack, w) }) {
			return r.part
		}
	}
	return partOthers
}

// Share is a part's share of the control plane's processor time.
type Share struct {
	Part  string
	Share float64
}

// attribute reads the replicas' profiles.
func (p *plane) attribute(res *Result) error {
	sums := map[string]int64{}
	total := int64(0)
	for _, r := range p.replicas {
		data, err := readProfile(r.profile)
		if err != nil {
			return err
		}
		err = samples(data, func(stack string, nanos int64) {
			sums[partOf(stack)] += nanos
			total += nanos
		})
		if err != nil {
			return fmt.Errorf("read profile: %w", err)
		}
	}
	for _, part := range slices.Sorted(maps.Keys(sums)) {
		res.Parts = append(res.Parts, Share{part, float64(sums[part]) / float64(max(1, total))})
	}
	slices.SortStableFunc(res.Parts, func(a, b Share) int {
		if a.Share > b.Share {
			return -1
		}
		return 1
	})
	return nil
}

func readProfile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read profile: %w", err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read profile: %w", err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("read profile: %w", err)
	}
	return data, nil
}

var errProfile = errors.New("it is no profile")

// fields calls each for every field of a protobuf message, with its number in varint or its bytes.
func fields(b []byte, each func(number protowire.Number, n uint64, bytes []byte)) error {
	for len(b) > 0 {
		number, kind, size := protowire.ConsumeTag(b)
		if size < 0 {
			return errProfile
		}
		b = b[size:]
		switch kind {
		case protowire.VarintType:
			n, size := protowire.ConsumeVarint(b)
			if size < 0 {
				return errProfile
			}
			each(number, n, nil)
			b = b[size:]
		case protowire.BytesType:
			v, size := protowire.ConsumeBytes(b)
			if size < 0 {
				return errProfile
			}
			each(number, 0, v)
			b = b[size:]
		default:
			if size = protowire.ConsumeFieldValue(number, kind, b); size < 0 {
				return errProfile
			}
			b = b[size:]
		}
	}
	return nil
}

// packed gives the numbers of a repeated field, packed or single.
func packed(list []uint64, n uint64, b []byte) []uint64 {
	if b == nil {
		return append(list, n)
	}
	for len(b) > 0 {
		v, size := protowire.ConsumeVarint(b)
		if size < 0 {
			break
		}
		list, b = append(list, v), b[size:]
	}
	return list
}

// samples calls each with every stack of a CPU profile and its nanoseconds (github.com/google/pprof, proto/profile.proto).
func samples(data []byte, each func(stack string, nanos int64)) error {
	var texts []string
	functions := map[uint64]uint64{}   // id to name
	locations := map[uint64][]uint64{} // id to functions
	var all [][]byte
	err := fields(data, func(number protowire.Number, _ uint64, b []byte) {
		switch number {
		case 2:
			all = append(all, b)
		case 4:
			id, fs := location(b)
			locations[id] = fs
		case 5:
			var id, name uint64
			_ = fields(b, func(number protowire.Number, n uint64, _ []byte) {
				switch number {
				case 1:
					id = n
				case 2:
					name = n
				}
			})
			functions[id] = name
		case 6:
			texts = append(texts, string(b))
		}
	})
	if err != nil {
		return err
	}
	for _, s := range all {
		var at, values []uint64
		if err := fields(s, func(number protowire.Number, n uint64, b []byte) {
			switch number {
			case 1:
				at = packed(at, n, b)
			case 2:
				values = packed(values, n, b)
			}
		}); err != nil {
			return err
		}
		if len(values) < 2 {
			return errProfile
		}
		var stack strings.Builder
		for _, l := range at {
			for _, f := range locations[l] {
				if name := functions[f]; name < uint64(len(texts)) {
					stack.WriteString(texts[name])
					stack.WriteByte('\n')
				}
			}
		}
		each(stack.String(), int64(values[1]))
	}
	return nil
}

// location gives its id and the functions of its lines.
func location(b []byte) (id uint64, functions []uint64) {
	_ = fields(b, func(number protowire.Number, n uint64, line []byte) {
		switch number {
		case 1:
			id = n
		case 4:
			_ = fields(line, func(number protowire.Number, n uint64, _ []byte) {
				if number == 1 {
					functions = append(functions, n)
				}
			})
		}
	})
	return id, functions
}
