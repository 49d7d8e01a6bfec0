package enforce

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"picket/filter/identify"
)

const now = 1_000

// load makes a table of records, as a policy would.
func load(t testing.TB, prefixes Prefixes, records ...Record) *Table {
	t.Helper()
	slices.SortFunc(records, func(a, b Record) int {
		if a.Match < b.Match {
			return -1
		}
		return 1
	})
	var b []byte
	for _, r := range records {
		b = r.Append(b)
	}
	tb := NewTable()
	tb.Load(len(records))
	half := len(b) / 2 / 7 * 7
	tb.Write(half, b[half:])
	tb.Write(0, b[:half])
	tb.Commit(prefixes)
	return tb
}

func deny(match, id uint64) Record {
	return Record{Match: match, ID: id, Expires: now + 60, Meta: NewMeta(ActionDeny, RankAutomatic, ModeEnforce, false, 0)}
}

func judge(tb *Table, s Stance, facet, endpoint uint64) Verdict {
	j := Judge{Table: tb, Stance: s, Now: now}
	j.Hash(facet, endpoint)
	return j.V
}

var enforcing = Stance{Mode: ModeEnforce}

func TestMetaKeepsWhatItIsGiven(t *testing.T) {
	m := NewMeta(ActionThrottle, RankOperatorAllow, ModeCanary, true, 0xabcd)
	if m.Action() != ActionThrottle || m.Rank() != RankOperatorAllow || m.Mode() != ModeCanary || !m.AtEndpoint() || m.Throttle() != 0xabcd {
		t.Errorf("%032b", m)
	}
}

func TestATableFindsEveryRecordAndNoOther(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 100, pageRecords, 2*pageRecords + 1} {
		rng := rand.New(rand.NewPCG(1, uint64(n)))
		records := make([]Record, n)
		for i := range records {
			records[i] = deny(rng.Uint64(), uint64(i+1))
		}
		if n > 2 {
			records[0].Match, records[1].Match = 1, ^uint64(0)
		}
		tb := load(t, Prefixes{}, slices.Clone(records)...)
		for _, r := range records {
			if got := judge(tb, enforcing, r.Match, 0).Enforced; got != r {
				t.Fatalf("n=%d: found %+v, want %+v", n, got, r)
			}
			if got := judge(tb, enforcing, r.Match+1, 0).Enforced.ID; got != 0 {
				t.Fatalf("n=%d: found %d beside a record", n, got)
			}
		}
	}
}

func TestExpiryNeedsNobody(t *testing.T) {
	r := deny(5, 1)
	tb := load(t, Prefixes{}, r)
	j := Judge{Table: tb, Stance: enforcing, Now: r.Expires}
	j.Hash(5, 0)
	if j.V.Enforced.ID != 0 {
		t.Error("an expired record still holds")
	}
}

func TestPrecedence(t *testing.T) {
	rec := func(id uint64, a Action, r Rank, m Mode, at bool) Record {
		match := uint64(9)
		if at {
			match = identify.Match(9, 77)
		}
		return Record{Match: match, ID: id, Expires: now + 1, Meta: NewMeta(a, r, m, at, 0)}
	}
	observe := Stance{Mode: ModeObserve}
	tests := map[string]struct {
		stance             Stance
		records            []Record
		enforced, observed uint64
	}{
		"an operator's allow is above his deny": {enforcing, []Record{
			rec(1, ActionDeny, RankOperator, ModeEnforce, true), rec(2, ActionAllow, RankOperatorAllow, ModeEnforce, false)}, 2, 0},
		"an operator's deny is above the allowlist": {enforcing, []Record{
			rec(1, ActionDeny, RankOperator, ModeEnforce, false), rec(2, ActionAllow, RankAllowlist, ModeEnforce, false)}, 1, 0},
		"the allowlist is above an automatic deny": {enforcing, []Record{
			rec(1, ActionDeny, RankAutomatic, ModeEnforce, true), rec(2, ActionAllow, RankAllowlist, ModeEnforce, false)}, 2, 0},
		"the narrower scope is first, then the more severe action": {enforcing, []Record{
			rec(1, ActionDeny, RankAutomatic, ModeEnforce, false), rec(2, ActionTag, RankAutomatic, ModeEnforce, true),
			rec(3, ActionThrottle, RankAutomatic, ModeEnforce, true)}, 3, 0},
		"an operator acts in observe mode, a scenario does not": {observe, []Record{
			rec(1, ActionDeny, RankAutomatic, ModeEnforce, true), rec(2, ActionThrottle, RankOperator, ModeEnforce, false)}, 2, 1},
		"a decision in observe mode hides no enforced one": {enforcing, []Record{
			rec(1, ActionDeny, RankAutomatic, ModeObserve, true), rec(2, ActionTag, RankAutomatic, ModeEnforce, false)}, 2, 1},
		"the kill switch is above all": {Stance{Mode: ModeEnforce, KillSwitch: true}, []Record{
			rec(1, ActionDeny, RankOperator, ModeEnforce, false)}, 0, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := judge(load(t, Prefixes{}, tt.records...), tt.stance, 9, 77)
			if v.Enforced.ID != tt.enforced || v.Observed.ID != tt.observed {
				t.Errorf("enforced %d observed %d, want %d and %d", v.Enforced.ID, v.Observed.ID, tt.enforced, tt.observed)
			}
		})
	}
}

func TestNetworksHoldTheirAddresses(t *testing.T) {
	var prefixes Prefixes
	var records []Record
	for i, s := range []string{"203.0.113.0/24", "198.51.100.7/32", "2001:db8::/32", "0.0.0.0/1"} {
		p := netip.MustParsePrefix(s)
		prefixes.Add(uint32(identify.PrefixCode(p)))
		records = append(records, deny(identify.Network(p), uint64(i+1)))
	}
	tb := load(t, prefixes, records...)
	for addr, want := range map[string]uint64{
		"203.0.113.200": 1, "198.51.100.7": 2, "198.51.100.8": 0, "2001:db8:1::1": 3, "2001:db9::1": 0, "10.0.0.1": 4,
	} {
		j := Judge{Table: tb, Stance: enforcing, Now: now}
		j.Address(netip.MustParseAddr(addr), 0)
		if got := j.V.Enforced.ID; got != want {
			t.Errorf("%s: record %d, want %d", addr, got, want)
		}
	}
}

func TestOrderSeesWhatATableCannotTake(t *testing.T) {
	var b []byte
	for i := range uint64(10) {
		b = deny(i/2, i).Append(b)
	}
	for cut := range len(b) {
		var o Order
		o.Add(b[:cut])
		o.Add(b[cut:])
		if !o.OK() {
			t.Fatalf("cut at %d: good records refused", cut)
		}
		var short Order
		short.Add(b[:cut])
		if short.OK() != (cut%RecordSize == 0) {
			t.Fatalf("%d bytes: OK is %v", cut, short.OK())
		}
	}
	var o Order
	o.Add(b[RecordSize*2 : RecordSize*4])
	o.Add(b[:RecordSize])
	if o.OK() {
		t.Error("records out of order were taken")
	}
}

// TestDeltasGiveWhatAPolicyWould plays random changes on a table and on a plain list.
func TestDeltasGiveWhatAPolicyWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type row struct{ match, id uint64 }
		base := rapid.SliceOfNDistinct(rapid.Uint64Range(1, 12), 0, 8, rapid.ID[uint64]).Draw(t, "base")
		model := map[uint64]row{}
		var records []Record
		for _, id := range base {
			r := deny(id%4, id)
			records = append(records, r)
			model[id] = row{r.Match, id}
		}
		slices.SortFunc(records, func(a, b Record) int { return int(a.Match) - int(b.Match) })
		var buf []byte
		for _, r := range records {
			buf = r.Append(buf)
		}
		tb := NewTable()
		tb.Load(len(records))
		tb.Write(0, buf)
		tb.Commit(Prefixes{})
		for range rapid.IntRange(0, 20).Draw(t, "changes") {
			id := rapid.Uint64Range(1, 12).Draw(t, "id")
			if rapid.Bool().Draw(t, "put") {
				tb.Put(deny(id%4, id), 0)
				model[id] = row{id % 4, id}
			} else {
				tb.Withdraw(id%4, id)
				delete(model, id)
			}
		}
		for match := range uint64(4) {
			var got, want []uint64
			tb.each(match, now, func(r Record) { got = append(got, r.ID) })
			for _, r := range model {
				if r.match == match {
					want = append(want, r.id)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("match %d: %v, want %v", match, got, want)
			}
		}
	})
}

func TestDeltasAreBounded(t *testing.T) {
	tb := NewTable()
	for i := range uint64(MaxDeltas) {
		if !tb.Put(deny(i, i+1), 0) {
			t.Fatalf("delta %d refused", i)
		}
	}
	if tb.Put(deny(1, MaxDeltas+5), 0) || tb.Withdraw(1, MaxDeltas+6) {
		t.Error("a table took more deltas than it may")
	}
}

func TestAThrottleAllowsItsBurstThenItsRate(t *testing.T) {
	th := NewThrottles()
	at := uint64(1e9)
	for i := range 5 {
		if wait := th.Allow(1, at, 60, 5, 1); wait != 0 {
			t.Fatalf("request %d of the burst must wait %d s", i, wait)
		}
	}
	if wait := th.Allow(1, at, 60, 5, 1); wait != 1 {
		t.Errorf("wait %d s, want 1", wait)
	}
	if th.Allow(2, at, 60, 5, 1) != 0 {
		t.Error("one caller's bucket throttles another")
	}
	if th.Allow(1, at+1e9, 60, 5, 1) != 0 || th.Allow(1, at+1e9, 60, 5, 1) == 0 {
		t.Error("a second gives one token at 60 a minute, no more and no less")
	}
	if wait := th.Allow(3, at, 0, 0, 1); wait != 0 {
		t.Errorf("a class without numbers allows one request, then none: wait %d", wait)
	}
	if wait := th.Allow(3, at+1e12, 0, 0, 1); wait != 3600 {
		t.Errorf("wait %d", wait)
	}
}

func TestThrottlesAreBoundedAndNoOneEscapesInACrowd(t *testing.T) {
	th := NewThrottles()
	for i := range uint64(3 * maxBuckets) {
		th.Allow(i+1, 1e9, 60, 1, 1)
	}
	if n := len(th.buckets) + len(th.shared); n > maxBuckets+1 {
		t.Errorf("%d buckets", n)
	}
	if th.Allow(1<<40, 1e9, 60, 1, 1) == 0 {
		t.Error("a caller beyond the bound is not throttled")
	}
}

func TestALookUpAllocatesNothing(t *testing.T) {
	var p Prefixes
	p.Add(33)
	tb := load(t, p, deny(1, 1), deny(2, 2))
	tb.Put(deny(3, 3), 25)
	a := netip.MustParseAddr("203.0.113.9")
	allocs := testing.AllocsPerRun(100, func() {
		j := Judge{Table: tb, Stance: enforcing, Now: now}
		j.Address(a, 7)
		j.Hash(3, 7)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestLoadKeepsItsMemory(t *testing.T) {
	tb := NewTable()
	tb.Load(100_000)
	tb.Commit(Prefixes{})
	was := tb.Bytes()
	for _, n := range []int{99_000, 10, 100_300} {
		tb.Load(n)
		tb.Commit(Prefixes{})
	}
	if tb.Bytes() != was || was > 100_000*RecordSize*11/10 {
		t.Errorf("%d bytes after three pushes, %d before", tb.Bytes(), was)
	}
}

func TestAWorkersShareIsThatPartOfTheRate(t *testing.T) {
	th := NewThrottles()
	passed := 0
	for i := range uint64(6000) { // a minute, a hundred requests a second
		if th.Allow(1, 1e9+i*10e6, 60, 10, 0.5) == 0 {
			passed++
		}
	}
	if passed < 33 || passed > 36 { // 30 a minute, and half of the burst
		t.Errorf("%d passed", passed)
	}
	if th.Allow(2, 1e9, 60, 10, 0.001) != 0 {
		t.Error("a small share lets nobody begin")
	}
}
