package journal_test

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"

	"picket/controlplane"
	"picket/controlplane/journal"
	picketv1 "picket/proto/picket/v1"
)

// fill sets every field to something, so that one that is added later and not encoded shows.
func fill(v reflect.Value, n *uint64) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(1_800_000_000, int64(*n))))
		return
	case netip.Prefix:
		v.Set(reflect.ValueOf(netip.MustParsePrefix("192.0.2.0/24")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(string(rune('a' + *n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.5)
	default:
		v.Set(reflect.ValueOf(1 + *n%97).Convert(v.Type()))
	}
}

// filled is a batch with something in every field; what its parts share is the same in all.
func filled() controlplane.Batch {
	var b controlplane.Batch
	var n uint64
	fill(reflect.ValueOf(&b).Elem(), &n)
	for i := range b.Rollups {
		b.Rollups[i].Node, b.Rollups[i].Start, b.Rollups[i].End = b.Node, b.Start, b.End
	}
	for i := range b.Findings {
		f := &b.Findings[i]
		f.Node, f.Instance, f.Worker, f.First = b.Node, b.Instance, b.Worker, f.Last
	}
	return b
}

var same = cmp.Options{cmpopts.EquateComparable(netip.Prefix{}), cmpopts.EquateEmpty()}

func TestABatchComesBackAsItWas(t *testing.T) {
	hashed, nobody, v6 := filled(), filled(), filled()
	hashed.Rollups[0].Caller.Network = netip.Prefix{}
	nobody.Rollups[0].Caller, nobody.Findings[0].Caller = controlplane.Caller{}, controlplane.Caller{}
	v6.Rollups[0].Caller.Network = netip.MustParsePrefix("2001:db8::1/128")
	for name, want := range map[string]controlplane.Batch{
		"with everything": filled(), "with a hashed address": hashed, "of nobody": nobody, "with IPv6": v6,
		"with nothing": {Node: controlplane.Node{ID: "n"}, Sequence: 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := journal.Decode(journal.Encode(want))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestAnEntryIsAPicketV1Report: what the generated code reads and writes is the same batch.
func TestAnEntryIsAPicketV1Report(t *testing.T) {
	want := filled()
	var r picketv1.Report
	if err := proto.Unmarshal(journal.Encode(want), &r); err != nil {
		t.Fatal(err)
	}
	data, err := proto.Marshal(&r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := journal.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, same); diff != "" || len(r.ProtoReflect().GetUnknown()) > 0 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWhoKnowsEntriesOfOneReportFindsNoneInABundle: a replica of an earlier version cannot take it for a report.
func TestWhoKnowsEntriesOfOneReportFindsNoneInABundle(t *testing.T) {
	var r picketv1.Report
	if err := proto.Unmarshal(journal.Bundle(filled(), filled()), &r); err != nil {
		t.Fatal(err)
	}
	if r.Hello != nil || r.Sequence != 0 || len(r.Rollups)+len(r.Findings)+len(r.Endpoints) > 0 {
		t.Errorf("it found %v", &r)
	}
}

// FuzzEach: whatever an entry has, each report in it that can be read is the same again.
func FuzzEach(f *testing.F) {
	f.Add(journal.Bundle(filled(), filled()))
	f.Add(journal.Encode(filled()))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var reports int
		journal.Each(data, func(b controlplane.Batch, err error) {
			if reports++; err != nil {
				return
			}
			again, err := journal.Decode(journal.Encode(b))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(b, again, same, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("(-first +second):\n%s", diff)
			}
		})
		if reports == 0 {
			t.Error("an entry was left out in silence")
		}
	})
}
