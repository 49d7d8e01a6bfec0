package wire_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/wire"
)

// message is what every message of the package can do.
type message interface {
	Append(dst []byte) []byte
	Decode(b []byte) error
}

// pair is one message in both packages, both empty.
type pair struct {
	pb  proto.Message
	our message
}

func pairs() []pair {
	return []pair{
		{&picketv1.Report{}, &wire.Report{}},
		{&picketv1.Hello{}, &wire.Hello{}},
		{&picketv1.Receipt{}, &wire.Receipt{}},
		{&picketv1.Endpoint{}, &wire.Endpoint{}},
		{&picketv1.Caller{}, &wire.Caller{}},
		{&picketv1.Rollup{}, &wire.Rollup{}},
		{&picketv1.Sketch{}, &wire.Sketch{}},
		{&picketv1.Finding{}, &wire.Finding{}},
		{&picketv1.Strike{}, &wire.Strike{}},
		{&picketv1.Word{}, &wire.Word{}},
		{&picketv1.Totals{}, &wire.Totals{}},
		{&picketv1.Directive{}, &wire.Directive{}},
		{&picketv1.Keys{}, &wire.Keys{}},
		{&picketv1.Delta{}, &wire.Delta{}},
		{&picketv1.Undo{}, &wire.Undo{}},
		{&picketv1.Decision{}, &wire.Decision{}},
		{&picketv1.FilterPolicy{}, &wire.FilterPolicy{}},
		{&picketv1.Settings{}, &wire.Settings{}},
		{&picketv1.EndpointRule{}, &wire.EndpointRule{}},
		{&picketv1.NameValue{}, &wire.NameValue{}},
		{&picketv1.Slug{}, &wire.Slug{}},
		{&picketv1.Throttle{}, &wire.Throttle{}},
		{&picketv1.Share{}, &wire.Share{}},
		{&picketv1.Inspection{}, &wire.Inspection{}},
		{&picketv1.ClassRule{}, &wire.ClassRule{}},
		{&picketv1.FieldRule{}, &wire.FieldRule{}},
	}
}

func nameOf(p pair) string { return string(p.pb.ProtoReflect().Descriptor().Name()) }

func TestEveryMessageOfTheContractIsHere(t *testing.T) {
	have := map[string]bool{}
	for _, p := range pairs() {
		have[nameOf(p)] = true
	}
	for _, file := range []protoreflect.FileDescriptor{picketv1.File_picket_v1_signals_proto, picketv1.File_picket_v1_policy_proto} {
		for i := range file.Messages().Len() {
			if name := string(file.Messages().Get(i).Name()); !have[name] {
				t.Errorf("no %s", name)
			}
		}
	}
}

func TestEveryFieldOfTheContractIsHere(t *testing.T) {
	for _, p := range pairs() {
		fields := p.pb.ProtoReflect().Descriptor().Fields()
		if got, want := reflect.TypeOf(p.our).Elem().NumField(), fields.Len(); got != want {
			t.Errorf("%s has %d fields, want %d", nameOf(p), got, want)
		}
	}
}

func TestBytesAreThoseOfProtobufGo(t *testing.T) {
	for _, p := range pairs() {
		t.Run(nameOf(p), rapid.MakeCheck(func(t *rapid.T) {
			proto.Reset(p.pb)
			fill(t, p.pb.ProtoReflect())
			want := marshal(t, p.pb)
			convert(reflect.ValueOf(p.pb).Elem(), reflect.ValueOf(p.our).Elem())
			if diff := cmp.Diff(want, p.our.Append([]byte{}), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("bytes of %+v (-protobuf-go +wire):\n%s", p.our, diff)
			}
		}))
	}
}

func TestDecodingGivesWhatWasEncoded(t *testing.T) {
	for _, p := range pairs() {
		t.Run(nameOf(p), rapid.MakeCheck(func(t *rapid.T) {
			proto.Reset(p.pb)
			fill(t, p.pb.ProtoReflect())
			want := reflect.New(reflect.TypeOf(p.our).Elem())
			convert(reflect.ValueOf(p.pb).Elem(), want.Elem())
			b := want.Interface().(message).Append(nil)
			if err := p.our.Decode(b); err != nil { // into what the last round left
				t.Fatalf("decode %x: %v", b, err)
			}
			if diff := cmp.Diff(want.Interface(), any(p.our), cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
				t.Fatalf("decoded (-want +got):\n%s", diff)
			}
		}))
	}
}

func TestEveryPrefixOfAMessageIsDecodedWithoutPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, p := range pairs() {
			proto.Reset(p.pb)
			fill(t, p.pb.ProtoReflect())
			b := marshal(t, p.pb)
			for i := range b {
				if err := p.our.Decode(b[:i]); err == nil && proto.Unmarshal(b[:i], p.pb) != nil {
					t.Fatalf("%s: accepted %x, which protobuf-go refuses", nameOf(p), b[:i])
				}
			}
		}
	})
}

func marshal(t rapid.TB, m proto.Message) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	return b
}

// fill draws each field of m: absent, or with a value of its kind.
func fill(t *rapid.T, m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		name := string(fd.Name())
		switch {
		case fd.IsList():
			list := m.Mutable(fd).List()
			for range rapid.IntRange(0, 4).Draw(t, name) {
				if fd.Message() != nil {
					fill(t, list.AppendMutable().Message())
				} else {
					list.Append(scalar(t, fd))
				}
			}
		case !rapid.Bool().Draw(t, name):
		case fd.Message() != nil:
			fill(t, m.Mutable(fd).Message())
		default:
			m.Set(fd, scalar(t, fd))
		}
	}
}

func scalar(t *rapid.T, fd protoreflect.FieldDescriptor) protoreflect.Value {
	name := string(fd.Name())
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(rapid.Bool().Draw(t, name))
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(rapid.Int32().Draw(t, name)))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(rapid.Uint32().Draw(t, name))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(rapid.Uint64().Draw(t, name))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(rapid.Float32().Draw(t, name))
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(rapid.String().Draw(t, name))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, name))
	default:
		panic(fmt.Sprintf("field %s: kind %v", name, fd.Kind()))
	}
}

// convert copies a generated struct into ours, field by field of the same name but for its case.
func convert(from, to reflect.Value) {
	switch to.Kind() {
	case reflect.Struct:
		for i := range to.NumField() {
			name := to.Type().Field(i).Name
			convert(from.FieldByNameFunc(func(s string) bool { return strings.EqualFold(s, name) }), to.Field(i))
		}
	case reflect.Pointer:
		to.SetZero()
		if !from.IsNil() {
			to.Set(reflect.New(to.Type().Elem()))
			convert(from.Elem(), to.Elem())
		}
	case reflect.Slice:
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			convert(reflect.Indirect(from.Index(i)), to.Index(i))
		}
	default:
		to.Set(from.Convert(to.Type()))
	}
}

func TestDecodeAgainstHandmadeInput(t *testing.T) {
	deep := strings.Repeat("\xff", 4)
	for _, tc := range []struct {
		name string
		into message
		in   string
		want message
		err  error
	}{
		{"an unknown field is skipped", &wire.Word{}, "\x1a\x02hi\x20\x01\x12\x01a", &wire.Word{Text: "a"}, nil},
		{"a known field of another wire type is unknown", &wire.Word{}, "\x08\x05\x12\x01a", &wire.Word{Text: "a"}, nil},
		{"the last of a number counts", &wire.Throttle{}, "\x08\x01\x08\x02", &wire.Throttle{PerMinute: 2}, nil},
		{"packed and unpacked numbers add up", &wire.EndpointRule{}, "\x28\x01\x2a\x02\x02\x03\x28\x04",
			&wire.EndpointRule{FailureStatuses: []uint32{1, 2, 3, 4}}, nil},
		{"a sub-message that stands twice is merged", &wire.Directive{}, "\x12\x05\x0d\x07\x00\x00\x00\x12\x03\x12\x01k",
			&wire.Directive{Keys: &wire.Keys{ID: 7, Key: []byte("k")}}, nil},
		{"a long number is cut to 32 bits", &wire.Throttle{}, "\x08\x81\x80\x80\x80\x10", &wire.Throttle{PerMinute: 1}, nil},
		{"a length beyond the input is refused", &wire.Word{}, "\x12" + deep + "\x07a", nil, wire.ErrTruncated},
		{"a length beyond any memory is refused", &wire.Sketch{}, "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f", nil, wire.ErrTruncated},
		{"half a packed number is refused", &wire.Sketch{}, "\x12\x09123456789", nil, wire.ErrTruncated},
		{"an endless varint is refused", &wire.Throttle{}, "\x08" + deep + deep + deep, nil, wire.ErrVarint},
		{"field number 0 is refused", &wire.Throttle{}, "\x00\x01", nil, wire.ErrTag},
		{"wire type 7 is refused", &wire.Throttle{}, "\x0f\x01", nil, wire.ErrTag},
		{"a group is refused", &wire.Throttle{}, "\x0b\x0c", nil, wire.ErrGroup},
		{"an error in a sub-message is told", &wire.Directive{}, "\x12\x01\x0b", nil, wire.ErrGroup},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := tc.into.Decode([]byte(tc.in)); err != tc.err {
				t.Fatalf("Decode: %v, want %v", err, tc.err)
			}
			if tc.err != nil {
				return
			}
			if diff := cmp.Diff(any(tc.want), any(tc.into), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReportWrittenInPiecesIsTheWhole(t *testing.T) {
	whole := sampleReport()
	var b []byte
	b = wire.AppendHello(b, whole.Hello)
	b = wire.AppendHeader(b, whole.Sequence, whole.StartUnixNano, whole.EndUnixNano, whole.KeyID)
	b = wire.AppendReceipt(b, whole.Receipt)
	b = wire.AppendEndpoint(b, &whole.Endpoints[0])
	b = wire.AppendRollup(b, &whole.Rollups[0])
	b = wire.AppendFinding(b, &whole.Findings[0])
	b = wire.AppendStrike(b, &whole.Strikes[0])
	b = wire.AppendWord(b, &whole.Words[0])
	b = wire.AppendTotals(b, whole.Totals)
	if diff := cmp.Diff(whole.Append(nil), b); diff != "" {
		t.Errorf("(-whole +pieces):\n%s", diff)
	}
}

func TestAppendingToABufferWithRoomAllocatesNothing(t *testing.T) {
	r, buf := sampleReport(), make([]byte, 0, 4096)
	for name, appendTo := range map[string]func([]byte) []byte{
		"rollup": func(b []byte) []byte { return wire.AppendRollup(b, &r.Rollups[0]) },
		"report": r.Append,
	} {
		if n := testing.AllocsPerRun(100, func() { _ = appendTo(buf) }); n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
}

func TestDirectiveIsDecodedIntoTheRoomOfTheLast(t *testing.T) {
	m := sampleDirective()
	m.Deltas[0].Settings, m.Keys, m.Refused = nil, nil, "" // what is new each time
	b := m.Append(nil)
	var into wire.Directive
	n := testing.AllocsPerRun(100, func() {
		if err := into.Decode(b); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
	if diff := cmp.Diff(m, &into, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestErrorsAllocateNothing(t *testing.T) {
	s, group := wire.Sketch{}, []byte{0x0b}
	if n := testing.AllocsPerRun(100, func() { _ = s.Decode(group) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func sampleReport() *wire.Report {
	caller := &wire.Caller{IP: []byte{192, 0, 2, 1}, Key: 2, Subject: 3, Session: 4, SubjectSource: wire.SubjectSourceJWT}
	long := make([]uint64, 64)
	for i := range long {
		long[i] = math.MaxUint64 - uint64(i)
	}
	return &wire.Report{
		Hello:    &wire.Hello{NodeID: "n1", Cluster: "edge", Instance: 9, Capabilities: []string{"a", ""}},
		Sequence: 7, StartUnixNano: 1, EndUnixNano: 2, KeyID: 3,
		Receipt:   &wire.Receipt{Epoch: 1, Revision: 300, PolicyError: "why", Resync: true, Source: "stream"},
		Endpoints: []wire.Endpoint{{ID: 1, Method: "GET", Segments: []uint64{5, 0, 6}, Truncated: true}},
		Rollups: []wire.Rollup{{
			Caller: caller, Endpoint: 1, Outcome: wire.OutcomeDenied, Requests: 300, Latency: []uint32{0, 0, 300},
			Objects: &wire.Sketch{Theta: math.MaxUint64, Values: long}, Accounts: &wire.Sketch{}, Overflow: true,
		}},
		Findings: []wire.Finding{{Caller: caller, Class: "weak-token", Place: "header", Confidence: 0.5, Count: 1}},
		Strikes:  []wire.Strike{{Decision: 8, Enforced: 1, Observed: 2, LastUnixNano: 3}},
		Words:    []wire.Word{{Hash: 1, Text: "customers"}},
		Totals:   &wire.Totals{Requests: 1, HostErrors: 20},
	}
}

func sampleDirective() *wire.Directive {
	return &wire.Directive{
		Acknowledged: 4,
		Keys:         &wire.Keys{ID: 1, Key: []byte("0123456789abcdef")},
		Deltas: []wire.Delta{
			{
				Epoch: 1, Previous: 2, Revision: 3, Undo: []wire.Undo{{Match: 1, ID: 2}}, SnapshotBegin: true,
				Put:      []wire.Decision{{Match: 1, ID: 2, Expires: 3, Meta: 4, Prefix: 33}, {Match: 2}},
				Settings: sampleSettings(),
			},
			{Epoch: 1, Revision: 3, SnapshotEnd: true},
		},
		Reveal:  []uint64{1, 2, 3},
		Refused: "too old",
	}
}

func sampleSettings() *wire.Settings {
	return &wire.Settings{
		Mode: wire.ModeEnforce, Fail: wire.FailModeOpen, IPPrivacy: wire.IPPrivacyClear, ReportIntervalMs: 100,
		KeyHeaders: []string{"x-api-key"}, Subjects: []wire.SubjectKind{wire.SubjectKindJWT, wire.SubjectKindMTLS},
		Endpoints: []wire.EndpointRule{{Method: "POST", Path: "/v1/login", AccountField: "user", FailureStatuses: []uint32{200, 422}}},
		Throttles: []wire.Throttle{{PerMinute: 60, Burst: 10}}, Hosts: []string{"api.example.com"},
	}
}
