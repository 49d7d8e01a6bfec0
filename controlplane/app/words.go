package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"picket/controlplane"
	"picket/filter/identify"
)

// rememberWord keeps a word that a filter told, for all replicas and for the next start.
func (a *App) rememberWord(ctx context.Context, hash uint64, text string) {
	_, err := a.register.Put(ctx, fmt.Sprintf("%s%016x", controlplane.KeyWord, hash), []byte(text), 0)
	if err != nil && !errors.Is(err, controlplane.ErrConflict) {
		a.log.Warn("word not kept", "error", err)
	}
}

// learnWord takes a word that was told before.
func (a *App) learnWord(e controlplane.Entry) {
	hash, err := strconv.ParseUint(strings.TrimPrefix(e.Key, controlplane.KeyWord), 16, 64)
	if err != nil || !a.inventory.Learn(hash, string(e.Value)) {
		a.log.Warn("word in the register does not fit its hash", "key", e.Key)
	}
}

// rememberWithin bounds how long a report waits until what was learned from it is kept.
const rememberWithin = 2 * time.Second

// rememberSlug keeps a place of paths whose words are values, for all replicas and filters, and reports whether it did. It is
// not kept where another replica was faster: what that one has found holds.
func (a *App) rememberSlug(s controlplane.Slug) bool {
	ctx, stop := context.WithTimeout(context.Background(), rememberWithin)
	defer stop()
	value, err := json.Marshal(s)
	if err == nil {
		_, err = a.register.Put(ctx, slugKey(s), value, 0)
	}
	if err != nil && !errors.Is(err, controlplane.ErrConflict) {
		a.log.Warn("learned place of values not kept", "error", err)
	}
	if err == nil {
		text := fmt.Sprintf("words are ids from now on at %s, as %d of them are that %d callers use, but for %d", a.inventory.Place(s), s.Values, s.Callers, len(s.Words))
		a.log.Info("learned", "what", text)
		a.decider.Learned(slugKey(s), text, "each caller has words of its own there; objects.fixed and objects.learned in the policy turn it off")
	}
	return err == nil
}

func slugKey(s controlplane.Slug) string {
	return fmt.Sprintf("%s%016x", controlplane.KeySlug, identify.SlugPlace(s.Host, s.Prefix))
}

// learnSlug takes a place of values that was learned before, or by another replica.
func (a *App) learnSlug(e controlplane.Entry) {
	var s controlplane.Slug
	if err := json.Unmarshal(e.Value, &s); err != nil || slugKey(s) != e.Key {
		a.log.Warn("learned place of values in the register cannot be read", "key", e.Key, "error", err)
		return
	}
	a.inventory.LearnSlug(s)
}
