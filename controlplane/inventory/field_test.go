package inventory_test

import (
	"context"
	"testing"

	"picket/controlplane/inventory"
)

func field(w *world, text string) []any {
	name, known := w.Field(w.word(text))
	return []any{name, known}
}

func TestAFieldIsNamedWhereItsNameTellsNothingOfAnybody(t *testing.T) {
	w := newWorld(inventory.Limits{})
	w.policy.Fields = map[uint64]string{w.word("orderNote"): "orderNote"}
	for _, name := range []string{"q", "comment", "user-agent", "orderNote"} {
		equal(t, []any{name, true}, field(w, name))
	}
	equal(t, []any{"", false}, field(w, "ada-lovelace"))
	name, known := w.Field(0)
	equal(t, []any{"", false}, []any{name, known})
}

func TestTheNameOfAFieldIsAskedForOnceEnoughConsumersUsedIt(t *testing.T) {
	w := newWorld(inventory.Limits{})
	w.Use(w.word("voucher"), from("192.0.2.1"))
	w.Use(w.word("voucher"), from("192.0.2.1"))
	w.Use(w.word("comment"), from("192.0.2.1"))
	w.Use(w.word("comment"), from("192.0.2.2"))
	w.Use(0, from("192.0.2.2"))
	hashes, cursor := w.Reveal(0)
	equal(t, []uint64(nil), hashes)
	w.Use(w.word("voucher"), from("192.0.2.2"))
	hashes, _ = w.Reveal(cursor)
	equal(t, []uint64{w.word("voucher")}, hashes)
	equal(t, []any{"", false}, field(w, "voucher"))
	equal(t, true, w.Tell(context.Background(), w.word("voucher"), "voucher"))
	equal(t, []any{"voucher", true}, field(w, "voucher"))
}

func TestOneWhoInventsKeysDoesNotHaveANameTold(t *testing.T) {
	w := newWorld(inventory.Limits{})
	for i := range uint64(3) {
		c := from("192.0.2.1")
		c.Key = i + 1
		w.Use(w.word("voucher"), c)
	}
	hashes, _ := w.Reveal(0)
	equal(t, []uint64(nil), hashes)
}
