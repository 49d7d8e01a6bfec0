package enforce

import (
	"slices"
	"testing"

	"picket/filter/identify"
)

// triesOf counts tries for a throttled account, of 2 a minute, whose owner is known at place 7.
type triesOf struct {
	table    *Table
	shared   *Throttles
	accounts *Accounts
	now      uint64
}

func newTries(t *testing.T) *triesOf {
	t.Helper()
	x := &triesOf{NewTable(), NewThrottles(), NewAccounts(), 1e18}
	r := Record{Match: identify.Match(OwnerAt(3, 7), 5), ID: 9, Expires: 2e9, Meta: NewMeta(ActionAllow, RankAutomatic, ModeEnforce, true, 0)}
	if !x.table.Put(r, 0) {
		t.Fatal("no room")
	}
	return x
}

// passes says whether a try from an address, at a place, passes after so many seconds.
func (x *triesOf) passes(after int, address, place uint64) bool {
	x.now += uint64(after) * 1e9
	y := &Try{
		Record: Record{Match: identify.Match(3, 5), ID: 9}, Account: 3, Endpoint: 5, Address: address, Places: [2]uint64{place}, Rate: Rate{2, 2, 1},
	}
	wait, _ := x.accounts.Allow(x.table, x.shared, y, x.now)
	return wait == 0
}

func TestHoweverManyGuessTwiceTheRateIsWhatTheyGet(t *testing.T) {
	for name, addresses := range map[string]uint64{"one": 1, "three": 3, "a thousand": 1000, "more than are told apart": 50_000} {
		t.Run(name, func(t *testing.T) {
			x := newTries(t)
			passed := 0
			for i := range uint64(50_000) {
				if i%5000 == 0 {
					x.now += 60e9
				}
				if x.passes(0, 100+i%addresses, 0) {
					passed++
				}
			}
			if most := 2 * 2 * (10 + 1); passed > most || passed < 2*10 {
				t.Errorf("%d of 50,000 tries passed in ten minutes, want 20 to %d", passed, most)
			}
		})
	}
}

func TestAnOwnerIsCountedByHimself(t *testing.T) {
	x := newTries(t)
	for range 100 {
		x.passes(0, 1, 0)
	}
	got := []bool{x.passes(0, 2, 7), x.passes(0, 2, 7), x.passes(0, 2, 7), x.passes(30, 2, 7), x.passes(0, 2, 8)}
	if want := []bool{true, true, false, true, true}; !slices.Equal(got, want) {
		t.Errorf("at home three times at once, later, and on a journey: %v, want %v", got, want)
	}
}

func TestWhoGuessesFromAFewAddressesLeavesRoomForFreshOnes(t *testing.T) {
	x := newTries(t)
	for range 100 {
		x.passes(1, 1, 0)
		x.passes(0, 2, 0)
	}
	if !x.passes(0, 3, 0) {
		t.Error("an address that never tried is turned away")
	}
	x.passes(0, 1, 0)
	if x.passes(0, 1, 0) {
		t.Error("one that guesses is fresh before ten minutes are over")
	}
	x.passes(600, 4, 0)
	if got := []bool{x.passes(0, 4, 0), x.passes(0, 4, 0), x.passes(0, 1, 0)}; !slices.Equal(got, []bool{true, true, true}) {
		t.Errorf("ten minutes later: %v", got)
	}
}
