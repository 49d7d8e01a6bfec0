package wire_test

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/proto"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/wire"
)

func FuzzReport(f *testing.F) {
	f.Add(sampleReport().Append(nil))
	addHandmade(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		compare(t, b, &wire.Report{}, &picketv1.Report{}, &picketv1.Report{})
	})
}

func FuzzDirective(f *testing.F) {
	f.Add(sampleDirective().Append(nil))
	addHandmade(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		compare(t, b, &wire.Directive{}, &picketv1.Directive{}, &picketv1.Directive{})
	})
}

func FuzzFilterPolicy(f *testing.F) {
	f.Add(samplePolicy(3), 40)
	f.Add(samplePolicy(0), 0)
	f.Add([]byte("\x09\x00\x00\x00\x00\x00\x00\x00\x00\x22\x02\x10\x01\x22\x02\x08\x01"), 12)
	f.Fuzz(func(t *testing.T, b []byte, piece int) {
		var whole wire.FilterPolicy
		compare(t, b, &whole, &picketv1.FilterPolicy{}, &picketv1.FilterPolicy{})
		head, err := wire.ReadPolicyHead(b[:min(max(piece, 0), len(b))], len(b))
		if err != nil {
			return
		}
		if head.Offset+head.Length != len(b) {
			t.Fatalf("decisions at %d, length %d, of %d bytes", head.Offset, head.Length, len(b))
		}
		if err := whole.Decode(b); err != nil {
			t.Fatalf("a head was read of what cannot be decoded: %v", err)
		}
	})
}

func addHandmade(f *testing.F) {
	for _, s := range []string{"", "\x0a\x00\x0a\x02\x20\x07", "\x0b\x0c", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x12\x05\x12\x01k\x08\x01"} {
		f.Add([]byte(s))
	}
}

// compare decodes b both ways: what protobuf-go takes, we take, and write again with the same meaning.
func compare(t *testing.T, b []byte, our message, theirs, again proto.Message) {
	t.Helper()
	ourErr := our.Decode(b)
	drop := proto.UnmarshalOptions{DiscardUnknown: true}
	if drop.Unmarshal(b, theirs) != nil {
		return // wrong UTF-8 too, which is not looked at here
	}
	if errors.Is(ourErr, wire.ErrGroup) {
		return
	}
	if ourErr != nil {
		t.Fatalf("refused: %v; protobuf-go takes it as %v", ourErr, theirs)
	}
	out := our.Append(nil)
	if err := drop.Unmarshal(out, again); err != nil {
		t.Fatalf("protobuf-go refuses what was written again: %v", err)
	}
	if !proto.Equal(theirs, again) {
		t.Fatalf("written again:\n%v\nprotobuf-go reads:\n%v", again, theirs)
	}
}
