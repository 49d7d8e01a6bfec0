package policy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"picket/controlplane"
	"picket/filter/enforce"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

const epoch = 0xe0

var start = time.Unix(1_800_000_000, 0)

// store is the register's content as a test has it; publishers are fed from it.
type store struct {
	revision uint64
	entries  map[string]controlplane.Entry
}

func newStore() *store { return &store{entries: map[string]controlplane.Entry{}} }

func (s *store) put(key string, v any) controlplane.Entry {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	s.revision++
	e := controlplane.Entry{Key: key, Value: b, Revision: s.revision}
	s.entries[key] = e
	return e
}

func (s *store) decide(d controlplane.Decision) controlplane.Entry {
	return s.put(controlplane.KeyDecision+d.ID.String(), d)
}

func (s *store) remove(key string) controlplane.Entry {
	s.revision++
	delete(s.entries, key)
	return controlplane.Entry{Key: key, Revision: s.revision, Deleted: true}
}

// Epoch, Put and Delete are all that New and these tests need of a register besides Watch.
func (s *store) Epoch() uint64 { return epoch }
func (s *store) Put(context.Context, string, []byte, uint64) (uint64, error) {
	return 0, errors.ErrUnsupported
}
func (s *store) Delete(context.Context, string, uint64) (uint64, error) {
	return 0, errors.ErrUnsupported
}

// Watch tells what there is, and ends.
func (s *store) Watch(_ context.Context, each func(controlplane.Entry) error, synced func(uint64)) error {
	var entries []controlplane.Entry
	for _, e := range s.entries {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b controlplane.Entry) int { return int(a.Revision) - int(b.Revision) })
	for _, e := range entries {
		if err := each(e); err != nil {
			return err
		}
	}
	synced(s.revision)
	return nil
}

var _ controlplane.Register = (*store)(nil)

func newPublisher(s *store, change func(*Options)) *Publisher {
	o := Options{Register: s, Key: testKey(), Clock: func() time.Time { return start }, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&o)
	}
	return New(o)
}

// replica is a publisher that has read all of s.
func replica(t interface{ Fatal(...any) }, s *store) *Publisher {
	p := newPublisher(s, nil)
	if err := p.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *Publisher) feed(t interface{ Fatal(...any) }, entries ...controlplane.Entry) {
	for _, e := range entries {
		if err := p.apply(e); err != nil {
			t.Fatal(err)
		}
	}
}

func denial(id uint64, address string, lasts time.Duration) controlplane.Decision {
	return controlplane.Decision{
		ID: controlplane.DecisionID(id), Value: controlplane.Value{Facet: controlplane.FacetIP, Network: netip.MustParsePrefix(address)},
		Action: controlplane.ActionDeny, Mode: controlplane.ModeEnforce, Decided: start, Expires: start.Add(lasts),
	}
}

func TestDecisionsBecomeRows(t *testing.T) {
	throttled := settings{rates: []uint32{5, 60}, classes: map[uint32]uint16{5: 0, 60: 1}}
	expires := start.Add(1500 * time.Millisecond)
	network := func(p string) uint64 { return identify.Network(netip.MustParsePrefix(p)) }
	for _, tt := range []struct {
		name string
		give controlplane.Decision
		want row
	}{
		{
			"an operator's denial of an address", controlplane.Decision{Value: value("192.0.2.7/32"), Action: controlplane.ActionDeny, Operator: true},
			row{enforce.Record{Match: network("192.0.2.7/32"), Meta: enforce.NewMeta(enforce.ActionDeny, enforce.RankOperator, enforce.ModeEnforce, false, 0)}, 33},
		},
		{
			"an operator's allowance of a network", controlplane.Decision{Value: value("2001:db8::/48"), Action: controlplane.ActionAllow, Operator: true},
			row{enforce.Record{Match: network("2001:db8::/48"), Meta: enforce.NewMeta(enforce.ActionAllow, enforce.RankOperatorAllow, enforce.ModeEnforce, false, 0)}, 112},
		},
		{
			"an IPv4 network in IPv6's clothes", controlplane.Decision{Value: value("::ffff:192.0.2.0/120"), Action: controlplane.ActionTag, Mode: controlplane.ModeObserve},
			row{enforce.Record{Match: network("192.0.2.0/24"), Meta: enforce.NewMeta(enforce.ActionTag, enforce.RankAutomatic, enforce.ModeObserve, false, 0)}, 25},
		},
		{
			"a throttle of a key at an endpoint", controlplane.Decision{
				Value: controlplane.Value{Facet: controlplane.FacetKey, Hash: 99}, Endpoint: 5, Action: controlplane.ActionThrottle, PerMinute: 60, Mode: controlplane.ModeEnforce,
			},
			row{enforce.Record{Match: identify.Match(99, 5), Meta: enforce.NewMeta(enforce.ActionThrottle, enforce.RankAutomatic, enforce.ModeEnforce, true, 1)}, 0},
		},
		{
			"a hashed address", controlplane.Decision{Value: controlplane.Value{Facet: controlplane.FacetIP, Hash: 98}, Action: controlplane.ActionObserve},
			row{enforce.Record{Match: 98, Meta: enforce.NewMeta(enforce.ActionObserve, enforce.RankAutomatic, enforce.ModeObserve, false, 0)}, 0},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.give.ID, tt.give.Expires = 3, expires
			tt.want.ID, tt.want.Expires = 3, uint32(start.Unix())+2
			got, err := throttled.row(tt.give)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
	for _, bad := range []controlplane.Decision{
		{Action: controlplane.ActionDeny}, {Value: value("192.0.2.7/32"), Action: "burn"},
		{Value: value("192.0.2.7/32"), Action: controlplane.ActionThrottle, PerMinute: 61},
	} {
		if r, err := throttled.row(bad); err == nil {
			t.Errorf("%+v became %+v", bad, r)
		}
	}
}

func TestSomeDecisionsHaveSeveralRows(t *testing.T) {
	deny := enforce.NewMeta(enforce.ActionDeny, enforce.RankOperator, enforce.ModeEnforce, true, 0)
	throttle := enforce.NewMeta(enforce.ActionThrottle, enforce.RankAutomatic, enforce.ModeEnforce, true, 0)
	known := enforce.NewMeta(enforce.ActionAllow, enforce.RankAutomatic, enforce.ModeEnforce, true, 0)
	network := func(p string) uint64 { return identify.Match(identify.Network(netip.MustParsePrefix(p)), 5) }
	for _, tt := range []struct {
		name string
		give controlplane.Decision
		want []row
	}{
		{
			"all callers, of both families", controlplane.Decision{Value: controlplane.Value{Facet: controlplane.FacetEverybody}, Action: controlplane.ActionDeny, Operator: true},
			[]row{{enforce.Record{Match: network("0.0.0.0/0"), Meta: deny}, 1}, {enforce.Record{Match: network("::/0"), Meta: deny}, 64}},
		},
		{
			"an account and its owner's places", controlplane.Decision{
				Value: controlplane.Value{Facet: controlplane.FacetAccount, Hash: 99}, Action: controlplane.ActionThrottle, PerMinute: 6, Mode: controlplane.ModeEnforce, Places: []uint64{7, 8},
			},
			[]row{
				{enforce.Record{Match: identify.Match(99, 5), Meta: throttle}, 0},
				{enforce.Record{Match: identify.Match(enforce.OwnerAt(99, 7), 5), Meta: known}, 0},
				{enforce.Record{Match: identify.Match(enforce.OwnerAt(99, 8), 5), Meta: known}, 0},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := tt.give
			d.ID, d.Endpoint, d.Decided, d.Expires = 3, 5, start, start.Add(time.Hour)
			for i := range tt.want {
				tt.want[i].ID, tt.want[i].Expires = 3, uint32(start.Add(time.Hour).Unix())
			}
			slices.SortFunc(tt.want, func(a, b row) int { return a.compare(&b) })
			s := newStore()
			p := newPublisher(s, nil)
			p.sync(0)
			p.feed(t, s.put(controlplane.KeyThrottle+"6", struct{}{}), s.decide(d))
			var got []row
			p.Group("edge").content().each(func(r *row) { got = append(got, *r) })
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			_, before, _ := p.Group("edge").Blob()
			if _, after, _ := replica(t, s).Group("edge").Blob(); !bytes.Equal(before, after) {
				t.Error("another replica has another policy")
			}
			d.Undone = start
			p.feed(t, s.decide(d))
			if n := len(p.Group("edge").content().rows[1]); n != 0 {
				t.Errorf("%d rows are left once it is undone", n)
			}
		})
	}
	if r, err := (&settings{}).row(controlplane.Decision{Value: controlplane.Value{Facet: controlplane.FacetEverybody}, Action: controlplane.ActionDeny}); err == nil {
		t.Errorf("all callers everywhere became %+v", r)
	}
}

func value(network string) controlplane.Value {
	return controlplane.Value{Facet: controlplane.FacetIP, Network: netip.MustParsePrefix(network)}
}

func TestTheBlobIsTheWholePolicy(t *testing.T) {
	s := newStore()
	s.put(controlplane.KeyPolicy, Document{Name: "f", YAML: full})
	s.put(controlplane.KeyThrottle+"60", struct{}{})
	throttle := denial(2, "192.0.2.0/24", time.Hour)
	throttle.Action, throttle.PerMinute, throttle.Group = controlplane.ActionThrottle, 60, "edge"
	s.decide(denial(1, "192.0.2.7/32", time.Hour))
	s.decide(throttle)
	p := replica(t, s)
	revision, blob, decisions := p.Group("edge").Blob()
	var got picketv1.FilterPolicy
	if err := proto.Unmarshal(blob, &got); err != nil {
		t.Fatal(err)
	}
	rows := append(allowRows(p.File().Allow, testKey()), mustRow(t, p, denial(1, "192.0.2.7/32", time.Hour)), mustRow(t, p, throttle))
	want := &picketv1.FilterPolicy{
		Checksum: got.GetChecksum(), Epoch: epoch, Revision: 4, PrefixesV4: 1<<8 | 1<<24 | 1<<32, Decisions: records(rows),
		Settings: &picketv1.Settings{
			Mode: picketv1.Mode_MODE_OBSERVE, Fail: picketv1.FailMode_FAIL_MODE_CLOSED, ReportIntervalMs: 250,
			IpPrivacy: picketv1.IpPrivacy_IP_PRIVACY_PREFIX, KeyHeaders: []string{"x-api-key"}, KeyParameters: []string{"api_key"},
			SessionCookies: []string{"sid"}, Subjects: []picketv1.SubjectKind{picketv1.SubjectKind_SUBJECT_KIND_JWT},
			FingerprintState: "picket.ja4", ObjectParameters: []string{"account_no"}, Hosts: []string{"api.example.com"},
			Throttles: []*picketv1.Throttle{{PerMinute: 60, Burst: 10}},
			Endpoints: []*picketv1.EndpointRule{
				{Method: "POST", Path: "/v1/login", AccountField: "username", FailureStatuses: []uint32{200}, ObjectFields: []string{"device.id"},
					FailureFields:  []*picketv1.NameValue{{Name: "error.code", Value: "17"}, {Name: "success", Value: "false"}},
					FailureHeaders: []*picketv1.NameValue{{Name: "location", Value: "/login?error*"}}},
				{
					Method: "GET", Host: "api.example.com", Path: "/v1/customers/{id}", OwnerParameter: "id",
					Classes: []*picketv1.ClassRule{{Class: "sqli", Threshold: 0.5}, {Class: "xss", Mode: picketv1.Mode_MODE_ENFORCE, Threshold: 0.9}},
					Fields:  []*picketv1.FieldRule{{Place: "query", Name: "page", Kind: picketv1.FieldKind_FIELD_KIND_NUMBER}},
				},
				{Method: "POST", Path: "/v1/notes", Fields: []*picketv1.FieldRule{{Place: "json", Name: "body", Except: []string{"sqli", "xss"}, Expires: 1801440000}}},
			},
			Inspection: p.settings.observe.message.GetInspection(),
		},
	}
	if d := cmp.Diff(want, &got, protocmp.Transform()); d != "" {
		t.Error(d)
	}
	if revision != 4 || decisions != 4 {
		t.Errorf("revision %d with %d decisions, want 4 with 4", revision, decisions)
	}
	if _, _, n := p.Group("other").Blob(); n != 3 {
		t.Errorf("another group has %d decisions, want 3: the throttle is not its own", n)
	}
}

func mustRow(t *testing.T, p *Publisher, d controlplane.Decision) row {
	t.Helper()
	r, err := p.settings.row(d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func records(rows []row) []byte {
	slices.SortFunc(rows, func(a, b row) int { return a.compare(&b) })
	var b []byte
	for i := range rows {
		b = rows[i].append(b)
	}
	return b
}

func TestEachChangeIsADeltaOfTheGroupsItTouches(t *testing.T) {
	s := newStore()
	p := replica(t, s)
	edge, core := p.Group("edge"), p.Group("core")
	changed := core.Changed()
	everywhere, own := denial(1, "192.0.2.1/32", time.Hour), denial(2, "192.0.2.2/32", time.Hour)
	own.Group = "edge"
	p.feed(t, s.decide(own))
	select {
	case <-changed:
		t.Error("a decision of another group changed this one")
	default:
	}
	p.feed(t, s.decide(everywhere), s.put("word/1", "x"))
	<-changed
	everywhere.Undone = start.Add(time.Second)
	p.feed(t, s.decide(everywhere))
	one, two := mustRow(t, p, everywhere), mustRow(t, p, own)
	want := []*picketv1.Delta{
		{Epoch: epoch, Previous: 0, Revision: 1, Put: []*picketv1.Decision{two.message()}},
		{Epoch: epoch, Previous: 1, Revision: 2, Put: []*picketv1.Decision{one.message()}},
		{Epoch: epoch, Previous: 2, Revision: 4, Undo: []*picketv1.Undo{one.undo()}},
	}
	for from, n := range map[uint64]int{0: 0, 1: 1, 2: 2, 4: 3, 9: 3} {
		got, ok := edge.Since(epoch, from)
		if d := cmp.Diff(want[n:], got, protocmp.Transform(), cmp.FilterValues(func(a, b []*picketv1.Delta) bool { return len(a)+len(b) == 0 }, cmp.Ignore())); d != "" || !ok {
			t.Errorf("since %d: %v %s", from, ok, d)
		}
	}
	if got, ok := core.Since(epoch, 2); !ok || len(got) != 1 || core.Revision() != 4 {
		t.Errorf("core stands at %d and has %v, %v", core.Revision(), got, ok)
	}
	for _, unknown := range [][2]uint64{{epoch + 1, 4}, {epoch, 3}} {
		if got, ok := edge.Since(unknown[0], unknown[1]); ok {
			t.Errorf("since %v: got %v", unknown, got)
		}
	}
}

func TestANewDocumentTouchesAllGroups(t *testing.T) {
	s := newStore()
	s.put(controlplane.KeyPolicy, Document{YAML: "picket: v1\nallow: [{ip: 192.0.2.1, reason: a}, {ip: 192.0.2.2, reason: b}]\n"})
	p := replica(t, s)
	g := p.Group("edge")
	p.feed(t, s.put(controlplane.KeyPolicy, Document{YAML: "picket: v1\nmode: enforce\nkill_switch: true\nallow: [{ip: 192.0.2.2, reason: b}, {ip: 192.0.2.3, reason: c}]\n"}))
	got, ok := g.Since(epoch, 1)
	if !ok || len(got) != 1 {
		t.Fatalf("got %v, %v", got, ok)
	}
	gone := allowRow(Allow{IP: netip.MustParsePrefix("192.0.2.1/32")}, testKey())
	come := allowRow(Allow{IP: netip.MustParsePrefix("192.0.2.3/32")}, testKey())
	want := &picketv1.Delta{
		Epoch: epoch, Previous: 1, Revision: 2, Put: []*picketv1.Decision{come.message()}, Undo: []*picketv1.Undo{gone.undo()},
		Settings: p.settings.enforce.message,
	}
	if d := cmp.Diff(want, got[0], protocmp.Transform()); d != "" {
		t.Error(d)
	}
	if !p.File().KillSwitch || !got[0].GetSettings().GetKillSwitch() {
		t.Error("the kill switch did not arrive")
	}
}

func TestADocumentThatCannotBeReadChangesNothing(t *testing.T) {
	s := newStore()
	s.put(controlplane.KeyPolicy, Document{YAML: "picket: v1\nmode: enforce\n"})
	p := replica(t, s)
	before := p.File()
	p.feed(t, s.put(controlplane.KeyPolicy, Document{YAML: "picket: v9\n"}))
	if p.File() != before || p.Group("a").Revision() != 1 {
		t.Error("the last good file is gone")
	}
	fresh := newPublisher(s, nil)
	if err := fresh.Run(context.Background()); err == nil {
		t.Error("a replica that starts takes a document that it cannot read")
	}
	select {
	case <-fresh.Ready():
		t.Error("and is ready")
	default:
	}
}

func TestASnapshotComesInChunks(t *testing.T) {
	s := newStore()
	for i := range 2*chunk + 1 {
		s.decide(denial(uint64(i+1), fmt.Sprintf("10.0.%d.%d/32", i/256, i%256), time.Hour))
	}
	p := replica(t, s)
	var sizes []int
	for i, d := range p.Group("a").Snapshot() {
		sizes = append(sizes, len(d.GetPut()))
		if d.GetSnapshotBegin() != (i == 0) || d.GetSnapshotEnd() != (i == 2) || (d.GetSettings() != nil) != (i == 0) || d.GetRevision() != s.revision {
			t.Errorf("chunk %d: %v", i, d)
		}
	}
	if d := cmp.Diff([]int{chunk, chunk, 1}, sizes); d != "" {
		t.Error(d)
	}
	if got := newPublisher(newStore(), nil).Group("a").Snapshot(); len(got) != 1 || !got[0].GetSnapshotBegin() || !got[0].GetSnapshotEnd() {
		t.Errorf("an empty snapshot is %v", got)
	}
}

func TestTheLogIsBounded(t *testing.T) {
	s := newStore()
	p := newPublisher(s, func(o *Options) { o.MaxDeltas = 3 })
	p.sync(0)
	g := p.Group("a")
	for i := range 10 {
		p.feed(t, s.decide(denial(uint64(i+1), "192.0.2.1/32", time.Hour)))
	}
	if got, ok := g.Since(epoch, 7); !ok || len(got) != 3 {
		t.Errorf("since 7: %v, %v", got, ok)
	}
	if got, ok := g.Since(epoch, 6); ok {
		t.Errorf("since 6: %v", got)
	}
}

func TestTooManyGroupsShareOne(t *testing.T) {
	s := newStore()
	s.put(controlplane.KeyPolicy, Document{YAML: full})
	p := newPublisher(s, func(o *Options) { o.MaxGroups = 2 })
	if err := p.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, n := range []string{"a", "b", "c", "a", "edge", "d"} {
		names = append(names, p.Group(n).Name())
	}
	if d := cmp.Diff([]string{"a", "b", "", "a", "edge", ""}, names); d != "" {
		t.Error(d)
	}
}

func TestExpiredDecisionsLeaveByRecordedTime(t *testing.T) {
	s := newStore()
	s.decide(denial(1, "192.0.2.1/32", time.Second))
	other := denial(3, "192.0.2.3/32", time.Hour)
	other.Group, other.Decided = "core", start.Add(time.Minute)
	s.decide(other)
	p := replica(t, s)
	g := p.Group("edge")
	if _, _, n := g.Blob(); n != 1 {
		t.Fatalf("%d decisions, want 1: nothing this group knows of is later than its end", n)
	}
	late := denial(2, "192.0.2.2/32", time.Hour)
	late.Decided = start.Add(2 * time.Second)
	p.feed(t, s.decide(late))
	revision, blob, n := g.Blob()
	if n != 1 {
		t.Fatalf("%d decisions, want 1: the first has ended", n)
	}
	p.feed(t, s.remove(controlplane.KeyDecision+controlplane.DecisionID(1).String()))
	if again, after, _ := g.Blob(); again != revision || !bytes.Equal(blob, after) {
		t.Error("deleting what has ended changed the policy")
	}
}

func TestWhatHappensInOtherGroupsLeavesABlobAsItIs(t *testing.T) {
	mine, other := denial(1, "192.0.2.1/32", time.Minute), denial(2, "192.0.2.2/32", time.Hour)
	mine.Group, other.Group, other.Decided = "edge", "core", start.Add(time.Hour)
	a, b := newStore(), newStore()
	a.decide(mine)
	a.decide(other)
	b.decide(mine)
	b.put("word/1", "x")
	_, one, _ := replica(t, a).Group("edge").Blob()
	_, two, _ := replica(t, b).Group("edge").Blob()
	if !bytes.Equal(one, two) {
		t.Error("a decision of another group changed the bytes")
	}
}

func BenchmarkBlob(b *testing.B) {
	s := newStore()
	p := newPublisher(s, nil)
	p.sync(0)
	for i := range 100_000 {
		p.feed(b, s.decide(denial(uint64(i+1), fmt.Sprintf("10.%d.%d.%d/32", i>>16, i>>8&255, i&255), time.Hour)))
	}
	g := p.Group("a")
	g.Blob()
	for b.Loop() {
		g.compiled = nil
		g.Blob()
	}
}
