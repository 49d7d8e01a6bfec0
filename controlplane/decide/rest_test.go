package decide

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"picket/controlplane"
)

// TestWhatALaterVersionSaysOfADecisionOutlivesAChange has a decision with fields of a later version undone.
func TestWhatALaterVersionSaysOfADecisionOutlivesAChange(t *testing.T) {
	run(t, Limits{}, func(t *testing.T, b *bench) {
		b.start(t, b.Decider)
		dec, made, err := b.Detect(t.Context(), detection())
		if err != nil || !made {
			t.Fatal(made, err)
		}
		key := controlplane.KeyDecision + dec.ID.String()
		text := b.value(t, key)
		later := strings.TrimSuffix(text, "}") + `,"Undone":"0001-01-01T00:00:00Z","Ticket":{"ID":7},"Tags":["a"]}`
		if _, err := b.register.Put(t.Context(), key, []byte(later), controlplane.AnyRevision); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, err := b.Undo(t.Context(), dec.ID, "alice", "a mistake"); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Ticket   struct{ ID int }
			Tags     []string
			UndoneBy string
			Scenario string
		}
		if err := json.Unmarshal([]byte(b.value(t, key)), &got); err != nil {
			t.Fatal(err)
		}
		if got.Ticket.ID != 7 || len(got.Tags) != 1 || got.UndoneBy != "alice" || got.Scenario != dec.Scenario {
			t.Errorf("%s", b.value(t, key))
		}
	})
}

// value is what the register has.
func (b *bench) value(t *testing.T, key string) (text string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	err := b.register.Watch(ctx, func(e controlplane.Entry) error {
		if e.Key == key {
			text = string(e.Value)
		}
		return nil
	}, func(uint64) { stop() })
	if err != nil {
		t.Fatal(err)
	}
	return text
}
