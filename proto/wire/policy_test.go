package wire_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/wire"
)

const recordSize = 24

func samplePolicy(records int) []byte {
	head := wire.FilterPolicy{Epoch: 1, Revision: 2, Settings: sampleSettings(), PrefixesV4: 1 << 24, PrefixesV6: []uint64{0, 1, 2}}
	return wire.AppendFilterPolicy(nil, head, bytes.Repeat([]byte{0xab}, records*recordSize))
}

func TestPolicyIsThatOfProtobufGo(t *testing.T) {
	blob := samplePolicy(3)
	var pb picketv1.FilterPolicy
	if err := proto.Unmarshal(blob, &pb); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(marshal(t, &pb), blob); diff != "" {
		t.Errorf("(-protobuf-go +wire):\n%s", diff)
	}
}

func TestPolicyIsAppendedToWhatStandsBefore(t *testing.T) {
	head := wire.FilterPolicy{Epoch: 1, Checksum: 99, Decisions: []byte("ignored")}
	want := append([]byte("before"), wire.AppendFilterPolicy(nil, wire.FilterPolicy{Epoch: 1}, nil)...)
	if diff := cmp.Diff(want, wire.AppendFilterPolicy([]byte("before"), head, nil)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestChecksumFindsEveryChangedByte(t *testing.T) {
	blob := samplePolicy(1)
	if err := wire.VerifyChecksum(blob); err != nil {
		t.Fatal(err)
	}
	for i := range blob {
		changed := bytes.Clone(blob)
		changed[i] ^= 1
		if wire.VerifyChecksum(changed) == nil {
			t.Errorf("byte %d changed unnoticed", i)
		}
	}
}

func TestChecksumOfPiecesIsThatOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blob := samplePolicy(rapid.IntRange(0, 50).Draw(t, "records"))
		sum := wire.NewChecksum()
		for rest := blob; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			sum.Add(rest[:n])
			rest = rest[n:]
		}
		if err := sum.Verify(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPolicyHeadIsReadFromTheShortestPieceThatHoldsIt(t *testing.T) {
	blob := samplePolicy(1000)
	var whole wire.FilterPolicy
	if err := whole.Decode(blob); err != nil {
		t.Fatal(err)
	}
	offset := len(blob) - 1000*recordSize
	for n := range offset {
		if _, err := wire.ReadPolicyHead(blob[:n], len(blob)); !errors.Is(err, wire.ErrNeedMore) {
			t.Fatalf("%d of %d bytes: %v, want ErrNeedMore", n, offset, err)
		}
	}
	for _, n := range []int{offset, offset + 1, len(blob)} {
		got, err := wire.ReadPolicyHead(blob[:n], len(blob))
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		want := wire.PolicyHead{FilterPolicy: whole, Offset: offset, Length: 1000 * recordSize}
		want.Decisions = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d bytes (-want +got):\n%s", n, diff)
		}
	}
}

func TestPolicyHeadErrors(t *testing.T) {
	blob := samplePolicy(2)
	none := samplePolicy(0)
	for _, tc := range []struct {
		name  string
		chunk []byte
		total int
		want  error
	}{
		{"nothing", nil, 0, wire.ErrOrder},
		{"a negative length", blob, -1, wire.ErrOrder},
		{"the checksum is not first", []byte("\x10\x01\x10\x01\x10\x01\x10\x01\x10\x01"), 10, wire.ErrOrder},
		{"a field after the decisions", append(bytes.Clone(blob), 0x18, 1), len(blob) + 2, wire.ErrOrder},
		{"fewer decisions than said", blob, len(blob) - 1, wire.ErrTruncated},
		{"no decisions, and not all of the blob", none[:len(none)-1], len(none), wire.ErrNeedMore},
		{"no decisions, and not all of the fields", none[:len(none)-1], len(none) - 1, wire.ErrTruncated},
		{"no decisions", none, len(none), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := wire.ReadPolicyHead(tc.chunk, tc.total)
			if err != tc.want {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			if err == nil && (got.Offset != tc.total || got.Length != 0) {
				t.Errorf("offset %d, length %d; want %d, 0", got.Offset, got.Length, tc.total)
			}
		})
	}
}
